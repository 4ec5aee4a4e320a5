#include "instances/docker/metadata/documents.hpp"

#include <algorithm>
#include <charconv>

#include "instances/docker/container_spec.hpp"
#include "instances/docker/timestamps.hpp"
#include "instances/json_members.hpp"

namespace drydock::instances::docker {

namespace {

using Json = nlohmann::json;
using Ordered = nlohmann::ordered_json;

constexpr std::size_t kLongestHealthOutput = 1024;

const Json& engine_view(const Inspected& inspected, const TaskContainer& container) {
  static const Json kGone;
  const auto found = inspected.find(container.docker_id);
  return found == inspected.end() ? kGone : found->second;
}

const char* known_status(Stage stage) {
  switch (stage) {
    case Stage::kNone: return "NONE";
    case Stage::kCreated: return "CREATED";
    case Stage::kRunning: return "RUNNING";
    case Stage::kStopped: return "STOPPED";
  }
  return "";
}

const char* desired_status(const Task& task) { return should_stop(task) ? "STOPPED" : "RUNNING"; }

Ordered ports(MetadataVersion version, const Json& view) {
  Ordered out = Ordered::array();
  const Json& published = member(member(view, "NetworkSettings"), "Ports");
  if (!published.is_object()) return out;
  for (const auto& [key, bindings] : published.items()) {
    if (!bindings.is_array()) continue;
    const std::size_t slash = key.find('/');
    for (const Json& binding : bindings) {
      Ordered one;
      one["ContainerPort"] = std::atoi(key.c_str());
      one["Protocol"] = slash == std::string::npos ? "tcp" : key.substr(slash + 1);
      one["HostPort"] = std::atoi(text_of(binding, "HostPort").c_str());
      if (version == MetadataVersion::kV4) one["HostIp"] = text_of(binding, "HostIp");
      out.push_back(std::move(one));
    }
  }
  return out;
}

/// Drydock's own labels are nobody else's business.
Ordered labels(const Json& view) {
  Ordered out = Ordered::object();
  const Json& all = member(member(view, "Config"), "Labels");
  if (!all.is_object()) return out;
  for (const auto& [key, value] : all.items()) {
    if (!key.starts_with("io.drydock.")) out[key] = value;
  }
  return out;
}

/// "10.99.0.5", 24 → "10.99.0.0/24"; empty for anything else.
std::string subnet_of(const std::string& address, int prefix) {
  std::uint32_t bits = 0;
  const char* here = address.data();
  const char* const end = here + address.size();
  for (int part = 0; part < 4; ++part) {
    std::uint32_t value = 0;
    const auto read = std::from_chars(here, end, value);
    const bool dotted = read.ec == std::errc{} && (part == 3 ? read.ptr == end : read.ptr != end && *read.ptr == '.');
    if (!dotted || value > 255) return {};
    bits = bits << 8U | value;
    here = read.ptr + 1;
  }
  if (prefix < 0 || prefix > 32) return {};
  bits &= prefix == 0 ? 0U : ~0U << static_cast<unsigned>(32 - prefix);
  std::string out;
  for (unsigned shift = 24; shift < 32; shift -= 8)
    out += (out.empty() ? "" : ".") + std::to_string(bits >> shift & 255U);
  return out + "/" + std::to_string(prefix);
}

Ordered awsvpc_network(MetadataVersion version, const Json& network) {
  Ordered out;
  const std::string address = text_of(network, "IPAddress");
  out["NetworkMode"] = "awsvpc";
  out["IPv4Addresses"] = {address};
  if (version != MetadataVersion::kV4 || address.empty()) return out;
  const Json& length = member(network, "IPPrefixLen");
  const int prefix = length.is_number_integer() ? length.get<int>() : 32;
  out["AttachmentIndex"] = 0;
  out["MACAddress"] = text_of(network, "MacAddress");
  out["IPv4SubnetCIDRBlock"] = subnet_of(address, prefix);
  if (const std::string gateway = text_of(network, "Gateway"); !gateway.empty()) {
    out["SubnetGatewayIpv4Address"] = gateway + "/" + std::to_string(prefix);
  }
  return out;
}

Ordered networks(MetadataVersion version, const Task& task, std::size_t index, const Inspected& inspected) {
  Ordered out = Ordered::array();
  const auto owner = network_owner(task.payload);
  const std::size_t holder = owner && joins_network(task.payload, index) ? *owner : index;
  const Json& settings = member(engine_view(inspected, task.containers[holder]), "NetworkSettings");
  const Json& all = member(settings, "Networks");
  if (owner) {
    out.push_back(awsvpc_network(version, all.is_object() && !all.empty() ? *all.begin() : Json()));
    return out;
  }
  if (all.is_object()) {
    for (const auto& [name, network] : all.items()) {
      Ordered one;
      one["NetworkMode"] = name;
      one["IPv4Addresses"] = {text_of(network, "IPAddress")};
      out.push_back(std::move(one));
    }
  }
  if (out.empty()) {
    Ordered one;
    one["NetworkMode"] = task.payload.network_mode;
    one["IPv4Addresses"] = {""};
    out.push_back(std::move(one));
  }
  return out;
}

Ordered health(const TaskContainer& container, const Json& view) {
  Ordered out;
  out["status"] = container.health;
  if (container.health_since) out["statusSince"] = rfc3339(*container.health_since);
  const Json& log = member(member(member(view, "State"), "Health"), "Log");
  if (!log.is_array() || log.empty() || container.health == "UNKNOWN") return out;
  const Json& code = member(log.back(), "ExitCode");
  if (code.is_number_integer()) out["exitCode"] = code.get<int>();
  if (const std::string output = text_of(log.back(), "Output"); !output.empty()) {
    out["output"] = output.substr(0, kLongestHealthOutput);
  }
  return out;
}

Ordered volumes(const Json& view) {
  std::map<std::string, Ordered> sorted;  // the engine tells them in any order
  const Json& mounts = member(view, "Mounts");
  if (!mounts.is_array()) return Ordered::array();
  for (const Json& mount : mounts) {
    const std::string destination = text_of(mount, "Destination");
    Ordered& one = sorted[destination];
    if (const std::string name = text_of(mount, "Name"); !name.empty()) one["DockerName"] = name;
    one["Source"] = text_of(mount, "Source");
    one["Destination"] = destination;
  }
  Ordered out = Ordered::array();
  for (auto& [destination, one] : sorted) out.push_back(std::move(one));
  return out;
}

void add_times(const TaskContainer& container, const Json& view, Ordered& out) {
  if (const std::string created = text_of(view, "Created"); !created.empty()) out["CreatedAt"] = created;
  if (container.first_started_at) out["StartedAt"] = rfc3339(*container.first_started_at);
  if (container.stage != Stage::kStopped) return;
  const auto finished = parse_rfc3339(text_of(member(view, "State"), "FinishedAt"));
  if (finished) out["FinishedAt"] = rfc3339(*finished);
}

void add_logging(const api::ContainerDefinition& definition, Ordered& out) {
  if (!definition.logConfiguration) return;
  out["LogDriver"] = definition.logConfiguration->logDriver.value_or("");
  if (!definition.logConfiguration->options) return;
  Ordered options = Ordered::object();
  for (const auto& [key, value] : *definition.logConfiguration->options) options[key] = value;
  out["LogOptions"] = std::move(options);
}

void add_limits(const TaskPayload& task, Ordered& out) {
  constexpr double kUnitsPerCpu = 1024;
  Ordered limits = Ordered::object();
  if (task.cpu_units) limits["CPU"] = *task.cpu_units / kUnitsPerCpu;
  if (task.memory_mib) limits["Memory"] = *task.memory_mib;
  if (!limits.empty()) out["Limits"] = std::move(limits);
}

void add_task_times(const Task& task, Ordered& out) {
  if (task.pull_started_at) out["PullStartedAt"] = rfc3339(*task.pull_started_at);
  if (task.pull_stopped_at) out["PullStoppedAt"] = rfc3339(*task.pull_stopped_at);
  if (task.execution_stopped_at) out["ExecutionStoppedAt"] = rfc3339(*task.execution_stopped_at);
}

}  // namespace

Ordered container_document(MetadataVersion version, const Task& task, std::size_t index, const Inspected& inspected) {
  const TaskContainer& container = task.containers[index];
  const api::ContainerDefinition& definition = *container.payload.definition;
  const Json& view = engine_view(inspected, container);
  const bool newest = version == MetadataVersion::kV4;
  Ordered out;
  out["DockerId"] = container.docker_id;
  out["Name"] = container.name;
  out["DockerName"] = docker_name(task.payload, container.name);
  out["Image"] = definition.image.value_or("");
  out["ImageID"] = text_of(view, "Image");
  if (auto published = ports(version, view); !published.empty()) out["Ports"] = std::move(published);
  out["Labels"] = labels(view);
  out["DesiredStatus"] = container.stage == Stage::kStopped ? "STOPPED" : desired_status(task);
  out["KnownStatus"] = known_status(container.stage);
  if (container.stage == Stage::kStopped && container.exit_code) out["ExitCode"] = *container.exit_code;
  out["Limits"]["CPU"] = std::clamp(definition.cpu.value_or(0), 2, 262144);
  out["Limits"]["Memory"] = definition.memory.value_or(0);
  add_times(container, view, out);
  out["Type"] = "NORMAL";
  if (!container.health.empty()) out["Health"] = health(container, view);
  if (auto mounted = volumes(view); !mounted.empty()) out["Volumes"] = std::move(mounted);
  add_logging(definition, out);
  if (newest) out["ContainerARN"] = container.payload.container_arn;
  if (newest && definition.restartPolicy && definition.restartPolicy->enabled.value_or(false)) {
    out["RestartCount"] = container.restarts;
  }
  out["Networks"] = networks(version, task, index, inspected);
  return out;
}

Ordered task_document(MetadataVersion version, const InstanceFacts& instance, const Task& task,
                      const Inspected& inspected) {
  const bool newest = version == MetadataVersion::kV4;
  Stage least = Stage::kStopped;
  Ordered containers = Ordered::array();
  for (std::size_t i = 0; i < task.containers.size(); ++i) {
    least = std::min(least, task.containers[i].stage);
    if (!task.containers[i].docker_id.empty()) containers.push_back(container_document(version, task, i, inspected));
  }
  Ordered out;
  out["Cluster"] = instance.cluster;
  out["TaskARN"] = task.payload.task_arn;
  out["Family"] = task.payload.family;
  out["Revision"] = task.payload.version;
  out["DesiredStatus"] = desired_status(task);
  out["KnownStatus"] = known_status(least);
  if (!newest) out["Containers"] = containers;
  add_limits(task.payload, out);
  add_task_times(task, out);
  if (!instance.availability_zone.empty()) out["AvailabilityZone"] = instance.availability_zone;
  if (!newest) return out;
  out["LaunchType"] = task.payload.launch_type;
  out["Containers"] = std::move(containers);
  if (!task.payload.service_name.empty()) out["ServiceName"] = task.payload.service_name;
  out["FaultInjectionEnabled"] = false;
  return out;
}

}  // namespace drydock::instances::docker
