#include "server/operations/service_view.hpp"

#include <algorithm>
#include <ranges>

#include "model/arn.hpp"
#include "server/operations/service_draft.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations {
namespace {

/// Absent without a task definition, and for an INACTIVE service whose task definition was deleted since.
std::optional<std::string> definition_arn(const model::State& state, model::TaskDefinitionId id) {
  const model::TaskDefinition* definition = state.find(id);
  if (definition == nullptr) return std::nullopt;
  return model::arn_of(state, *definition);
}

/// Tasks that still run count as running, whether or not they are to be stopped.
int running_tasks(const model::State& state, const model::DeploymentTasks& tasks) {
  const auto runs = [&](model::TaskId id) { return state.get(id).last_status == model::TaskStatus::kRunning; };
  return static_cast<int>(tasks.running()) + static_cast<int>(std::ranges::count_if(tasks.stopping, runs));
}

api::Deployment show_deployment(const model::State& state, const model::Service& service,
                                const model::Deployment& deployment, bool primary) {
  api::Deployment shown = deployment.settings ? *deployment.settings : api::Deployment{};
  shown.id = model::deployment_id(deployment.digits);
  shown.status = primary ? "PRIMARY" : "ACTIVE";
  shown.taskDefinition = definition_arn(state, deployment.task_definition);
  shown.desiredCount = deployment.desired_count;
  shown.pendingCount = 0;
  shown.runningCount = 0;
  const auto& index = state.of(service.id).deployments;
  if (const auto tasks = index.find(deployment.digits); tasks != index.end()) {
    shown.pendingCount = static_cast<int>(tasks->second.starting.size());
    shown.runningCount = running_tasks(state, tasks->second);
  }
  shown.failedTasks = deployment.failed_tasks;
  shown.createdAt = timestamp(deployment.created_at);
  shown.updatedAt = timestamp(deployment.updated_at);
  if (!shown.capacityProviderStrategy) shown.launchType = model::to_text(deployment.launch_type);
  if (!deployment.platform_version.empty()) shown.platformVersion = deployment.platform_version;
  if (deployment.network) shown.networkConfiguration = *deployment.network;
  if (!has_classic_load_balancer(*service.settings)) {
    shown.rolloutState = model::to_text(deployment.rollout);
    shown.rolloutStateReason = deployment.rollout_reason;
  }
  return shown;
}

std::vector<api::ServiceEvent> show_events(const model::State& state, const model::Service& service) {
  constexpr std::size_t kShown = 100;
  std::vector<api::ServiceEvent> events;
  for (const model::ServiceEventId id : std::views::reverse(state.of(service.id).events)) {
    if (events.size() == kShown) break;
    const model::ServiceEvent& event = state.get(id);
    api::ServiceEvent& shown = events.emplace_back();
    shown.id = model::to_dashed(event.uuid);
    shown.createdAt = timestamp(event.created_at);
    shown.message = event.message;
  }
  return events;
}

}  // namespace

api::Service show_service(const model::State& state, const model::Service& service, bool with_tags) {
  api::Service shown = *service.settings;
  shown.serviceArn = model::arn_of(state, service);
  shown.serviceName = service.name;
  shown.clusterArn = model::arn_of(state, state.get(service.cluster));
  shown.status = model::to_text(service.status);
  shown.desiredCount = service.desired_count;
  const model::ServiceIndex& index = state.of(service.id);
  shown.runningCount = index.running;
  shown.pendingCount = index.pending;
  shown.taskDefinition = definition_arn(state, service.task_definition);
  auto& deployments = shown.deployments.emplace();
  for (const model::Deployment& deployment : service.deployments) {
    deployments.push_back(show_deployment(state, service, deployment, deployments.empty()));
  }
  if (controller_of(*service.settings) != "ECS") shown.taskSets.emplace();
  shown.events = show_events(state, service);
  shown.createdAt = timestamp(service.created_at);
  shown.createdBy = service.created_by;
  if (with_tags) shown.tags = service.tags;
  return shown;
}

}  // namespace drydock::operations
