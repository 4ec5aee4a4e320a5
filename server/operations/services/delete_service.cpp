#include <algorithm>

#include "scheduler/reconciler/service_deployments.hpp"
#include "server/operations/resolve.hpp"
#include "server/operations/services/service_view.hpp"
#include "server/operations/services/services.hpp"

namespace drydock::operations {
namespace {

using api::ApiError;

/// Some task has still to be told to stop, or has not begun to.
bool has_work_left(const model::State& state, model::ServiceId id) {
  return std::ranges::any_of(state.of(id).deployments, [&](const auto& entry) {
    const model::DeploymentTasks& tasks = entry.second;
    if (!tasks.starting.empty() || tasks.running() > 0) return true;
    return std::ranges::any_of(
        tasks.stopping, [&](model::TaskId task) { return state.get(task).last_status < model::TaskStatus::kStopping; });
  });
}

/// Deployments other than the PRIMARY one that still have tasks.
bool is_deploying(const model::State& state, const model::Service& service) {
  const auto& index = state.of(service.id).deployments;
  const auto busy = [&](const model::Deployment& deployment) { return index.contains(deployment.digits); };
  return service.deployments.size() > 1 &&
         std::any_of(service.deployments.begin() + 1, service.deployments.end(), busy);
}

std::optional<ApiError> check_idle(const model::State& state, const model::Service& service) {
  // The count of a DAEMON service is not the caller's to lower.
  if (service.strategy == model::SchedulingStrategy::kDaemon) return std::nullopt;
  if (service.desired_count > 0) {
    return ApiError::invalid_parameter("The service cannot be stopped while it is scaled above 0.")
        .explained("Add --force, or scale it down first: aws ecs update-service --service " + service.name +
                   " --desired-count 0.");
  }
  if (!state.of(service.id).task_sets.empty()) {
    return ApiError::invalid_parameter("The service cannot be stopped while it has task sets.")
        .explained("Add --force, or delete its task sets first with delete-task-set.");
  }
  if (is_deploying(state, service)) {
    return ApiError::invalid_parameter("The service cannot be stopped while deployments are active.")
        .explained("Add --force, or wait until the older deployments have no tasks (aws ecs wait services-stable).");
  }
  return std::nullopt;
}

}  // namespace

Result<api::DeleteServiceResponse> delete_service(const api::DeleteServiceRequest& request, Context& context) {
  const auto cluster = find_cluster(context, request.cluster);
  if (!cluster) return std::unexpected(cluster.error());
  const auto id = named_service(context, *cluster, request.service.value_or(""));
  if (!id) return std::unexpected(id.error());
  const model::Service& before = context.state().get(*id);
  if (before.status == model::ServiceStatus::kActive) {
    if (!request.force.value_or(false)) {
      if (auto no = check_idle(context.state(), before)) return std::unexpected(std::move(*no));
    }
    const bool draining = has_work_left(context.state(), *id);
    scheduler::abandon(context.tx, *id);
    context.tx.update(*id, [&](model::Service& service) {
      service.desired_count = 0;
      service.status = draining ? model::ServiceStatus::kDraining : model::ServiceStatus::kInactive;
      for (model::Deployment& deployment : service.deployments) deployment.desired_count = 0;
      if (draining) return;
      service.inactive_at = context.tx.now();
      service.deployments.clear();
    });
    if (!draining) scheduler::remove_task_sets(context.tx, *id);
    context.tx.explanations().services.erase(*id);
  }
  api::DeleteServiceResponse response;
  response.service = show_service(context.state(), context.state().get(*id), false, context.tx.now());
  return response;
}

}  // namespace drydock::operations
