#include <array>

#include "server/operations/resolve.hpp"
#include "server/operations/services/service_draft.hpp"
#include "server/operations/services/service_rules.hpp"
#include "server/operations/services/service_view.hpp"
#include "server/operations/services/services.hpp"
#include "server/operations/services/start_deployment.hpp"
#include "server/operations/tasks/launch_target.hpp"

namespace drydock::operations {
namespace {

using api::ApiError;
using Request = api::UpdateServiceRequest;

bool given(const std::optional<std::string>& text) { return text && !text->empty(); }

struct Restricted {
  const char* what;
  bool given;
  bool code_deploy;  // whether a CODE_DEPLOY service may change it
};

/// What services with task sets leave to their task sets (spec/services.md section 6).
Verdict check_controller_limits(const Request& request, std::string_view controller) {
  if (controller == "ECS") return std::nullopt;
  const std::array members = {
      Restricted{"deployment configuration", request.deploymentConfiguration.has_value(), true},
      Restricted{"capacity provider strategy", request.capacityProviderStrategy.has_value(), false},
      Restricted{"availability zone rebalancing", request.availabilityZoneRebalancing.has_value(), false},
      Restricted{"network parameters", request.networkConfiguration.has_value(), false},
      Restricted{"platform version", given(request.platformVersion), false},
      Restricted{"execute command", request.enableExecuteCommand.has_value(), false},
      Restricted{"load balancers", request.loadBalancers.has_value(), false},
      Restricted{"service registries", request.serviceRegistries.has_value(), false},
      Restricted{"service connect configuration", request.serviceConnectConfiguration.has_value(), false},
      Restricted{"volume configurations", request.volumeConfigurations.has_value(), false},
      Restricted{"VPC lattice configurations", request.vpcLatticeConfigurations.has_value(), false},
  };
  const bool code_deploy = controller == "CODE_DEPLOY";
  const std::string on = " on services with " + std::string(code_deploy ? "a " : "an ") + std::string(controller) +
                         " deployment controller.";
  const std::string instead =
      code_deploy ? " Use AWS CodeDeploy to trigger a new deployment." : " Use task sets to deploy a new revision.";
  if (request.forceNewDeployment.value_or(false)) return refuse("Cannot force a new deployment" + on + instead);
  if (given(request.taskDefinition)) return refuse("Unable to update task definition" + on + instead);
  for (const Restricted& member : members) {
    if (!member.given || (code_deploy && member.code_deploy)) continue;
    return refuse("Unable to update " + std::string(member.what) + on + instead);
  }
  return std::nullopt;
}

template <class T>
void take(const std::optional<T>& change, std::optional<T>& setting) {
  if (change) setting = change;
}

/// An empty list says that there is none any more.
template <class T>
void take_list(const std::optional<std::vector<T>>& change, std::optional<std::vector<T>>& setting) {
  if (!change) return;
  setting = change;
  if (setting->empty()) setting.reset();
}

void merge(const api::DeploymentConfiguration& change, api::DeploymentConfiguration& configuration) {
  if (change.deploymentCircuitBreaker) {
    auto& breaker = configuration.deploymentCircuitBreaker.emplace();
    breaker.enable = change.deploymentCircuitBreaker->enable.value_or(false);
    breaker.rollback = change.deploymentCircuitBreaker->rollback.value_or(false);
  }
  take(change.maximumPercent, configuration.maximumPercent);
  take(change.minimumHealthyPercent, configuration.minimumHealthyPercent);
  take(change.alarms, configuration.alarms);
  take(change.strategy, configuration.strategy);
  take(change.bakeTimeInMinutes, configuration.bakeTimeInMinutes);
  take(change.lifecycleHooks, configuration.lifecycleHooks);
  take(change.linearConfiguration, configuration.linearConfiguration);
  take(change.canaryConfiguration, configuration.canaryConfiguration);
}

ServiceDraft draft_of(const Request& request, const Context& context, const model::Service& service) {
  ServiceDraft draft;
  draft.scheduling = service.strategy;
  draft.definition = service.task_definition ? context.state().find(service.task_definition) : nullptr;
  draft.launch_type = service.launch_type;
  draft.desired_count = request.desiredCount.value_or(service.desired_count);
  draft.settings = *service.settings;
  if (!service.deployments.empty() && service.deployments.front().settings) {
    draft.deployment = *service.deployments.front().settings;
  }
  api::Service& settings = draft.settings;
  if (request.deploymentConfiguration) {
    if (!settings.deploymentConfiguration) settings.deploymentConfiguration.emplace();
    merge(*request.deploymentConfiguration, *settings.deploymentConfiguration);
  }
  take(request.availabilityZoneRebalancing, settings.availabilityZoneRebalancing);
  take(request.networkConfiguration, settings.networkConfiguration);
  take(request.placementConstraints, settings.placementConstraints);
  take(request.placementStrategy, settings.placementStrategy);
  take(request.healthCheckGracePeriodSeconds, settings.healthCheckGracePeriodSeconds);
  take(request.enableExecuteCommand, settings.enableExecuteCommand);
  take(request.enableECSManagedTags, settings.enableECSManagedTags);
  take(request.loadBalancers, settings.loadBalancers);
  take(request.serviceRegistries, settings.serviceRegistries);
  if (given(request.propagateTags)) settings.propagateTags = request.propagateTags;
  if (given(request.platformVersion)) settings.platformVersion = request.platformVersion;
  take(request.serviceConnectConfiguration, draft.deployment.serviceConnectConfiguration);
  take_list(request.volumeConfigurations, draft.deployment.volumeConfigurations);
  take_list(request.vpcLatticeConfigurations, draft.deployment.vpcLatticeConfigurations);
  return draft;
}

/// Moves the draft to the strategy of the request, or back to a launch type for an empty one.
Result<void> change_strategy(const Request& request, const Context& context, const model::Cluster& cluster,
                             ServiceDraft& draft) {
  if (!request.capacityProviderStrategy) return {};
  LaunchTarget target{draft.launch_type, {}};
  if (!request.capacityProviderStrategy->empty()) {
    if (draft.scheduling == model::SchedulingStrategy::kDaemon) {
      return std::unexpected(ApiError::invalid_parameter(
          "The daemon scheduling strategy does not support the FARGATE launch type. Change the launch type and try "
          "again"));
    }
    auto chosen = target_of_strategy(context, cluster, *request.capacityProviderStrategy);
    if (!chosen) return std::unexpected(std::move(chosen.error()));
    target = std::move(*chosen);
  }
  if (target.strategy == draft.settings.capacityProviderStrategy.value_or(CapacityProviderStrategy{})) return {};
  if (!request.forceNewDeployment.value_or(false)) {
    return std::unexpected(
        ApiError::invalid_parameter(
            "When switching from launch type to capacity provider strategy on an existing service, or making a change "
            "to a "
            "capacity provider strategy on a service that is already using one, you must force a new deployment.")
            .explained("Add --force-new-deployment."));
  }
  draft.launch_type = target.launch_type;
  draft.settings.launchType.reset();
  draft.settings.capacityProviderStrategy.reset();
  draft.deployment.capacityProviderStrategy.reset();
  if (target.strategy.empty()) {
    draft.settings.launchType = model::to_text(target.launch_type);
  } else {
    draft.settings.capacityProviderStrategy = target.strategy;
    draft.deployment.capacityProviderStrategy = std::move(target.strategy);
  }
  return {};
}

Verdict check_controller_change(const Request& request, std::string_view controller) {
  if (!request.deploymentController || !request.deploymentController->type) return std::nullopt;
  if (*request.deploymentController->type == controller) return std::nullopt;
  return ApiError::unsupported_feature("The deployment controller of a service cannot be changed.")
      .explained("Create another service with the deployment controller " + *request.deploymentController->type + ".");
}

Result<ServiceDraft> checked_draft(const Request& request, const Context& context, const model::Service& service) {
  const std::string_view controller = controller_of(*service.settings);
  if (auto no = check_controller_change(request, controller)) return std::unexpected(std::move(*no));
  if (auto no = check_controller_limits(request, controller)) return std::unexpected(std::move(*no));
  if (service.strategy == model::SchedulingStrategy::kDaemon && request.desiredCount) {
    return std::unexpected(ApiError::invalid_parameter(
        "The daemon scheduling strategy does not support a desired count for services. Remove the desired count value "
        "and try again"));
  }
  const model::Cluster& cluster = context.state().get(service.cluster);
  ServiceDraft draft = draft_of(request, context, service);
  if (given(request.taskDefinition)) {
    const auto definition = find_runnable(context, request.taskDefinition);
    if (!definition) return std::unexpected(definition.error());
    draft.definition = *definition;
  }
  if (auto done = change_strategy(request, context, cluster, draft); !done)
    return std::unexpected(std::move(done.error()));
  if (auto no = settle(context, draft, "updated")) return std::unexpected(std::move(*no));
  if (request.serviceConnectConfiguration || given(request.taskDefinition)) {
    if (auto no = check_service_connect(draft, cluster)) return std::unexpected(std::move(*no));
  }
  if (request.availabilityZoneRebalancing) {
    if (auto no = check_rebalancing(draft)) return std::unexpected(std::move(*no));
  }
  if (request.healthCheckGracePeriodSeconds) {
    if (auto no = check_grace_period(draft)) return std::unexpected(std::move(*no));
  }
  return draft;
}

}  // namespace

Result<api::UpdateServiceResponse> update_service(const Request& request, Context& context) {
  const auto cluster = find_cluster(context, request.cluster);
  if (!cluster) return std::unexpected(cluster.error());
  const auto id = named_service(context, *cluster, request.service.value_or(""));
  if (!id) return std::unexpected(id.error());
  const model::Service& before = context.state().get(*id);
  if (before.status != model::ServiceStatus::kActive) {
    return std::unexpected(ApiError::service_not_active().explained(
        "The service was deleted; aws ecs create-service makes a new one of that name once it is INACTIVE."));
  }
  const auto draft = checked_draft(request, context, before);
  if (!draft) return std::unexpected(draft.error());

  const bool deploys =
      !before.deployments.empty() && (request.forceNewDeployment.value_or(false) ||
                                      needs_new_deployment(*draft, before.deployments.front(), *before.settings));
  context.tx.update(*id, [&](model::Service& service) {
    apply(*draft, service);
    if (deploys || service.deployments.empty()) return;
    if (service.deployments.front().desired_count == draft->desired_count) return;
    service.deployments.front().desired_count = draft->desired_count;
    service.deployments.front().updated_at = context.tx.now();
  });
  if (deploys) start_deployment(context, *id, *draft);
  api::UpdateServiceResponse response;
  response.service = show_service(context.state(), context.state().get(*id), false, context.tx.now());
  return response;
}

}  // namespace drydock::operations
