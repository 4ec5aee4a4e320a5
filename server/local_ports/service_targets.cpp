#include "server/local_ports/service_targets.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include "model/task_content.hpp"

namespace drydock::server {
namespace {

constexpr const char* kName = "drydock.local-port";
constexpr const char* kLoopback = "127.0.0.1";

std::optional<int> port_number(std::string_view text) {
  int number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || number < 1 || number > 65535) {
    return std::nullopt;
  }
  return number;
}

/// "8080" for the first of the ports, or "80=8080 443=8443"; commas do as well where they may stand (in a label).
void read_wish(std::vector<ServicePort>& ports, std::size_t first, std::string_view text) {
  const auto mistake = [&] {
    ports[first].mistake = "drydock.local-port should be a port, or like 80=8080 443=8443, not ";
    ports[first].mistake += text;
  };
  if (const auto one = port_number(text)) {
    ports[first].wanted = *one;
    return;
  }
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find_first_of(", "));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    const std::size_t equals = pair.find('=');
    const auto inner = port_number(pair.substr(0, equals));
    const auto local = equals == std::string_view::npos ? std::nullopt : port_number(pair.substr(equals + 1));
    if (!inner || !local) return mistake();
    const auto port = std::ranges::find(ports, *inner, &ServicePort::container_port);
    if (port == ports.end()) return mistake();
    port->wanted = *local;
  }
}

const std::string* value_of(const std::vector<api::Tag>& tags) {
  const auto it = std::ranges::find_if(tags, [](const api::Tag& tag) { return tag.key == kName; });
  return it == tags.end() || !it->value ? nullptr : &*it->value;
}

const std::string* value_of(const api::ContainerDefinition& container) {
  if (!container.dockerLabels) return nullptr;
  const auto it = std::ranges::find_if(*container.dockerLabels, [](const auto& label) { return label.first == kName; });
  return it == container.dockerLabels->end() ? nullptr : &it->second;
}

/// Of no traffic split, every deployment; else those with a share of the production traffic.
bool gets_traffic(const model::Service& service, const model::Deployment& deployment) {
  if (service.traffic.empty() || !deployment.revision) return true;
  return std::ranges::any_of(service.traffic, [&](const model::TrafficShare& share) {
    return share.revision == deployment.revision && share.production > 0;
  });
}

std::optional<RelayTarget> target_of(const model::State& state, const model::Task& task, const ServicePort& port) {
  const api::TaskDefinition& definition = model::content_of(state, task);
  const auto inner = static_cast<std::uint16_t>(port.container_port);
  if (task.network) {
    if (task.network->private_ipv4.empty()) return std::nullopt;
    return RelayTarget{task.network->private_ipv4, inner};
  }
  RelayTarget target;
  target.address = kLoopback;
  target.port = inner;
  if (definition.networkMode == "host") return target;
  const auto& containers = *definition.containerDefinitions;
  for (std::size_t i = 0; i < containers.size() && i < task.containers.size(); ++i) {
    if (containers[i].name != port.container) continue;
    for (const model::NetworkBinding& binding : task.containers[i].bindings) {
      if (binding.container_port != port.container_port || binding.udp || binding.host_port == 0) continue;
      target.port = static_cast<std::uint16_t>(binding.host_port);
      return target;
    }
  }
  return std::nullopt;
}

}  // namespace

std::vector<ServicePort> ports_of(const model::State& state, const model::Service& service) {
  std::vector<ServicePort> ports;
  const model::TaskDefinition* definition = state.find(service.task_definition);
  if (definition == nullptr || !definition->definition->containerDefinitions) return ports;
  for (const api::ContainerDefinition& container : *definition->definition->containerDefinitions) {
    if (!container.portMappings) continue;
    const std::size_t first = ports.size();
    for (const api::PortMapping& mapping : *container.portMappings) {
      if (!mapping.containerPort || mapping.protocol.value_or("tcp") != "tcp") continue;
      ports.push_back({container.name.value_or(""), *mapping.containerPort, 0, ""});
    }
    const std::string* label = value_of(container);
    if (label != nullptr && ports.size() > first) read_wish(ports, first, *label);
  }
  const std::string* tag = value_of(service.tags);
  if (tag != nullptr && !ports.empty()) read_wish(ports, 0, *tag);
  return ports;
}

std::vector<RelayTarget> targets_of(const model::State& state, const model::Service& service, const ServicePort& port) {
  std::vector<RelayTarget> targets;
  for (const auto& [digits, tasks] : state.of(service.id).deployments) {
    const auto deployment = std::ranges::find(service.deployments, digits, &model::Deployment::digits);
    if (deployment != service.deployments.end() && !gets_traffic(service, *deployment)) continue;
    for (const model::TaskId id : tasks.healthy) {
      if (auto target = target_of(state, state.get(id), port)) targets.push_back(std::move(*target));
    }
  }
  std::ranges::sort(targets);
  return targets;
}

bool is_served(const model::State& state, const model::Task& task) {
  const model::Service* service = task.service ? state.find(task.service) : nullptr;
  if (service == nullptr) return false;
  const auto& deployments = state.of(service->id).deployments;
  const auto tasks = deployments.find(task.deployment);
  if (tasks == deployments.end() || !tasks->second.healthy.contains(task.id)) return false;
  const auto deployment = std::ranges::find(service->deployments, task.deployment, &model::Deployment::digits);
  return deployment == service->deployments.end() || gets_traffic(*service, *deployment);
}

}  // namespace drydock::server
