#pragma once
// What DAEMON services and managed daemons ask of an instance and of a task on it. Internal to the reconciler.

#include "model/task.hpp"
#include "scheduler/placement/place.hpp"

namespace drydock::scheduler {

/// Resources, and the managed daemons that come first, do not decide whether an instance should have its daemon task,
/// only whether it can start now.
inline bool can_host_daemon(const InstanceView& view, const model::TaskRequirements& needs) {
  const auto refusal = refuse(view, needs);
  return !refusal || refusal->reason == "DAEMON" || refusal->reason.starts_with("RESOURCE:");
}

inline bool is_ready(const model::Task& task) {
  return task.last_status == model::TaskStatus::kRunning &&
         (!task.health_checked || task.health == model::Health::kHealthy);
}

}  // namespace drydock::scheduler
