#include "server/operations/services/service_view.hpp"

#include <ranges>

#include "model/arn.hpp"
#include "model/deployment_counts.hpp"
#include "server/operations/service_deployments/service_deployment_view.hpp"
#include "server/operations/services/connect_endpoints.hpp"
#include "server/operations/services/service_draft.hpp"
#include "server/operations/task_sets/task_set_view.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations {
namespace {

/// Absent without a task definition, and for an INACTIVE service whose task definition was deleted since.
std::optional<std::string> definition_arn(const model::State& state, model::TaskDefinitionId id) {
  const model::TaskDefinition* definition = state.find(id);
  if (definition == nullptr) return std::nullopt;
  return model::arn_of(state, *definition);
}

api::Deployment show_deployment(const model::State& state, const model::Service& service,
                                const model::Deployment& deployment, bool primary) {
  api::Deployment shown = deployment.settings ? *deployment.settings : api::Deployment{};
  shown.id = model::deployment_id(deployment.digits);
  shown.status = primary ? "PRIMARY" : "ACTIVE";
  shown.taskDefinition = definition_arn(state, deployment.task_definition);
  shown.desiredCount = deployment.desired_count;
  const model::TaskCounts tasks = model::count_tasks(state, service.id, deployment.digits);
  shown.pendingCount = tasks.pending;
  shown.runningCount = tasks.running;
  shown.failedTasks = deployment.failed_tasks + deployment.health_failures;
  shown.createdAt = timestamp(deployment.created_at);
  shown.updatedAt = timestamp(deployment.updated_at);
  if (!shown.capacityProviderStrategy) shown.launchType = model::to_text(deployment.launch_type);
  if (!deployment.platform_version.empty()) shown.platformVersion = deployment.platform_version;
  if (deployment.network) shown.networkConfiguration = *deployment.network;
  shown.serviceConnectResources = show_endpoints(state, service, deployment);
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

api::Service show_service(const model::State& state, const model::Service& service, bool with_tags,
                          model::Instant now) {
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
  show_current_deployment(state, service, shown);
  if (controller_of(*service.settings) != "ECS") shown.taskSets = show_task_sets(state, service.id, with_tags, now);
  shown.events = show_events(state, service);
  shown.createdAt = timestamp(service.created_at);
  shown.createdBy = service.created_by;
  if (with_tags) shown.tags = service.tags;
  return shown;
}

}  // namespace drydock::operations
