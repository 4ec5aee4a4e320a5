#include "server/operations/express/express_gateway_services.hpp"

#include <algorithm>

#include "model/arn.hpp"
#include "server/operations/clusters/clusters.hpp"
#include "server/operations/express/express_configuration.hpp"
#include "server/operations/express/express_view.hpp"
#include "server/operations/logs/groups.hpp"
#include "server/operations/resolve.hpp"
#include "server/operations/services/service_rules.hpp"
#include "server/operations/services/services.hpp"
#include "server/operations/task_definitions/task_definitions.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations {
namespace {

using api::ApiError;

constexpr const char* kProvider = "FARGATE";
constexpr int kGracePeriodSeconds = 300;

/// The four digits that ECS puts behind names it makes up, so that they differ from those made before.
std::string suffix(Context& context) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text = "-";
  for (int i = 0; i < 4; ++i) text.push_back(kDigits[context.tx.random().below(kDigits.size())]);
  return text;
}

/// <repository>-<4 digits>, of the image registry/path/repository:tag@digest.
std::string name_after_image(Context& context, std::string_view image) {
  constexpr std::size_t kLongest = 200;
  image = image.substr(image.rfind('/') + 1);  // npos + 1 is 0
  std::string name(image.substr(0, std::min(image.find_first_of(":@"), kLongest)));
  std::erase_if(name, [](char c) { return check_service_name(std::string(1, c)).has_value(); });
  return (name.empty() ? "express" : name) + suffix(context);
}

std::optional<ApiError> check_infrastructure_role(const std::string& role) {
  const auto arn = model::parse_arn(role);
  if (arn && arn->service == "iam" && arn->type == "role" && !arn->path.empty()) return std::nullopt;
  return ApiError::invalid_parameter("The infrastructure role ARN " + role + " is not valid.");
}

/// The cluster by name or ARN, with the capacity provider that Express services run on. Unlike elsewhere, `default` is
/// made also when Settings::strict: ECS does so.
Result<model::ClusterId> express_cluster(Context& context, const std::optional<std::string>& text) {
  const auto name = cluster_name_of(context, text);
  if (!name) return std::unexpected(name.error());
  const model::Cluster* known = context.state().cluster_named(context.world, *name);
  if (*name == "default" && (known == nullptr || known->status != model::ClusterStatus::kActive)) {
    api::CreateClusterRequest request;
    request.clusterName = *name;
    request.capacityProviders = std::vector<std::string>{kProvider};
    if (auto made = create_cluster(request, context); !made) return std::unexpected(std::move(made.error()));
  }
  const auto id = find_active_cluster(context, *name);
  if (!id) return id;
  const auto& settings = context.state().get(*id).settings;
  if (settings && contains(settings->capacityProviders, kProvider)) return id;
  auto with_provider = settings ? *settings : api::Cluster{};
  if (!with_provider.capacityProviders) with_provider.capacityProviders.emplace();
  with_provider.capacityProviders->emplace_back(kProvider);
  context.tx.update(*id, [&](model::Cluster& cluster) {
    cluster.settings = std::make_shared<const api::Cluster>(std::move(with_provider));
  });
  return id;
}

/// family:revision of the new task definition.
Result<std::string> register_for(const api::RegisterTaskDefinitionRequest& request, Context& context) {
  auto registered = register_task_definition(request, context);
  if (!registered) return std::unexpected(std::move(registered.error()));
  return *request.family + ":" + std::to_string(*registered->taskDefinition->revision);
}

api::RegisterTaskDefinitionRequest registration(const Context& context, const ExpressConfiguration& configuration,
                                                const std::string& cluster, const std::string& service) {
  return express_task_definition(configuration, cluster + "-" + service, context.state().get(context.world).region);
}

api::CreateServiceRequest service_request(const ExpressConfiguration& configuration, const std::string& cluster,
                                          const std::string& name) {
  api::CreateServiceRequest request;
  request.cluster = cluster;
  request.serviceName = name;
  request.desiredCount = configuration.scalingTarget->minTaskCount;
  auto& provider = request.capacityProviderStrategy.emplace().emplace_back();
  provider.capacityProvider = kProvider;
  provider.base = 1;
  provider.weight = 1;
  request.networkConfiguration = express_network(configuration);
  request.availabilityZoneRebalancing = "ENABLED";
  request.propagateTags = "SERVICE";
  auto& breaker = request.deploymentConfiguration.emplace().deploymentCircuitBreaker.emplace();
  breaker.enable = true;
  breaker.rollback = true;
  return request;
}

void keep_configuration(Context& context, model::ServiceId service, ExpressConfiguration configuration) {
  const model::ServiceRevisionId revision = context.state().get(service).deployments.front().revision;
  context.tx.update(revision, [&](model::ServiceRevision& entity) {
    entity.express = std::make_shared<const ExpressConfiguration>(std::move(configuration));
  });
}

/// What makes a service an Express one. The grace period is ECS's: its load balancer would have something to check.
void mark_as_express(Context& context, model::ServiceId id, const std::string& infrastructure_role) {
  api::Service settings = *context.state().get(id).settings;
  settings.resourceManagementType = "ECS";
  settings.healthCheckGracePeriodSeconds = kGracePeriodSeconds;
  context.tx.update(id, [&](model::Service& service) {
    service.settings = std::make_shared<api::Service>(std::move(settings));
    service.infrastructure_role = infrastructure_role;
  });
}

/// Null when the ARN names no Express service of this account and region. Only full ARNs will do.
Result<const model::Service*> express_service(const Context& context, const std::string& text) {
  const auto arn = model::parse_arn(text);
  if (!arn || arn->type != "service" || arn->path.size() != 2) {
    return std::unexpected(ApiError::invalid_parameter("Invalid identifier: Unexpected number of separators")
                               .explained("Name the service by its full ARN."));
  }
  const model::Cluster* cluster = context.state().cluster_named(context.world, arn->path[0]);
  if (cluster == nullptr) return nullptr;
  const auto id = find_service(context, cluster->id, text);
  if (!id) return nullptr;
  const model::Service& service = context.state().get(*id);
  return service.settings && service.settings->resourceManagementType == "ECS" ? &service : nullptr;
}

/// The same for calls that change it.
Result<const model::Service*> active_express_service(const Context& context, const std::string& text) {
  auto found = express_service(context, text);
  if (!found) return found;
  if (*found == nullptr) {
    return std::unexpected(ApiError::service_not_found().explained(
        "aws ecs list-services --resource-management-type ECS shows which Express services there are."));
  }
  switch ((*found)->status) {
    case model::ServiceStatus::kActive: return found;
    case model::ServiceStatus::kDraining:
      return std::unexpected(ApiError::service_not_active("Service is in DRAINING status."));
    case model::ServiceStatus::kInactive: break;
  }
  return std::unexpected(
      ApiError::service_not_active("Cannot perform this operation on a service in INACTIVE status."));
}

bool names_a_change(const api::UpdateExpressGatewayServiceRequest& request) {
  api::UpdateExpressGatewayServiceRequest nothing;
  nothing.serviceArn = request.serviceArn;
  return request != nothing;
}

}  // namespace

Result<api::CreateExpressGatewayServiceResponse> create_express_gateway_service(
    const api::CreateExpressGatewayServiceRequest& request, Context& context) {
  const std::string infrastructure_role = request.infrastructureRoleArn.value_or("");
  if (auto no = check_infrastructure_role(infrastructure_role)) return std::unexpected(std::move(*no));
  const std::string& image = *request.primaryContainer->image;
  const bool named = request.serviceName && !request.serviceName->empty();
  const std::string name = named ? *request.serviceName : name_after_image(context, image);
  if (auto no = check_service_name(name)) return std::unexpected(std::move(*no));
  const auto cluster_id = express_cluster(context, request.cluster);
  if (!cluster_id) return std::unexpected(cluster_id.error());
  const std::string cluster = context.state().get(*cluster_id).name;
  const std::string log_group = "/aws/ecs/" + cluster + "/" + name + suffix(context);
  const ExpressConfiguration configuration = express_configuration(request, log_group);
  if (auto no = check_express_configuration(configuration)) return std::unexpected(std::move(*no));

  // The group that nobody named is made with the service.
  if (const auto& logs = configuration.primaryContainer->awsLogsConfiguration; logs && logs->logGroup == log_group) {
    logs::ensure_group(context, log_group);
  }
  auto task_definition = register_for(registration(context, configuration, cluster, name), context);
  if (!task_definition) return std::unexpected(std::move(task_definition.error()));
  api::CreateServiceRequest wanted = service_request(configuration, cluster, name);
  wanted.taskDefinition = std::move(*task_definition);
  wanted.tags = request.tags;
  if (auto made = create_service(wanted, context); !made) return std::unexpected(std::move(made.error()));

  const model::ServiceId id = context.state().service_named(*cluster_id, name)->id;
  mark_as_express(context, id, infrastructure_role);
  keep_configuration(context, id, configuration);
  api::CreateExpressGatewayServiceResponse response;
  const model::Service& service = context.state().get(id);
  response.service = show_express_service(context.state(), service, !service.tags.empty());
  return response;
}

Result<api::UpdateExpressGatewayServiceResponse> update_express_gateway_service(
    const api::UpdateExpressGatewayServiceRequest& request, Context& context) {
  const auto found = active_express_service(context, request.serviceArn.value_or(""));
  if (!found) return std::unexpected(found.error());
  const model::Service& service = **found;
  if (names_a_change(request)) {
    const std::string& cluster = context.state().get(service.cluster).name;
    const ExpressConfiguration before = *context.state().get(service.deployments.front().revision).express;
    const ExpressConfiguration after = changed_by(request, before);
    if (auto no = check_express_configuration(after)) return std::unexpected(std::move(*no));
    api::UpdateServiceRequest update;
    update.cluster = cluster;
    update.service = service.name;
    update.forceNewDeployment = true;
    update.networkConfiguration = express_network(after);
    if (request.scalingTarget) {
      update.desiredCount =
          std::clamp(service.desired_count, *after.scalingTarget->minTaskCount, *after.scalingTarget->maxTaskCount);
    }
    const auto wanted = registration(context, after, cluster, service.name);
    if (wanted != registration(context, before, cluster, service.name)) {
      auto task_definition = register_for(wanted, context);
      if (!task_definition) return std::unexpected(std::move(task_definition.error()));
      update.taskDefinition = std::move(*task_definition);
    }
    if (auto done = update_service(update, context); !done) return std::unexpected(std::move(done.error()));
    keep_configuration(context, service.id, after);
  }
  api::UpdateExpressGatewayServiceResponse response;
  response.service = show_updated_express_service(context.state(), service);
  return response;
}

Result<api::DescribeExpressGatewayServiceResponse> describe_express_gateway_service(
    const api::DescribeExpressGatewayServiceRequest& request, Context& context) {
  const auto found = express_service(context, request.serviceArn.value_or(""));
  if (!found) return std::unexpected(found.error());
  if (*found == nullptr) return std::unexpected(ApiError::resource_not_found("Resource not found."));
  api::DescribeExpressGatewayServiceResponse response;
  response.service = show_express_service(context.state(), **found, contains(request.include, "TAGS"));
  return response;
}

Result<api::DeleteExpressGatewayServiceResponse> delete_express_gateway_service(
    const api::DeleteExpressGatewayServiceRequest& request, Context& context) {
  const auto found = active_express_service(context, request.serviceArn.value_or(""));
  if (!found) return std::unexpected(found.error());
  const model::Service& service = **found;
  api::DeleteServiceRequest deletion;
  deletion.cluster = context.state().get(service.cluster).name;
  deletion.service = service.name;
  deletion.force = true;
  if (auto done = delete_service(deletion, context); !done) return std::unexpected(std::move(done.error()));
  api::DeleteExpressGatewayServiceResponse response;
  response.service = show_express_service(context.state(), service, false);
  return response;
}

}  // namespace drydock::operations
