#pragma once
// The instances of a pool one after another, best first, without looking at the others.

#include <cstdint>
#include <optional>

#include "model/instance_pool.hpp"

namespace drydock::scheduler {

/// Equal rooms come in order of the instances' uuids; among those with least CPU, most memory comes first.
enum class RoomOrder : std::uint8_t { kMostMemory, kLeastMemory, kLeastCpu };

/// The rooms of a pool that have what a task needs. Goes on where it was although rooms change meanwhile; one that
/// changed may come again.
class RoomStream {
 public:
  RoomStream(const model::InstancePool& pool, RoomOrder order, int cpu_units, int memory_mib);
  /// Nothing at the end; advance() is not to be called then.
  [[nodiscard]] const std::optional<model::Room>& head() const { return head_; }
  void advance();

 private:
  [[nodiscard]] std::optional<model::Room> next_by_most_memory() const;
  [[nodiscard]] std::optional<model::Room> next_by_least_memory() const;
  [[nodiscard]] std::optional<model::Room> next_by_least_cpu() const;

  const model::InstancePool* pool_;
  RoomOrder order_;
  int cpu_units_;
  int memory_mib_;
  std::optional<model::Room> head_;
};

}  // namespace drydock::scheduler
