#pragma once
// Which tasks go first when fewer are wanted (spec/services.md section 7).

#include <string>
#include <vector>

#include "model/clock.hpp"
#include "model/ids.hpp"

namespace drydock::scheduler {

/// A task that may be stopped. Task ids ascend with time of creation.
struct VictimView {
  model::TaskId id;
  bool running = false;
  bool unhealthy = false;
  bool on_draining_instance = false;
  std::string zone;
  model::InstanceId instance;
  bool is_protected = false;  // scale-in protection: never chosen
};

/// `count` of the candidates, or all that are not protected if these are fewer, in the order in which they should go:
/// not yet RUNNING ones newest first, unhealthy ones, those on DRAINING instances, then from the zone and the instance
/// with the most tasks, oldest first.
std::vector<model::TaskId> pick_victims(const std::vector<VictimView>& candidates, int count);

}  // namespace drydock::scheduler
