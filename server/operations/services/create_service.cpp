#include <utility>

#include "model/arn.hpp"
#include "server/operations/resolve.hpp"
#include "server/operations/services/service_draft.hpp"
#include "server/operations/services/service_rules.hpp"
#include "server/operations/services/service_view.hpp"
#include "server/operations/services/services.hpp"
#include "server/operations/services/start_deployment.hpp"
#include "server/operations/task_sets/make_task_set.hpp"
#include "server/operations/tasks/launch_target.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations {
namespace {

using api::ApiError;
using Request = api::CreateServiceRequest;

template <class List>
List or_empty(const std::optional<List>& list) {
  return list.value_or(List{});
}

template <class List>
std::optional<List> not_empty(const std::optional<List>& list) {
  return list && !list->empty() ? list : std::nullopt;
}

/// The caller's percentages, and the defaults of the scheduling strategy for the rest.
api::DeploymentConfiguration with_defaults(const Request& request, bool daemon) {
  api::DeploymentConfiguration configuration = or_empty(request.deploymentConfiguration);
  auto& breaker = configuration.deploymentCircuitBreaker;
  if (!breaker) breaker.emplace();
  breaker->enable = breaker->enable.value_or(false);
  breaker->rollback = breaker->rollback.value_or(false);
  configuration.maximumPercent = configuration.maximumPercent.value_or(daemon ? 100 : 200);
  configuration.minimumHealthyPercent = configuration.minimumHealthyPercent.value_or(daemon ? 0 : 100);
  configuration.strategy = configuration.strategy.value_or("ROLLING");
  configuration.bakeTimeInMinutes = configuration.bakeTimeInMinutes.value_or(0);
  return configuration;
}

api::Service settings_of(const Request& request) {
  const bool daemon = request.schedulingStrategy == "DAEMON";
  api::Service settings;
  settings.loadBalancers = or_empty(request.loadBalancers);
  settings.serviceRegistries = or_empty(request.serviceRegistries);
  settings.placementConstraints = or_empty(request.placementConstraints);
  settings.placementStrategy = or_empty(request.placementStrategy);
  settings.networkConfiguration = request.networkConfiguration;
  settings.platformVersion = request.platformVersion;
  settings.deploymentConfiguration = with_defaults(request, daemon);
  settings.healthCheckGracePeriodSeconds = request.healthCheckGracePeriodSeconds.value_or(0);
  settings.schedulingStrategy = daemon ? "DAEMON" : "REPLICA";
  settings.deploymentController.emplace().type =
      request.deploymentController ? request.deploymentController->type.value_or("ECS") : "ECS";
  settings.enableECSManagedTags = request.enableECSManagedTags.value_or(false);
  settings.propagateTags = request.propagateTags.value_or("NONE");
  if (settings.propagateTags->empty()) settings.propagateTags = "NONE";
  settings.enableExecuteCommand = request.enableExecuteCommand.value_or(false);
  settings.resourceManagementType = "CUSTOMER";
  const bool may_rebalance = *settings.deploymentConfiguration->maximumPercent > 100;
  settings.availabilityZoneRebalancing =
      request.availabilityZoneRebalancing.value_or(may_rebalance ? "ENABLED" : "DISABLED");
  return settings;
}

Result<void> choose_target(const Request& request, const Context& context, const model::Cluster& cluster,
                           ServiceDraft& draft) {
  const bool daemon = draft.scheduling == model::SchedulingStrategy::kDaemon;
  if (daemon && request.capacityProviderStrategy && !request.capacityProviderStrategy->empty()) {
    return std::unexpected(
        ApiError::invalid_parameter(
            "The daemon scheduling strategy does not support the FARGATE launch type. Change the launch type and try "
            "again")
            .explained("A DAEMON service runs on container instances: leave the capacity provider strategy out."));
  }
  const bool cluster_default = !daemon && controller_of(draft.settings) != "EXTERNAL";
  auto target =
      choose_launch_target(context, cluster, request.launchType, request.capacityProviderStrategy, cluster_default);
  if (!target) return std::unexpected(std::move(target.error()));
  draft.launch_type = target->launch_type;
  if (controller_of(draft.settings) == "EXTERNAL") {
    // Its task sets say where they run.
  } else if (target->strategy.empty()) {
    draft.settings.launchType = model::to_text(target->launch_type);
  } else {
    draft.settings.capacityProviderStrategy = target->strategy;
    draft.deployment.capacityProviderStrategy = std::move(target->strategy);
  }
  return {};
}

Result<const model::TaskDefinition*> choose_definition(const Request& request, const Context& context,
                                                       const ServiceDraft& draft) {
  if (controller_of(draft.settings) == "EXTERNAL") return nullptr;
  return find_runnable(context, request.taskDefinition);
}

/// What a service with an EXTERNAL deployment controller leaves to its task sets.
Verdict check_external(const Request& request) {
  if (!request.deploymentController || request.deploymentController->type != "EXTERNAL") return std::nullopt;
  const auto text = [](const std::optional<std::string>& member) { return member && !member->empty(); };
  const auto list = [](const auto& member) { return member && !member->empty(); };
  const char* what = nullptr;
  if (text(request.taskDefinition)) what = "TaskDefinition";
  if (text(request.launchType)) what = "LaunchType";
  if (list(request.capacityProviderStrategy)) what = "CapacityProviderStrategy";
  if (text(request.platformVersion)) what = "PlatformVersion";
  if (list(request.loadBalancers)) what = "LoadBalancers";
  if (list(request.serviceRegistries)) what = "ServiceRegistries";
  if (request.networkConfiguration) what = "NetworkConfiguration";
  if (request.serviceConnectConfiguration) what = "ServiceConnectConfiguration";
  if (what == nullptr) return std::nullopt;
  return refuse(std::string(what) + " must be blank",
                "With an EXTERNAL deployment controller this is a parameter of create-task-set.");
}

Result<void> choose_desired_count(const Request& request, ServiceDraft& draft) {
  if (draft.scheduling == model::SchedulingStrategy::kDaemon) {
    if (!request.desiredCount) return {};
    return std::unexpected(ApiError::invalid_parameter(
        "The daemon scheduling strategy does not support a desired count for services. Remove the desired count value "
        "and try again"));
  }
  if (!request.desiredCount && controller_of(draft.settings) != "EXTERNAL") {
    return std::unexpected(ApiError::invalid_parameter("DesiredCount is missing"));
  }
  draft.desired_count = request.desiredCount.value_or(0);
  return {};
}

Result<ServiceDraft> draft_of(const Request& request, const Context& context, const model::Cluster& cluster) {
  ServiceDraft draft;
  draft.settings = settings_of(request);
  if (request.schedulingStrategy == "DAEMON") draft.scheduling = model::SchedulingStrategy::kDaemon;
  draft.deployment.serviceConnectConfiguration = request.serviceConnectConfiguration;
  draft.deployment.volumeConfigurations = not_empty(request.volumeConfigurations);
  draft.deployment.vpcLatticeConfigurations = not_empty(request.vpcLatticeConfigurations);
  if (auto no = check_external(request)) return std::unexpected(std::move(*no));
  if (auto done = choose_desired_count(request, draft); !done) return std::unexpected(std::move(done.error()));
  auto definition = choose_definition(request, context, draft);
  if (!definition) return std::unexpected(std::move(definition.error()));
  draft.definition = *definition;
  if (auto done = choose_target(request, context, cluster, draft); !done)
    return std::unexpected(std::move(done.error()));
  if (auto no = check_role(draft, request.role)) return std::unexpected(std::move(*no));
  if (request.role && !request.role->empty()) {
    const model::World& world = context.state().get(context.world);
    draft.settings.roleArn = model::looks_like_arn(*request.role)
                                 ? *request.role
                                 : "arn:" + std::string(model::partition_of(world.region)) + ":iam::" + world.account +
                                       ":role/" + *request.role;
  }
  if (auto no = settle(context, draft, "created")) return std::unexpected(std::move(*no));
  if (auto no = check_service_connect(draft, cluster)) return std::unexpected(std::move(*no));
  if (auto no = check_namespace_quota(context, draft, cluster)) return std::unexpected(std::move(*no));
  if (request.availabilityZoneRebalancing) {
    if (auto no = check_rebalancing(draft)) return std::unexpected(std::move(*no));
  }
  if (request.healthCheckGracePeriodSeconds) {
    if (auto no = check_grace_period(draft)) return std::unexpected(std::move(*no));
  }
  return draft;
}

/// The service that has the name and was made by this very request, an error when another one has it, else nothing.
Result<const model::Service*> namesake(const Request& request, const Context& context, model::ClusterId cluster) {
  const auto& services = context.state().of(cluster).services;
  const auto it = services.find(*request.serviceName);
  if (it == services.end()) {
    const int limit = context.settings.quotas[model::Quota::kServicesPerCluster];
    if (std::cmp_less(services.size(), limit)) return nullptr;
    return std::unexpected(
        ApiError::invalid_parameter("A cluster can have at most " + std::to_string(limit) + " services.")
            .explained("Delete services or use another cluster."));
  }
  const model::Service& service = context.state().get(it->second);
  if (service.status == model::ServiceStatus::kDraining) {
    return std::unexpected(ApiError::invalid_parameter("Unable to Start a service that is still Draining.")
                               .explained("The deleted service still has tasks to stop; aws ecs wait services-inactive "
                                          "tells when the name is free."));
  }
  const bool repeated =
      request.clientToken && !request.clientToken->empty() && service.created_with && *service.created_with == request;
  if (repeated) return &service;
  return std::unexpected(ApiError::invalid_parameter("Creation of service was not idempotent.")
                             .explained("A service \"" + service.name +
                                        "\" is already ACTIVE in this cluster: change it "
                                        "with update-service, or delete it first."));
}

}  // namespace

Result<api::CreateServiceResponse> create_service(const Request& original, Context& context) {
  Request request = original;
  const std::string name = request.serviceName.value_or("");
  if (auto no = check_service_name(name)) return std::unexpected(std::move(*no));
  auto tags = checked_tags(request.tags);
  if (!tags) return std::unexpected(std::move(tags.error()));
  const auto cluster_id = find_active_cluster(context, request.cluster);
  if (!cluster_id) return std::unexpected(cluster_id.error());
  const model::Cluster& cluster = context.state().get(*cluster_id);
  request.cluster = cluster.name;  // the same cluster by name, by ARN and by default is the same request

  const auto existing = namesake(request, context, *cluster_id);
  if (!existing) return std::unexpected(existing.error());
  api::CreateServiceResponse response;
  if (*existing != nullptr) {
    response.service = show_service(context.state(), **existing, !(*existing)->tags.empty(), context.tx.now());
    return response;
  }
  auto draft = draft_of(request, context, cluster);
  if (!draft) return std::unexpected(std::move(draft.error()));

  model::Service service;
  service.cluster = *cluster_id;
  service.name = name;
  apply(*draft, service);
  service.created_with = std::make_shared<Request>(std::move(request));
  service.tags = std::move(*tags);
  service.created_by = model::root_principal(context.state().get(context.world));
  service.created_at = context.tx.now();
  const bool tagged = !service.tags.empty();
  const model::ServiceId id = context.tx.create(std::move(service));
  if (controller_of(draft->settings) == "ECS") start_deployment(context, id, *draft);
  if (controller_of(draft->settings) == "CODE_DEPLOY") start_first_task_set(context, id, *draft);
  response.service = show_service(context.state(), context.state().get(id), tagged, context.tx.now());
  return response;
}

}  // namespace drydock::operations
