#include "server/operations/services/start_deployment.hpp"

#include "scheduler/deployments/traffic.hpp"
#include "scheduler/deployments/traffic_schedule.hpp"
#include "scheduler/reconciler/service_deployments.hpp"
#include "server/operations/express/express_configuration.hpp"
#include "server/operations/services/connect_endpoints.hpp"

namespace drydock::operations {
namespace {

/// The configuration of an Express service goes on, with what the new deployment changes in it. Null for others.
std::shared_ptr<const ExpressConfiguration> express_of(const Context& context, const model::Service& service,
                                                       const ServiceDraft& draft) {
  if (service.deployments.empty()) return nullptr;
  const auto* before = context.state().find(service.deployments.front().revision);
  if (before == nullptr || !before->express) return nullptr;
  return std::make_shared<const ExpressConfiguration>(
      carried_over(*before->express, *draft.definition->definition, draft.settings.networkConfiguration));
}

std::vector<api::ContainerImage> images_of(const api::TaskDefinition& definition) {
  std::vector<api::ContainerImage> images;
  if (!definition.containerDefinitions) return images;
  for (const api::ContainerDefinition& container : *definition.containerDefinitions) {
    api::ContainerImage& image = images.emplace_back();
    image.containerName = container.name;
    image.image = container.image;
  }
  return images;
}

model::ServiceRevisionId make_revision(Context& context, model::ServiceId service, const ServiceDraft& draft,
                                       const model::Deployment& deployment) {
  api::ServiceRevision definition;
  definition.capacityProviderStrategy = draft.deployment.capacityProviderStrategy;
  if (!definition.capacityProviderStrategy) definition.launchType = model::to_text(draft.launch_type);
  if (!draft.platform_version.empty()) definition.platformVersion = draft.platform_version;
  definition.platformFamily = draft.deployment.platformFamily;
  definition.loadBalancers = draft.settings.loadBalancers;
  definition.serviceRegistries = draft.settings.serviceRegistries;
  definition.networkConfiguration = draft.settings.networkConfiguration;
  definition.containerImages = images_of(*draft.definition->definition);
  definition.guardDutyEnabled = false;
  definition.serviceConnectConfiguration = draft.deployment.serviceConnectConfiguration;
  definition.volumeConfigurations = draft.deployment.volumeConfigurations;
  definition.vpcLatticeConfigurations = draft.deployment.vpcLatticeConfigurations;

  model::ServiceRevision revision;
  revision.service = service;
  revision.digits = deployment.digits;
  revision.task_definition = draft.definition->id;
  revision.launch_type = draft.launch_type;
  const auto& configuration = draft.settings.deploymentConfiguration;
  const bool shifts = configuration && scheduler::shifts_traffic(*configuration);
  revision.alternate = scheduler::takes_alternate_groups(context.state(), context.state().get(service), shifts);
  revision.platform_version = draft.settings.platformVersion.value_or("");
  revision.definition = std::make_shared<api::ServiceRevision>(std::move(definition));
  revision.express = express_of(context, context.state().get(service), draft);
  revision.created_at = context.tx.now();
  return context.tx.create(std::move(revision));
}

model::ServiceDeploymentId make_record(Context& context, const model::Service& service, const ServiceDraft& draft,
                                       model::ServiceRevisionId target) {
  model::ServiceDeployment record;
  record.service = service.id;
  record.name = context.tx.random().service_deployment_name();
  record.target.revision = target;
  for (const model::Deployment& before : service.deployments) {
    if (before.revision) record.sources.emplace_back().revision = before.revision;
  }
  if (draft.settings.deploymentConfiguration) {
    record.configuration = std::make_shared<api::DeploymentConfiguration>(*draft.settings.deploymentConfiguration);
  }
  record.created_at = context.tx.now();
  record.updated_at = context.tx.now();
  return context.tx.create(std::move(record));
}

}  // namespace

void start_deployment(Context& context, model::ServiceId id, const ServiceDraft& draft) {
  const model::Service& service = context.state().get(id);
  bring_endpoints(context, context.state().get(service.cluster), draft.deployment.serviceConnectConfiguration);
  if (scheduler::ongoing(context.state(), id) != nullptr) scheduler::supersede(context.tx, service.deploying);
  model::Deployment next = make_deployment(context.tx, draft);
  next.revision = make_revision(context, id, draft, next);
  const model::ServiceDeploymentId record = make_record(context, service, draft, next.revision);
  context.tx.update(id, [&](model::Service& entity) {
    entity.deployments.insert(entity.deployments.begin(), std::move(next));
    entity.deploying = record;
    entity.steady = false;
    entity.suppressed.clear();
  });
}

}  // namespace drydock::operations
