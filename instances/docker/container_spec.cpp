#include "instances/docker/container_spec.hpp"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <set>

#include "instances/docker/firelens/firelens.hpp"
#include "instances/docker/gpus.hpp"
#include "instances/docker/logs/log_config.hpp"
#include "instances/docker/volumes.hpp"
#include "instances/host_config.hpp"

namespace drydock::instances::docker {

namespace {

using Json = nlohmann::json;

constexpr std::int64_t kMiB = std::int64_t{1024} * 1024;
constexpr std::int64_t kCpuPeriod = 100'000;  // microseconds

bool filled(const auto& list) { return list && !list->empty(); }

Json health_check(const std::optional<api::HealthCheck>& check) {
  // A health check of the image counts for nothing in ECS.
  if (!check || !filled(check->command)) return Json{{"Test", {"NONE"}}};
  return health_check_of(*check);
}

Json config_part(const SpecContext& context, const TaskPayload& task, const api::ContainerDefinition& definition,
                 bool own_network) {
  Json config = {{"Image", definition.image.value_or("")}, {"Healthcheck", health_check(definition.healthCheck)}};
  Json environment = Json::array();
  if (definition.environment) {
    for (const auto& entry : *definition.environment)
      environment.push_back(entry.name.value_or("") + "=" + entry.value.value_or(""));
  }
  for (const auto& [name, value] : context.environment) environment.push_back(name + "=" + value);
  config["Env"] = std::move(environment);
  if (filled(definition.command)) config["Cmd"] = *definition.command;
  if (filled(definition.entryPoint)) config["Entrypoint"] = *definition.entryPoint;
  if (definition.user) config["User"] = *definition.user;
  if (definition.workingDirectory) config["WorkingDir"] = *definition.workingDirectory;
  if (definition.hostname && own_network) config["Hostname"] = *definition.hostname;
  if (definition.disableNetworking) config["NetworkDisabled"] = *definition.disableNetworking;
  if (definition.pseudoTerminal) config["Tty"] = *definition.pseudoTerminal;
  if (definition.interactive.value_or(false)) config["OpenStdin"] = true;
  Json labels = Json::object();
  if (definition.dockerLabels) {
    for (const auto& [key, value] : *definition.dockerLabels) labels[key] = value;
  }
  for (const auto& [key, value] : container_labels(context.owner, task, definition.name.value_or("")))
    labels[key] = value;
  config["Labels"] = std::move(labels);
  return config;
}

std::string host_port_text(const SpecContext& context, std::int32_t host_port) {
  if (host_port != 0) return std::to_string(host_port);
  if (!context.dynamic_ports) return {};
  return std::to_string(context.dynamic_ports->first) + "-" + std::to_string(context.dynamic_ports->last);
}

void add_port(Json& config, Json& host, int container_port, const std::string& protocol, std::string host_port) {
  const std::string key = std::to_string(container_port) + "/" + protocol;
  config["ExposedPorts"][key] = Json::object();
  host["PortBindings"][key].push_back(Json{{"HostIp", ""}, {"HostPort", std::move(host_port)}});
}

void add_ports(const SpecContext& context, const api::ContainerDefinition& definition, Json& config, Json& host) {
  if (!definition.portMappings) return;
  for (const auto& mapping : *definition.portMappings) {
    const std::string protocol = mapping.protocol.value_or("tcp");
    if (mapping.containerPort) {
      add_port(config, host, *mapping.containerPort, protocol, host_port_text(context, mapping.hostPort.value_or(0)));
      continue;
    }
    const auto range = parse_port_range(mapping.containerPortRange.value_or(""));
    if (!range) continue;
    const auto chosen = context.host_ranges.find(port_range_key(mapping));
    for (int port = range->first; port <= range->last; ++port) {
      const int host_port = chosen == context.host_ranges.end() ? 0 : chosen->second + port - range->first;
      add_port(config, host, port, protocol, host_port_text(context, host_port));
    }
  }
}

/// What the task as a whole may use is the bound of each of its containers: exact for a task of one, too much for the
/// sum of several. AWS's agent puts them into one cgroup, which takes root.
void add_limits(const TaskPayload& task, const api::ContainerDefinition& definition, Json& host) {
  std::int64_t memory = definition.memory.value_or(0);
  if (memory <= 0) memory = task.memory_mib.value_or(0);
  if (memory > 0) host["Memory"] = std::max<std::int64_t>(memory, 4) * kMiB;
  if (const std::int64_t soft = definition.memoryReservation.value_or(0); soft > 0)
    host["MemoryReservation"] = soft * kMiB;
  // Shares of 0 would mean the engine's default of 1024; ECS gives such a container the least there is.
  host["CpuShares"] = std::clamp(definition.cpu.value_or(0), 2, 262144);
  if (const std::int64_t cpu = task.cpu_units.value_or(0); cpu > 0) {
    host["CpuPeriod"] = kCpuPeriod;
    host["CpuQuota"] = std::max<std::int64_t>(cpu * kCpuPeriod / 1024, 1000);  // the least that the engine takes
  }
}

void add_network(const SpecContext& context, const TaskPayload& task, const api::ContainerDefinition& definition,
                 Json& host, bool own_network) {
  if (!own_network) {
    host["NetworkMode"] = "container:" + context.network_container_id;
    return;
  }
  host["NetworkMode"] = task.network_mode.empty() || task.network_mode == "awsvpc" ? "bridge" : task.network_mode;
  add_names(definition, host);
  if (!filled(definition.dnsServers) && !context.name_servers.empty()) host["Dns"] = context.name_servers;
  if (!definition.links || host["NetworkMode"] != "bridge") return;
  for (const std::string& link : *definition.links) {
    const std::size_t colon = link.find(':');
    const std::string target = link.substr(0, colon);
    const std::string alias = colon == std::string::npos ? target : link.substr(colon + 1);
    host["Links"].push_back(docker_name(task, target) + ":" + alias);
  }
}

/// pidMode and ipcMode. The first container of those that share is the one that the others join.
void add_namespaces(const SpecContext& context, const TaskPayload& task, Json& host) {
  const std::string other = "container:" + context.namespace_container_id;
  const bool joins = !context.namespace_container_id.empty();
  if (task.pid_mode == "host") host["PidMode"] = "host";
  if (task.pid_mode == "task" && joins) host["PidMode"] = other;
  if (task.ipc_mode == "host" || task.ipc_mode == "none") host["IpcMode"] = task.ipc_mode;
  if (task.ipc_mode == "task") host["IpcMode"] = joins ? other : "shareable";
}

/// Those of the network belong to whoever has it: in an awsvpc task to all containers, and the last word counts.
void add_system_controls(const TaskPayload& task, const api::ContainerDefinition& definition, Json& host,
                         bool own_network) {
  const auto owner = network_owner(task);
  const bool shares = owner && task.containers[*owner].definition->name == definition.name;
  const auto add = [&host](const api::ContainerDefinition& from, bool of_network, bool others) {
    if (!from.systemControls) return;
    for (const auto& control : *from.systemControls) {
      const std::string name = control.namespace_.value_or("");
      if (name.starts_with("net.") ? of_network : others) host["Sysctls"][name] = control.value.value_or("");
    }
  };
  add(definition, own_network, true);
  if (!shares) return;
  for (std::size_t i = 0; i < task.containers.size(); ++i) {
    if (joins_network(task, i)) add(*task.containers[i].definition, true, false);
  }
}

/// Names of the containers that `start` waits for, directly or through others.
std::set<std::string> prerequisites(const TaskPayload& task, const std::string& start) {
  std::set<std::string> seen;
  std::vector<std::string> open{start};
  while (!open.empty()) {
    const std::string name = std::move(open.back());
    open.pop_back();
    for (const ContainerPayload& container : task.containers) {
      if (container.definition->name.value_or("") != name || !container.definition->dependsOn) continue;
      for (const auto& dependency : *container.definition->dependsOn) {
        const std::string target = dependency.containerName.value_or("");
        if (seen.insert(target).second) open.push_back(target);
      }
    }
  }
  return seen;
}

}  // namespace

std::optional<PortRange> parse_port_range(const std::string& text) {
  PortRange range;
  const char* end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, range.first);
  if (first.ec != std::errc{} || first.ptr == end || *first.ptr != '-') return std::nullopt;
  const auto last = std::from_chars(first.ptr + 1, end, range.last);
  if (last.ec != std::errc{} || last.ptr != end || range.first < 1 || range.last > 65535 || range.first > range.last)
    return std::nullopt;
  return range;
}

std::string port_range_key(const api::PortMapping& mapping) {
  return mapping.containerPortRange.value_or("") + "/" + mapping.protocol.value_or("tcp");
}

bool publishes_ports(const TaskPayload& task) { return task.network_mode.empty() || task.network_mode == "bridge"; }

namespace {

bool shares_processes_or_memory(const TaskPayload& task) { return task.pid_mode == "task" || task.ipc_mode == "task"; }

/// The first essential container that waits for no other essential one.
std::optional<std::size_t> leader(const TaskPayload& task) {
  if (task.containers.empty()) return std::nullopt;
  std::set<std::string> essential;
  for (const ContainerPayload& container : task.containers) {
    if (container.definition->essential.value_or(true)) essential.insert(container.definition->name.value_or(""));
  }
  for (std::size_t i = 0; i < task.containers.size(); ++i) {
    const std::string name = task.containers[i].definition->name.value_or("");
    if (!essential.contains(name)) continue;
    const auto needed = prerequisites(task, name);
    if (std::ranges::none_of(needed, [&](const std::string& other) { return essential.contains(other); })) return i;
  }
  return 0;
}

/// Whether container `index` is another one than the owner, and none that the owner waits for.
bool joins(const TaskPayload& task, std::optional<std::size_t> owner, std::size_t index) {
  if (!owner || *owner == index) return false;
  const auto needed = prerequisites(task, task.containers[*owner].definition->name.value_or(""));
  return !needed.contains(task.containers[index].definition->name.value_or(""));
}

}  // namespace

std::optional<std::size_t> network_owner(const TaskPayload& task) {
  return task.network_mode == "awsvpc" ? leader(task) : std::nullopt;
}

bool joins_network(const TaskPayload& task, std::size_t index) { return joins(task, network_owner(task), index); }

std::optional<std::size_t> namespace_owner(const TaskPayload& task) {
  return task.network_mode == "awsvpc" || shares_processes_or_memory(task) ? leader(task) : std::nullopt;
}

bool joins_namespaces(const TaskPayload& task, std::size_t index) {
  return shares_processes_or_memory(task) && joins(task, namespace_owner(task), index);
}

std::expected<std::string, std::string> container_spec(const SpecContext& context, const TaskPayload& task,
                                                       const ContainerPayload& container) {
  const api::ContainerDefinition& definition = *container.definition;
  const bool own_network = context.network_container_id.empty();
  Json config = config_part(context, task, definition, own_network);
  for (const auto& [name, value] : container.secrets.environment) config["Env"].push_back(name + "=" + value);
  if (definition.firelensConfiguration) {
    for (const auto& [name, value] : router_environment(task)) config["Env"].push_back(name + "=" + value);
    if (const std::string volume = config_volume(definition); !volume.empty())
      config["Volumes"][volume] = Json::object();
  }
  Json host = Json::object();
  if (!container.gpu_ids.empty()) {
    config["Env"].push_back("NVIDIA_VISIBLE_DEVICES=" + visible_devices(container.gpu_ids));
    host["Runtime"] = context.nvidia_runtime;
  }
  add_limits(task, definition, host);
  add_network(context, task, definition, host, own_network);
  if (own_network && publishes_ports(task)) add_ports(context, definition, config, host);
  add_namespaces(context, task, host);
  add_security(definition, host);
  add_system_controls(task, definition, host, own_network);
  add_linux_parameters(definition, host);
  auto logging = log_config(definition, container.secrets.log_options);
  if (!logging) return std::unexpected(std::move(logging.error()));
  if (!context.socket_directory.empty()) logging = routed_log_config(task, definition, context.socket_directory);
  if (!logging->is_null()) host["LogConfig"] = std::move(*logging);
  auto binds = binds_of(task, definition);
  if (!binds) return std::unexpected(std::move(binds.error()));
  if (definition.firelensConfiguration) binds->push_back(socket_bind(task));
  if (!binds->empty()) host["Binds"] = std::move(*binds);
  if (auto from = volumes_from(task, definition); !from.empty()) host["VolumesFrom"] = std::move(from);
  config["HostConfig"] = std::move(host);
  std::string text = config.dump(-1, ' ', false, Json::error_handler_t::replace);
  return text;
}

}  // namespace drydock::instances::docker
