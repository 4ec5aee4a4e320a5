#pragma once
// The container instances of a cluster in pools: what placement asks about all instances of a pool is asked once, and
// those with the right room are found without looking at the others.

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "api-spec/generated/types.hpp"
#include "model/ids.hpp"

namespace drydock::model {

/// What the instances of a pool have in common. Pools are in no order that means anything.
struct PoolKey {
  bool takes_tasks = false;  // ACTIVE, and its agent connected
  int gpus = 0;              // registered ones
  std::string zone;
  std::shared_ptr<const std::vector<api::Attribute>> attributes;  // sorted by name; equal when their contents are
  friend bool operator<(const PoolKey& a, const PoolKey& b);
};

/// What one instance has left.
struct Room {
  int cpu_free = 0;
  int memory_free = 0;
  Uuid uuid;
  InstanceId id;
  friend bool operator==(const Room&, const Room&) = default;
};

/// Equal ones in order of the instances' uuids, as in all of placement.
struct MostMemoryFirst {
  bool operator()(const Room& a, const Room& b) const;
};
struct LeastCpuFirst {
  bool operator()(const Room& a, const Room& b) const;
};

/// The same rooms in two orders.
class InstancePool {
 public:
  using ByMemory = std::set<Room, MostMemoryFirst>;
  using ByCpu = std::set<Room, LeastCpuFirst>;
  [[nodiscard]] const ByMemory& by_memory() const { return by_memory_; }
  /// Of equal ones those with most memory first.
  [[nodiscard]] const ByCpu& by_cpu() const { return by_cpu_; }

 private:
  friend class State;
  void insert(const Room& room);
  void erase(const Room& room);

  ByMemory by_memory_;
  ByCpu by_cpu_;
};

}  // namespace drydock::model
