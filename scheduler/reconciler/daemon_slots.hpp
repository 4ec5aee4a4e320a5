#pragma once
// What DAEMON services and managed daemons ask of an instance and of a task on it. Internal to the reconciler.

#include "model/task.hpp"

namespace drydock::scheduler {

inline bool is_ready(const model::Task& task) {
  return task.last_status == model::TaskStatus::kRunning &&
         (!task.health_checked || task.health == model::Health::kHealthy);
}

}  // namespace drydock::scheduler
