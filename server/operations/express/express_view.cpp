#include "server/operations/express/express_view.hpp"

#include "model/arn.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations {
namespace {

constexpr const char* kLimits =
    "Drydock runs the tasks of this service and deploys it with the strategy ROLLING. It does not make the load "
    "balancer, certificate, security groups, alarms and scaling policy of an Express service, so there is "
    "no endpoint.";

api::ExpressGatewayServiceStatus show_status(const model::Service& service) {
  api::ExpressGatewayServiceStatus status;
  status.statusCode = model::to_text(service.status);
  if (service.status == model::ServiceStatus::kActive) status.statusReason = kLimits;
  return status;
}

api::ExpressGatewayServiceConfiguration show_configuration(const model::State& state,
                                                           const model::ServiceRevision& revision) {
  api::ExpressGatewayServiceConfiguration shown = *revision.express;
  shown.serviceRevisionArn = model::arn_of(state, revision);
  shown.ingressPaths.emplace();
  shown.createdAt = timestamp(revision.created_at);
  return shown;
}

std::vector<api::ExpressGatewayServiceConfiguration> active_configurations(const model::State& state,
                                                                           const model::Service& service) {
  std::vector<api::ExpressGatewayServiceConfiguration> shown;
  for (const model::Deployment& deployment : service.deployments) {
    const model::ServiceRevision* revision = state.find(deployment.revision);
    if (revision != nullptr && revision->express) shown.push_back(show_configuration(state, *revision));
  }
  return shown;
}

/// Every update makes a revision, so the newest one tells when the last update was.
model::Instant updated_at(const model::State& state, const model::Service& service) {
  const auto& revisions = state.of(service.id).revisions;
  return revisions.empty() ? service.created_at : state.get(*revisions.rbegin()).created_at;
}

std::string not_made_reason(std::string_view what) {
  std::string reason = "Drydock does not make ";
  reason.append(what).append(".");
  return reason;
}

/// A resource that Drydock does not make.
template <class Resource>
Resource not_made(const model::ServiceRevision& revision, std::string_view what) {
  Resource resource;
  resource.status = "FAILED";
  resource.statusReason = not_made_reason(what);
  resource.updatedAt = timestamp(revision.created_at);
  return resource;
}

api::ManagedIngressPath ingress_path(const model::ServiceRevision& revision) {
  api::ManagedIngressPath path;
  path.accessType = "PUBLIC";
  path.endpoint = "";  // required by the API, and there is none
  path.loadBalancer = not_made<api::ManagedLoadBalancer>(revision, "load balancers");
  path.loadBalancer->scheme = "internet-facing";
  path.loadBalancer->subnetIds = revision.express->networkConfiguration->subnets;
  path.loadBalancerSecurityGroups = {not_made<api::ManagedSecurityGroup>(revision, "security groups")};
  path.certificate = not_made<api::ManagedCertificate>(revision, "certificates");
  path.certificate->domainName = "";
  path.listener = not_made<api::ManagedListener>(revision, "listeners");
  path.rule = not_made<api::ManagedListenerRule>(revision, "listener rules");
  api::ManagedTargetGroup group = not_made<api::ManagedTargetGroup>(revision, "target groups");
  group.healthCheckPath = revision.express->healthCheckPath;
  group.healthCheckPort = revision.express->primaryContainer->containerPort;
  group.port = revision.express->primaryContainer->containerPort;
  path.targetGroups.emplace().push_back(std::move(group));
  return path;
}

api::ManagedAutoScaling auto_scaling(const model::ServiceRevision& revision) {
  const api::ExpressGatewayScalingTarget& target = *revision.express->scalingTarget;
  api::ManagedAutoScaling scaling;
  scaling.scalableTarget = not_made<api::ManagedScalableTarget>(revision, "scalable targets");
  scaling.scalableTarget->minCapacity = target.minTaskCount;
  scaling.scalableTarget->maxCapacity = target.maxTaskCount;
  auto policy = not_made<api::ManagedApplicationAutoScalingPolicy>(revision, "scaling policies");
  policy.policyType = "TargetTrackingScaling";
  policy.targetValue = *target.autoScalingTargetValue;
  policy.metric = target.autoScalingMetric;
  scaling.applicationAutoScalingPolicies.emplace().push_back(std::move(policy));
  return scaling;
}

}  // namespace

api::ECSExpressGatewayService show_express_service(const model::State& state, const model::Service& service,
                                                   bool with_tags) {
  api::ECSExpressGatewayService shown;
  shown.cluster = state.get(service.cluster).name;
  shown.serviceName = service.name;
  shown.serviceArn = model::arn_of(state, service);
  shown.infrastructureRoleArn = service.infrastructure_role;
  shown.status = show_status(service);
  if (const auto* record = state.find(service.deploying)) shown.currentDeployment = model::arn_of(state, *record);
  shown.activeConfigurations = active_configurations(state, service);
  if (with_tags) shown.tags = service.tags;
  shown.createdAt = timestamp(service.created_at);
  shown.updatedAt = timestamp(updated_at(state, service));
  return shown;
}

api::UpdatedExpressGatewayService show_updated_express_service(const model::State& state,
                                                               const model::Service& service) {
  api::UpdatedExpressGatewayService shown;
  shown.serviceArn = model::arn_of(state, service);
  shown.cluster = state.get(service.cluster).name;
  shown.serviceName = service.name;
  shown.status = show_status(service);
  shown.targetConfiguration = show_configuration(state, state.get(service.deployments.front().revision));
  shown.createdAt = timestamp(service.created_at);
  shown.updatedAt = timestamp(updated_at(state, service));
  return shown;
}

api::ECSManagedResources show_managed_resources(const model::ServiceRevision& revision) {
  api::ECSManagedResources shown;
  shown.ingressPaths.emplace().push_back(ingress_path(revision));
  shown.autoScaling = auto_scaling(revision);
  shown.metricAlarms = {not_made<api::ManagedMetricAlarm>(revision, "metric alarms")};
  shown.serviceSecurityGroups = {not_made<api::ManagedSecurityGroup>(revision, "security groups")};
  const auto& logs = revision.express->primaryContainer->awsLogsConfiguration;
  if (logs && logs->logGroup) {
    api::ManagedLogGroup group;
    group.status = "ACTIVE";
    group.updatedAt = timestamp(revision.created_at);
    group.logGroupName = logs->logGroup;
    shown.logGroups.emplace().push_back(std::move(group));
  }
  return shown;
}

}  // namespace drydock::operations
