#pragma once
// Which container instance takes a task: filters, then the default spread (spec/placement.md sections 1, 2 and 5).
// Pure: no clock, no I/O, no ids made. Tasks of one batch are alike, so instances are looked at once per batch.

#include <expected>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "model/container_instance.hpp"
#include "model/explain.hpp"
#include "model/task_definitions/requirements.hpp"

namespace drydock::scheduler {

/// One container instance as placement sees it.
struct InstanceView {
  model::InstanceId id;
  model::Uuid uuid;  // the last tie-break: ARNs of one cluster order like this
  bool active = true;
  bool connected = true;
  std::string missing_daemon;  // one that is not RUNNING on it yet; other tasks come after it
  std::string zone;
  int cpu_registered = 0, cpu_free = 0;
  int memory_registered = 0, memory_free = 0;
  std::set<model::HostPort> ports_used;                     // reserved ones and those of its tasks
  const std::vector<api::Attribute>* attributes = nullptr;  // sorted by name
  int tasks_in_scope = 0;  // of the same service, or of the same group for standalone tasks
};

/// The first filter that refuses the task on this instance, or nothing when it fits.
std::optional<model::Refusal> refuse(const InstanceView& view, const model::TaskRequirements& task);

/// Places tasks with the same requirements one after another; each placement counts for the next.
class Batch {
 public:
  Batch(std::vector<InstanceView> instances, model::TaskRequirements task);
  /// The chosen instance; when none fits, why each of them refuses.
  std::expected<model::InstanceId, std::vector<model::Refusal>> place_next();

 private:
  // The order of preference inside a zone: fewest tasks of the scope, most memory left, lowest id.
  struct Rank {
    int tasks_in_scope;
    int memory_free_negated;
    model::Uuid uuid;
    std::size_t index;
    friend auto operator<=>(const Rank&, const Rank&) = default;
  };
  struct Zone {
    int tasks_in_scope = 0;
    std::set<Rank> candidates;
  };
  [[nodiscard]] Rank rank_of(std::size_t index) const;

  std::vector<InstanceView> instances_;
  model::TaskRequirements task_;
  std::map<std::string, Zone> zones_;
};

/// The refusal of the instance that passed the most filters; ties go to the first. Null for an empty list.
const model::Refusal* closest(const std::vector<model::Refusal>& refusals);

}  // namespace drydock::scheduler
