#include "server/operations/tasks/task_protection.hpp"

#include <set>

#include "model/arn.hpp"
#include "scheduler/deployments/protection.hpp"
#include "server/operations/resolve.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations {
namespace {

constexpr int kDefaultMinutes = 120;

struct Named {
  std::vector<model::TaskId> found;  // service tasks
  std::vector<api::Failure> failures;
};

api::Failure explained(std::string arn, const char* reason, const char* detail) {
  api::Failure entry = failure(std::move(arn), reason);
  entry.detail = detail;
  return entry;
}

/// The tasks a list names, each once; those that cannot be protected are failures.
Result<Named> named_tasks(const Context& context, model::ClusterId cluster, const std::vector<std::string>& texts) {
  Named named;
  std::set<std::string> seen;
  for (const std::string& text : texts) {
    const auto found = find_task(context, cluster, text);
    if (!found) return std::unexpected(found.error());
    std::string arn =
        *found == nullptr ? arn_in_cluster(context, cluster, "task", text) : model::arn_of(context.state(), **found);
    if (!seen.insert(arn).second) continue;
    if (*found == nullptr) {
      named.failures.push_back(failure(std::move(arn), "MISSING"));
    } else if (!(*found)->service) {
      named.failures.push_back(
          explained(std::move(arn), "TASK_NOT_VALID", "The specified task is not part of an Amazon ECS service."));
    } else if ((*found)->stop_wanted || (*found)->last_status == model::TaskStatus::kStopped) {
      named.failures.push_back(
          explained(std::move(arn), "TASK_NOT_VALID", "The specified task is stopping or stopped."));
    } else {
      named.found.push_back((*found)->id);
    }
  }
  return named;
}

api::ProtectedTask show(const Context& context, model::TaskId id) {
  const model::Task& task = context.state().get(id);
  api::ProtectedTask shown;
  shown.taskArn = model::arn_of(context.state(), task);
  shown.protectionEnabled = task.is_protected(context.tx.now());
  if (*shown.protectionEnabled) shown.expirationDate = timestamp(task.protected_until);
  return shown;
}

}  // namespace

Result<api::GetTaskProtectionResponse> get_task_protection(const api::GetTaskProtectionRequest& request,
                                                           Context& context) {
  const auto cluster = find_cluster(context, request.cluster);
  if (!cluster) return std::unexpected(cluster.error());
  api::GetTaskProtectionResponse response;
  response.protectedTasks.emplace();
  response.failures.emplace();
  if (!request.tasks || request.tasks->empty()) {
    for (const model::TaskId id : context.state().of(*cluster).protected_tasks) {
      if (context.state().get(id).is_protected(context.tx.now())) response.protectedTasks->push_back(show(context, id));
    }
    return response;
  }
  auto named = named_tasks(context, *cluster, *request.tasks);
  if (!named) return std::unexpected(std::move(named.error()));
  for (const model::TaskId id : named->found) response.protectedTasks->push_back(show(context, id));
  response.failures = std::move(named->failures);
  return response;
}

Result<api::UpdateTaskProtectionResponse> update_task_protection(const api::UpdateTaskProtectionRequest& request,
                                                                 Context& context) {
  const auto cluster = find_active_cluster(context, request.cluster);
  if (!cluster) return std::unexpected(cluster.error());
  auto named = named_tasks(context, *cluster, request.tasks.value_or(std::vector<std::string>{}));
  if (!named) return std::unexpected(std::move(named.error()));
  const bool enabled = request.protectionEnabled.value_or(false);
  const model::Instant now = context.tx.now();
  const model::Instant until =
      enabled ? now + std::chrono::minutes(request.expiresInMinutes.value_or(kDefaultMinutes)) : model::Instant{};
  api::UpdateTaskProtectionResponse response;
  response.protectedTasks.emplace();
  for (const model::TaskId id : named->found) {
    const model::Task& task = context.state().get(id);
    const bool added = enabled && !task.is_protected(now);
    if (added && scheduler::blocked_by_protection(context.state(), task.service, now)) {
      named->failures.push_back(
          explained(model::arn_of(context.state(), task), "DEPLOYMENT_BLOCKED",
                    "Task protection cannot be set because one or more protected tasks keep the service from reaching "
                    "its steady state. Remove existing protection or wait until it expires."));
      continue;
    }
    if (task.protected_until != until) {
      context.tx.update(id, [&](model::Task& entity) { entity.protected_until = until; });
    }
    response.protectedTasks->push_back(show(context, id));
  }
  response.failures = std::move(named->failures);
  return response;
}

}  // namespace drydock::operations
