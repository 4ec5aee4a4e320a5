#pragma once
// Which tasks go first when fewer are wanted (spec/services.md section 7, spec/placement.md section 5).

#include <string>
#include <vector>

#include "model/clock.hpp"
#include "model/ids.hpp"
#include "scheduler/placement/strategies.hpp"

namespace drydock::scheduler {

/// A task that may be stopped. Task ids ascend with time of creation.
struct VictimView {
  model::TaskId id;
  bool running = false;
  bool unhealthy = false;
  bool on_draining_instance = false;
  std::string zone;
  model::InstanceId instance;
  bool is_protected = false;                                // scale-in protection: never chosen
  const std::vector<api::Attribute>* attributes = nullptr;  // of the instance, sorted by name
  int cpu_free = 0, memory_free = 0;                        // of the instance, now
  int cpu_units = 0, memory_mib = 0;                        // what the task's end gives back
};

/// `count` of the candidates, or all that are not protected if these are fewer, in the order in which they should go:
/// not yet RUNNING ones newest first, unhealthy ones, those on DRAINING instances, then against the placement
/// strategy: from the fullest bucket of a spread, from the instance that would have most left under binpack. What the
/// rules leave equal goes by bucket, then from the instance with most tasks, oldest first; so does `random`.
std::vector<model::TaskId> pick_victims(const std::vector<VictimView>& candidates, int count,
                                        const std::vector<Rule>& rules = default_rules());

}  // namespace drydock::scheduler
