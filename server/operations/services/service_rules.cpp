#include "server/operations/services/service_rules.hpp"

#include <algorithm>

#include "model/arn.hpp"
#include "model/task_definitions/compatibility.hpp"
#include "model/task_definitions/network_configuration.hpp"
#include "server/operations/services/placement_rules.hpp"
#include "server/operations/tasks/launch_target.hpp"

namespace drydock::operations {
namespace {

const api::TaskDefinition& definition_of(const ServiceDraft& draft) { return *draft.definition->definition; }

bool is_awsvpc(const ServiceDraft& draft) {
  return draft.definition != nullptr && definition_of(draft).networkMode == "awsvpc";
}

bool has_container_health_check(const ServiceDraft& draft) {
  if (draft.definition == nullptr || !definition_of(draft).containerDefinitions) return false;
  return std::ranges::any_of(*definition_of(draft).containerDefinitions, [](const api::ContainerDefinition& container) {
    return container.essential.value_or(true) && container.healthCheck.has_value();
  });
}

Verdict check_daemon(const ServiceDraft& draft) {
  if (draft.scheduling != model::SchedulingStrategy::kDaemon) return std::nullopt;
  if (draft.launch_type == model::LaunchType::kFargate) {
    return refuse(
        "The daemon scheduling strategy does not support the FARGATE launch type. Change the launch type and "
        "try again");
  }
  const std::string controller(controller_of(draft.settings));
  if (controller != "ECS") {
    return refuse("The daemon scheduling strategy does not support the " + controller + " deployment controller.");
  }
  if (draft.settings.placementStrategy && !draft.settings.placementStrategy->empty()) {
    return refuse("The daemon scheduling strategy does not support placement strategies.");
  }
  return std::nullopt;
}

Verdict check_controller(const ServiceDraft& draft) {
  const std::string controller(controller_of(draft.settings));
  if (controller == "ECS") return std::nullopt;
  const auto& configuration = draft.settings.deploymentConfiguration;
  if (configuration && configuration->deploymentCircuitBreaker &&
      configuration->deploymentCircuitBreaker->enable.value_or(false)) {
    return refuse("The deployment circuit breaker is not supported with the " + controller + " deployment controller.");
  }
  if (controller == "CODE_DEPLOY" &&
      (!has_load_balancers(draft.settings) || has_classic_load_balancer(draft.settings))) {
    return refuse(
        "With the CODE_DEPLOY deployment controller, the service requires an Application Load Balancer or "
        "Network Load Balancer");
  }
  return std::nullopt;
}

Verdict settle_platform(ServiceDraft& draft) {
  auto platform = choose_platform(draft.launch_type, draft.settings.platformVersion, definition_of(draft));
  if (!platform) return std::move(platform.error());
  draft.platform_version = platform->resolved;
  draft.settings.platformVersion.reset();
  draft.settings.platformFamily.reset();
  draft.deployment.platformFamily.reset();
  if (platform->shown.empty()) return std::nullopt;
  draft.settings.platformVersion = platform->shown;
  draft.settings.platformFamily = platform->family;
  draft.deployment.platformFamily = platform->family;
  return std::nullopt;
}

Verdict settle_network(ServiceDraft& draft) {
  auto& network = draft.settings.networkConfiguration;
  const char* launch_type = model::to_text(draft.launch_type);
  if (auto no = model::check_network_configuration(definition_of(draft), network ? &*network : nullptr, launch_type)) {
    return no;
  }
  if (network && !network->awsvpcConfiguration) network.reset();
  if (network && network->awsvpcConfiguration->assignPublicIp.value_or("").empty()) {
    network->awsvpcConfiguration->assignPublicIp = "DISABLED";
  }
  return std::nullopt;
}

Verdict check_exec(const ServiceDraft& draft, std::string_view verb) {
  if (!draft.settings.enableExecuteCommand.value_or(false) || draft.definition == nullptr) return std::nullopt;
  if (!definition_of(draft).taskRoleArn.value_or("").empty()) return std::nullopt;
  return refuse("The service couldn't be " + std::string(verb) +
                " because a valid taskRoleArn is not being used. Specify a valid task role in your task definition and "
                "try again.");
}

/// The role that ECS uses on the caller's behalf: a service-linked one unless the caller named another.
void settle_role(const Context& context, ServiceDraft& draft) {
  const bool linked = is_awsvpc(draft) || has_load_balancers(draft.settings) ||
                      (draft.settings.serviceRegistries && !draft.settings.serviceRegistries->empty()) ||
                      draft.launch_type == model::LaunchType::kExternal || controller_of(draft.settings) == "EXTERNAL";
  if (!linked) {
    draft.settings.roleArn.reset();
  } else if (!draft.settings.roleArn) {
    const model::World& world = context.state().get(context.world);
    draft.settings.roleArn = "arn:" + std::string(model::partition_of(world.region)) + ":iam::" + world.account +
                             ":role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS";
  }
}

}  // namespace

Verdict check_service_name(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  if (!name.empty() && name.size() <= 255 && std::ranges::all_of(name, allowed)) return std::nullopt;
  return refuse("ServiceName must match ^[a-zA-Z0-9\\-_]{1,255}$, but was " + std::string(name));
}

Verdict check_desired_count(const ServiceDraft& draft, const model::Quotas& quotas) {
  if (draft.desired_count < 0) return refuse("DesiredCount can not be lesser than 0");
  const bool discovered = (draft.settings.serviceRegistries && !draft.settings.serviceRegistries->empty()) ||
                          (draft.deployment.serviceConnectConfiguration &&
                           draft.deployment.serviceConnectConfiguration->enabled.value_or(false));
  const int limit = quotas[discovered ? model::Quota::kTasksPerServiceWithDiscovery : model::Quota::kTasksPerService];
  if (draft.desired_count <= limit) return std::nullopt;
  return refuse("DesiredCount can be at most " + std::to_string(limit),
                "ECS runs at most 5,000 tasks in a service, 1,000 with service discovery; use several services.");
}

Verdict check_deployment_configuration(const ServiceDraft& draft) {
  if (!draft.settings.deploymentConfiguration) return std::nullopt;
  const int minimum = draft.settings.deploymentConfiguration->minimumHealthyPercent.value_or(100);
  const int maximum = draft.settings.deploymentConfiguration->maximumPercent.value_or(200);
  if (minimum > 100) return refuse("minimumHealthyPercent must be at most 100");
  if (draft.scheduling == model::SchedulingStrategy::kDaemon) {
    if (maximum > 100) {
      return refuse("The daemon scheduling strategy does not support values above 100 for maximumPercent");
    }
    return std::nullopt;
  }
  if (maximum <= 0) return refuse("maximumPercent must be greater than 0");
  if (maximum < minimum) return refuse("maximumPercent must be greater than or equal to minimumHealthyPercent");
  if (minimum == 100 && maximum == 100) {
    return refuse("Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.",
                  "Raise maximumPercent to start new tasks first, or lower minimumHealthyPercent to stop old ones "
                  "first.");
  }
  return std::nullopt;
}

Verdict check_rebalancing(const ServiceDraft& draft) {
  if (draft.settings.availabilityZoneRebalancing != "ENABLED" || !draft.settings.deploymentConfiguration) {
    return std::nullopt;
  }
  if (draft.settings.deploymentConfiguration->maximumPercent.value_or(200) > 100) return std::nullopt;
  return refuse("Availability Zone rebalancing requires a maximumPercent greater than 100.",
                "Raise maximumPercent above 100 or set availabilityZoneRebalancing to DISABLED.");
}

Verdict check_grace_period(const ServiceDraft& draft) {
  const int seconds = draft.settings.healthCheckGracePeriodSeconds.value_or(0);
  if (seconds < 0) return refuse("healthCheckGracePeriodSeconds can not be lesser than 0");
  const auto& lattice = draft.deployment.vpcLatticeConfigurations;
  const bool checked =
      has_load_balancers(draft.settings) || has_container_health_check(draft) || (lattice && !lattice->empty());
  if (seconds == 0 || checked || draft.definition == nullptr) return std::nullopt;
  return refuse("Health check grace period is only valid for services configured to use load balancers",
                "A load balancer or a health check of an essential container gives the period something to wait for.");
}

Verdict settle(const Context& context, ServiceDraft& draft, std::string_view verb) {
  if (auto no = check_daemon(draft)) return no;
  if (auto no = check_controller(draft)) return no;
  if (auto no = check_deployment_configuration(draft)) return no;
  if (auto no = check_desired_count(draft, context.settings.quotas)) return no;
  const api::TaskDefinition* definition = draft.definition == nullptr ? nullptr : &definition_of(draft);
  if (auto no = check_placement(draft.settings.placementConstraints, draft.settings.placementStrategy, definition,
                                draft.launch_type)) {
    return no;
  }
  if (definition != nullptr) {
    if (auto no = model::check_launch_type(*definition, model::to_text(draft.launch_type))) return no;
    if (auto no = settle_platform(draft)) return no;
    if (auto no = settle_network(draft)) return no;
  }
  if (auto no = check_load_balancers(draft)) return no;
  if (auto no = check_strategy(draft)) return no;
  if (auto no = check_registries(draft)) return no;
  if (auto no = check_volumes(draft)) return no;
  if (auto no = check_exec(draft, verb)) return no;
  settle_role(context, draft);
  return std::nullopt;
}

}  // namespace drydock::operations
