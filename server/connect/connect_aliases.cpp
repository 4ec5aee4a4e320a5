#include "server/connect/connect_aliases.hpp"

#include <algorithm>
#include <charconv>

#include "model/discovery_follow.hpp"
#include "model/task_content.hpp"
#include "server/local_ports/service_targets.hpp"

namespace drydock::server {
namespace {

// spec/service-discovery.md section 3.1.
constexpr std::chrono::seconds kIdleOfHttp{300};
constexpr std::chrono::seconds kIdleOfTcp{3600};

std::string lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

const api::PortMapping* mapping_named(const api::TaskDefinition& definition, const std::string& name) {
  if (!definition.containerDefinitions) return nullptr;
  for (const api::ContainerDefinition& container : *definition.containerDefinitions) {
    if (!container.portMappings) continue;
    const auto found = std::ranges::find_if(*container.portMappings,
                                            [&](const api::PortMapping& mapping) { return mapping.name == name; });
    if (found != container.portMappings->end()) return &*found;
  }
  return nullptr;
}

std::chrono::seconds idle_of(const api::ServiceConnectService& endpoint, const api::PortMapping* mapping) {
  if (endpoint.timeout && endpoint.timeout->idleTimeoutSeconds) {
    return std::chrono::seconds(*endpoint.timeout->idleTimeoutSeconds);
  }
  return mapping != nullptr && mapping->appProtocol ? kIdleOfHttp : kIdleOfTcp;
}

void add_aliases(const model::State& state, const model::Service& service, std::vector<ConnectAlias>& aliases) {
  if (service.status == model::ServiceStatus::kInactive || service.deployments.empty()) return;
  const model::Deployment& primary = service.deployments.front();
  const auto* connect = model::connect_configuration(primary);
  if (connect == nullptr || !connect->services) return;
  const model::Cluster& cluster = state.get(service.cluster);
  const auto* room =
      model::connect_namespace(state, cluster.world, model::connect_namespace_reference(*connect, cluster));
  if (room == nullptr) return;
  const model::TaskDefinition* definition = state.find(primary.task_definition);
  for (const api::ServiceConnectService& endpoint : *connect->services) {
    const std::string port_name = endpoint.portName.value_or("");
    const std::string discovery = endpoint.discoveryName.value_or(port_name);
    const auto& services = state.of(room->id).services;
    const auto found = services.find(discovery);
    if (found == services.end()) continue;
    const auto* mapping = definition == nullptr ? nullptr : mapping_named(*definition->definition, port_name);
    const std::string usual = discovery + "." + room->name;
    ConnectAlias alias{lower(usual), 0, service.id, found->second, idle_of(endpoint, mapping)};
    if (!endpoint.clientAliases || endpoint.clientAliases->empty()) {
      alias.port = mapping == nullptr ? 0 : mapping->containerPort.value_or(0);
      aliases.push_back(alias);
      continue;
    }
    for (const api::ServiceConnectClientAlias& one : *endpoint.clientAliases) {
      alias.name = lower(one.dnsName.value_or(usual));
      alias.port = one.port.value_or(0);
      aliases.push_back(alias);
    }
  }
}

std::string attribute(const model::DiscoveryInstance& instance, std::string_view key) {
  const auto it = std::ranges::find(instance.attributes, key, &model::DiscoveryAttribute::key);
  return it == instance.attributes.end() ? std::string() : it->value;
}

void add_fixed_ports(const api::TaskDefinition& definition, std::set<int>& ports) {
  const std::string mode = definition.networkMode.value_or("bridge");
  if ((mode != "bridge" && mode != "host") || !definition.containerDefinitions) return;
  for (const api::ContainerDefinition& container : *definition.containerDefinitions) {
    if (!container.portMappings) continue;
    for (const api::PortMapping& mapping : *container.portMappings) {
      if (mapping.protocol.value_or("tcp") != "tcp") continue;
      const int port = mode == "host" ? mapping.containerPort.value_or(0) : mapping.hostPort.value_or(0);
      if (port != 0) ports.insert(port);
    }
  }
}

}  // namespace

std::vector<ConnectAlias> connect_aliases(const model::State& state) {
  std::vector<ConnectAlias> aliases;
  for (const model::ServiceId id : state.services()) add_aliases(state, state.get(id), aliases);
  std::set<std::pair<std::string, int>> seen;
  std::erase_if(aliases, [&](const ConnectAlias& alias) { return !seen.emplace(alias.name, alias.port).second; });
  return aliases;
}

std::vector<RelayTarget> connect_targets(const model::State& state, model::DiscoveryServiceId endpoint) {
  std::vector<RelayTarget> targets;
  if (state.find(endpoint) == nullptr) return targets;
  for (const auto& [name, id] : state.of(endpoint).instances) {
    const model::DiscoveryInstance& instance = state.get(id);
    const model::Task* task = instance.task ? state.find(instance.task) : nullptr;
    if (task == nullptr || !is_served(state, *task)) continue;
    RelayTarget target{attribute(instance, "AWS_INSTANCE_IPV4"), 0};
    const std::string port = attribute(instance, "AWS_INSTANCE_PORT");
    std::from_chars(port.data(), port.data() + port.size(), target.port);
    if (!target.address.empty() && target.port != 0) targets.push_back(std::move(target));
  }
  std::ranges::sort(targets);
  return targets;
}

std::set<int> fixed_host_ports(const model::State& state) {
  std::set<int> ports;
  const auto of_task = [&](model::TaskId id) {
    const model::Task& task = state.get(id);
    if (task.last_status != model::TaskStatus::kStopped) add_fixed_ports(model::content_of(state, task), ports);
  };
  for (const model::ClusterId id : state.clusters()) {
    const model::ClusterIndex& cluster = state.of(id);
    for (const model::TaskId task : cluster.wanted) of_task(task);
    for (const model::TaskId task : cluster.unwanted) of_task(task);
  }
  // Tasks that a service is yet to start.
  for (const model::ServiceId id : state.services()) {
    const model::Service& service = state.get(id);
    if (service.status == model::ServiceStatus::kInactive) continue;
    for (const model::Deployment& deployment : service.deployments) {
      const model::TaskDefinition* definition = state.find(deployment.task_definition);
      if (definition != nullptr) add_fixed_ports(*definition->definition, ports);
    }
  }
  return ports;
}

}  // namespace drydock::server
