#include <algorithm>
#include <charconv>

#include "model/arn.hpp"
#include "server/operations/services/service_rules.hpp"

namespace drydock::operations {
namespace {

constexpr std::size_t kMaxTargetGroups = model::default_of(model::Quota::kTargetGroupsPerService);
constexpr std::size_t kMaxClassicLoadBalancers = model::default_of(model::Quota::kClassicLoadBalancersPerService);
constexpr std::size_t kMaxRegistries = 1;

bool given(const std::optional<std::string>& member) { return member && !member->empty(); }

const api::ContainerDefinition* container_named(const ServiceDraft& draft, std::string_view name) {
  const auto& containers = draft.definition->definition->containerDefinitions;
  if (!containers) return nullptr;
  const auto it = std::ranges::find_if(*containers, [&](const auto& container) { return container.name == name; });
  return it == containers->end() ? nullptr : &*it;
}

bool in_range(const std::string& range, int port) {
  const std::size_t dash = range.find('-');
  if (dash == std::string::npos) return false;
  int first = 0;
  int last = 0;
  std::from_chars(range.data(), range.data() + dash, first);
  std::from_chars(range.data() + dash + 1, range.data() + range.size(), last);
  return first <= port && port <= last;
}

bool exposes(const api::ContainerDefinition& container, int port) {
  if (!container.portMappings) return false;
  return std::ranges::any_of(*container.portMappings, [&](const api::PortMapping& mapping) {
    return mapping.containerPort == port || (mapping.containerPortRange && in_range(*mapping.containerPortRange, port));
  });
}

/// A container of the task definition and one of its ports.
Verdict check_container_port(const ServiceDraft& draft, const std::string& name, std::optional<int> port) {
  if (draft.definition == nullptr) return std::nullopt;
  const api::ContainerDefinition* container = container_named(draft, name);
  if (container == nullptr) return refuse("The container " + name + " does not exist in the task definition.");
  if (port && !exposes(*container, *port)) {
    return refuse("The container " + name + " did not have a container port " + std::to_string(*port) + " defined.",
                  "Add the port to portMappings of the container in a new revision of the task definition.");
  }
  return std::nullopt;
}

/// Without load balancers to look into, every target group of the right form exists.
bool is_target_group(const std::string& text) {
  const auto arn = model::parse_arn(text);
  return arn && arn->service == "elasticloadbalancing" && arn->type == "targetgroup";
}

bool is_awsvpc(const ServiceDraft& draft) {
  return draft.definition != nullptr && draft.definition->definition->networkMode == "awsvpc";
}

Verdict check_balancer(const ServiceDraft& draft, const api::LoadBalancer& balancer) {
  const bool group = given(balancer.targetGroupArn);
  const bool classic = given(balancer.loadBalancerName);
  if (group && classic) return refuse("loadBalancerName and targetGroupArn cannot both be specified");
  if (!group && !classic) return refuse("loadBalancerName or targetGroupArn must be specified");
  if (classic && draft.launch_type == model::LaunchType::kFargate) {
    return refuse("Classic Load Balancers are not supported with Fargate");
  }
  if (classic && is_awsvpc(draft)) {
    return refuse("Classic Load Balancers are not supported with the awsvpc network mode.");
  }
  if (group && !is_target_group(*balancer.targetGroupArn)) {
    return refuse("Invalid target group ARN: " + *balancer.targetGroupArn);
  }
  if (!given(balancer.containerName)) return refuse("Container Name can not be blank.");
  if (!balancer.containerPort) return refuse("Container Port can not be blank.");
  return check_container_port(draft, *balancer.containerName, balancer.containerPort);
}

Verdict check_registry(const ServiceDraft& draft, const api::ServiceRegistry& registry) {
  if (!given(registry.registryArn)) return refuse("registryArn can not be blank.");
  const auto arn = model::parse_arn(*registry.registryArn);
  if (!arn || arn->service != "servicediscovery" || arn->type != "service") {
    return refuse("Invalid service registry ARN: " + *registry.registryArn);
  }
  const bool named = given(registry.containerName);
  if (registry.port && named) {
    return refuse("The values specified for serviceRegistries cannot have both 'port' and 'containerName'");
  }
  if (is_awsvpc(draft)) {
    if (registry.containerPort && !named) {
      return refuse("The values specified for serviceRegistries do not require a value for 'containerPort'",
                    "In the awsvpc network mode, give containerName and containerPort together, or neither.");
    }
  } else if (draft.definition != nullptr && (!named || !registry.containerPort)) {
    return refuse("The values specified for serviceRegistries require 'containerName' and 'containerPort'",
                  "Outside the awsvpc network mode only SRV records work: they need the container and its port.");
  }
  if (!named) return std::nullopt;
  return check_container_port(draft, *registry.containerName, registry.containerPort);
}

}  // namespace

Verdict check_load_balancers(const ServiceDraft& draft) {
  if (!has_load_balancers(draft.settings)) return std::nullopt;
  const auto& balancers = *draft.settings.loadBalancers;
  const std::size_t limit = has_classic_load_balancer(draft.settings) ? kMaxClassicLoadBalancers : kMaxTargetGroups;
  for (const api::LoadBalancer& balancer : balancers) {
    if (auto no = check_balancer(draft, balancer)) return no;
  }
  if (balancers.size() > limit) return refuse("load balancers can have at most " + std::to_string(limit) + " items");
  return std::nullopt;
}

Verdict check_registries(const ServiceDraft& draft) {
  if (!draft.settings.serviceRegistries) return std::nullopt;
  if (draft.settings.serviceRegistries->size() > kMaxRegistries) {
    return refuse("service registries can have at most 1 items");
  }
  for (const api::ServiceRegistry& registry : *draft.settings.serviceRegistries) {
    if (auto no = check_registry(draft, registry)) return no;
  }
  return std::nullopt;
}

Verdict check_role(const ServiceDraft& draft, const std::optional<std::string>& role) {
  if (!given(role)) return std::nullopt;
  if (!has_load_balancers(draft.settings)) {
    return refuse("IAM roles are only valid for services configured to use load balancers");
  }
  const bool registered = draft.settings.serviceRegistries && !draft.settings.serviceRegistries->empty();
  if (is_awsvpc(draft) || registered || draft.settings.loadBalancers->size() > 1) {
    return refuse("You cannot specify an IAM role for services that require a service linked role");
  }
  return std::nullopt;
}

}  // namespace drydock::operations
