#include <algorithm>

#include "server/operations/services/service_rules.hpp"

namespace drydock::operations {
namespace {

constexpr std::size_t kMaxClientAliases = 1;

bool given(const std::optional<std::string>& member) { return member && !member->empty(); }

bool names_a_port(const ServiceDraft& draft, const std::string& name) {
  const auto& containers = draft.definition->definition->containerDefinitions;
  if (!containers) return false;
  return std::ranges::any_of(*containers, [&](const api::ContainerDefinition& container) {
    return container.portMappings && std::ranges::any_of(*container.portMappings, [&](const api::PortMapping& mapping) {
             return mapping.name == name;
           });
  });
}

/// Labels of letters, digits, hyphens and underscores, separated by dots.
bool is_dns_name(std::string_view name) {
  if (name.empty() || name.size() > 127) return false;
  std::size_t label = 0;
  for (const char c : name) {
    if (c == '.') {
      if (label == 0) return false;
      label = 0;
      continue;
    }
    const bool allowed =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    if (!allowed || ++label > 63) return false;
  }
  return label > 0;
}

Verdict check_connect_service(const ServiceDraft& draft, const api::ServiceConnectService& service) {
  const std::string port = service.portName.value_or("");
  if (draft.definition != nullptr && !names_a_port(draft, port)) {
    return refuse("portName(" + port + ") does not refer to any named PortMapping in the container definitions",
                  "Give the port mapping a name in a new revision of the task definition.");
  }
  if (!service.clientAliases) return std::nullopt;
  if (service.clientAliases->size() > kMaxClientAliases) {
    return refuse(std::to_string(service.clientAliases->size()) + " clientAliases exceeds the max limit of 1");
  }
  for (const api::ServiceConnectClientAlias& alias : *service.clientAliases) {
    if (alias.dnsName && !is_dns_name(*alias.dnsName)) return refuse("The DNS name that you provided is invalid");
  }
  return std::nullopt;
}

}  // namespace

Verdict check_service_connect(const ServiceDraft& draft, const model::Cluster& cluster) {
  const auto& configuration = draft.deployment.serviceConnectConfiguration;
  if (!configuration || !configuration->enabled.value_or(false)) return std::nullopt;
  const bool cluster_default = cluster.settings && cluster.settings->serviceConnectDefaults &&
                               given(cluster.settings->serviceConnectDefaults->namespace_);
  if (!given(configuration->namespace_) && !cluster_default) {
    return refuse(
        "Namespace is missing",
        "Name a namespace in serviceConnectConfiguration, or give the cluster one with aws ecs update-cluster "
        "--service-connect-defaults.");
  }
  if (!configuration->services) return std::nullopt;
  for (const api::ServiceConnectService& service : *configuration->services) {
    if (auto no = check_connect_service(draft, service)) return no;
  }
  return std::nullopt;
}

namespace {

/// The Service Connect namespace of a configuration, its cluster's default included; empty for none.
std::string namespace_of(const std::optional<api::ServiceConnectConfiguration>& configuration,
                         const model::Cluster& cluster) {
  if (!configuration || !configuration->enabled.value_or(false)) return {};
  if (given(configuration->namespace_)) return *configuration->namespace_;
  if (!cluster.settings || !cluster.settings->serviceConnectDefaults) return {};
  return cluster.settings->serviceConnectDefaults->namespace_.value_or("");
}

int services_in_namespace(const Context& context, const std::string& name) {
  const model::State& state = context.state();
  int count = 0;
  for (const auto& [cluster_name, cluster_id] : state.of(context.world).clusters) {
    const model::Cluster& cluster = state.get(cluster_id);
    for (const auto& [service_name, id] : state.of(cluster_id).services) {
      const model::Service& service = state.get(id);
      if (service.deployments.empty() || !service.deployments.front().settings) continue;
      if (namespace_of(service.deployments.front().settings->serviceConnectConfiguration, cluster) == name) ++count;
    }
  }
  return count;
}

}  // namespace

Verdict check_namespace_quota(const Context& context, const ServiceDraft& draft, const model::Cluster& cluster) {
  const std::string name = namespace_of(draft.deployment.serviceConnectConfiguration, cluster);
  if (name.empty()) return std::nullopt;
  const int limit = context.settings.quotas[model::Quota::kServicesPerNamespace];
  if (services_in_namespace(context, name) < limit) return std::nullopt;
  return refuse("The namespace " + name + " can have at most " + std::to_string(limit) + " services.",
                "Use another namespace for this service.");
}

Verdict check_volumes(const ServiceDraft& draft) {
  const auto& configurations = draft.deployment.volumeConfigurations;
  if (!configurations || draft.definition == nullptr) return std::nullopt;
  const auto& volumes = draft.definition->definition->volumes;
  for (const api::ServiceVolumeConfiguration& configuration : *configurations) {
    const std::string name = configuration.name.value_or("");
    const bool known = volumes && std::ranges::any_of(*volumes, [&](const api::Volume& volume) {
                         return volume.name == name && volume.configuredAtLaunch.value_or(false);
                       });
    if (!known) {
      return refuse(
          "The volume name '" + name + "' in your request does not have a matching volume in your Task Definition",
          "The task definition needs a volume of that name with configuredAtLaunch true.");
    }
    const auto& ebs = configuration.managedEBSVolume;
    if (ebs && !ebs->sizeInGiB && !given(ebs->snapshotId)) {
      return refuse("ECS managed EBS volume configuration was invalid", "Give sizeInGiB or snapshotId.");
    }
  }
  return std::nullopt;
}

}  // namespace drydock::operations
