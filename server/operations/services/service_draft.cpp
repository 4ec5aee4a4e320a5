#include "server/operations/services/service_draft.hpp"

#include <algorithm>

#include "model/arn.hpp"

namespace drydock::operations {

std::string_view controller_of(const api::Service& settings) {
  return settings.deploymentController && settings.deploymentController->type
             ? std::string_view(*settings.deploymentController->type)
             : std::string_view("ECS");
}

bool has_classic_load_balancer(const api::Service& settings) {
  return has_load_balancers(settings) &&
         std::ranges::any_of(*settings.loadBalancers, [](const api::LoadBalancer& balancer) {
           return balancer.loadBalancerName && !balancer.loadBalancerName->empty();
         });
}

model::Deployment make_deployment(model::Transaction& tx, const ServiceDraft& draft) {
  model::Deployment deployment;
  deployment.digits = tx.random().deployment_digits();
  deployment.task_definition = draft.definition->id;
  deployment.launch_type = draft.launch_type;
  deployment.rollout_reason = "ECS deployment " + model::deployment_id(deployment.digits) + " in progress.";
  deployment.desired_count = draft.desired_count;
  deployment.platform_version = draft.platform_version;
  if (draft.settings.networkConfiguration) {
    deployment.network = std::make_shared<api::NetworkConfiguration>(*draft.settings.networkConfiguration);
  }
  if (draft.deployment != api::Deployment{}) deployment.settings = std::make_shared<api::Deployment>(draft.deployment);
  deployment.created_at = tx.now();
  deployment.updated_at = tx.now();
  return deployment;
}

bool needs_new_deployment(const ServiceDraft& draft, const model::Deployment& deployment,
                          const api::Service& settings) {
  if (draft.definition->id != deployment.task_definition || draft.launch_type != deployment.launch_type ||
      draft.platform_version != deployment.platform_version) {
    return true;
  }
  static const api::NetworkConfiguration kNoNetwork;
  const api::NetworkConfiguration& network = deployment.network ? *deployment.network : kNoNetwork;
  if (draft.settings.networkConfiguration.value_or(kNoNetwork) != network) return true;
  static const api::Deployment kNoSettings;
  if (draft.deployment != (deployment.settings ? *deployment.settings : kNoSettings)) return true;
  return draft.settings.loadBalancers != settings.loadBalancers ||
         draft.settings.serviceRegistries != settings.serviceRegistries;
}

void apply(const ServiceDraft& draft, model::Service& service) {
  service.strategy = draft.scheduling;
  service.launch_type = draft.launch_type;
  service.desired_count = draft.desired_count;
  if (draft.settings.deploymentConfiguration) {
    const api::DeploymentConfiguration& configuration = *draft.settings.deploymentConfiguration;
    service.minimum_healthy_percent = configuration.minimumHealthyPercent.value_or(100);
    service.maximum_percent = configuration.maximumPercent.value_or(200);
  }
  service.task_definition = draft.definition == nullptr ? model::TaskDefinitionId{} : draft.definition->id;
  service.settings = std::make_shared<api::Service>(draft.settings);
}

}  // namespace drydock::operations
