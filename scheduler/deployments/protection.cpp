#include "scheduler/deployments/protection.hpp"

namespace drydock::scheduler {

bool blocked_by_protection(const model::State& state, model::ServiceId id, model::Instant now) {
  const model::Service& service = state.get(id);
  int protected_tasks = 0;
  int outdated = 0;
  for (const model::TaskId task_id : state.of(service.cluster).protected_tasks) {
    const model::Task& task = state.get(task_id);
    if (task.service != id || !task.is_protected(now)) continue;
    ++protected_tasks;
    if (!service.deployments.empty() && task.deployment != service.deployments.front().digits) ++outdated;
  }
  if (protected_tasks > service.desired_count) return true;
  if (outdated == 0) return false;
  int fresh = 0;
  int leaving = 0;
  for (const auto& [digits, tasks] : state.of(id).deployments) {
    if (digits == service.deployments.front().digits) {
      fresh = static_cast<int>(tasks.healthy.size());
    } else {
      leaving += static_cast<int>(tasks.starting.size() + tasks.running());
    }
  }
  return fresh >= service.desired_count && leaving == outdated;
}

}  // namespace drydock::scheduler
