#include "server/operations/container_instances/container_instance_view.hpp"

#include <set>

#include "model/arn.hpp"
#include "model/gpus.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations {
namespace {

using model::HostPort;

/// Every member is always written, zeros included.
api::Resource integer_resource(const char* name, int value) {
  api::Resource resource;
  resource.name = name;
  resource.type = "INTEGER";
  resource.doubleValue = 0.0;
  resource.longValue = 0;
  resource.integerValue = value;
  return resource;
}

api::Resource port_resource(const char* name, const std::vector<HostPort>& ports, bool udp) {
  api::Resource resource = integer_resource(name, 0);
  resource.type = "STRINGSET";
  resource.stringSetValue.emplace();
  for (const HostPort& port : ports) {
    if (port.udp == udp) resource.stringSetValue->push_back(std::to_string(port.port));
  }
  return resource;
}

std::vector<api::Resource> resources(const model::ContainerInstance& instance, int cpu, int memory,
                                     const std::vector<HostPort>& ports) {
  std::vector<api::Resource> all;
  all.push_back(integer_resource("CPU", cpu));
  all.push_back(integer_resource("MEMORY", memory));
  all.push_back(port_resource("PORTS", ports, false));
  all.push_back(port_resource("PORTS_UDP", ports, true));
  if (instance.other_resources) {
    all.insert(all.end(), instance.other_resources->begin(), instance.other_resources->end());
  }
  return all;
}

/// The ports that are taken: those the instance reserves, then those of its tasks.
std::vector<HostPort> taken_ports(const model::ContainerInstance& instance, const model::InstanceIndex& used) {
  std::vector<HostPort> ports = instance.reserved_ports;
  const std::set<HostPort> reserved(ports.begin(), ports.end());
  for (const auto& [port, count] : used.ports) {
    if (!reserved.contains(port)) ports.push_back(port);
  }
  return ports;
}

/// Instances report no health of their own yet: what is known is whether the agent answers.
api::ContainerInstanceHealthStatus health_of(const model::ContainerInstance& instance) {
  const std::string status = instance.agent_connected ? "OK" : "INSUFFICIENT_DATA";
  api::InstanceHealthCheckResult runtime;
  runtime.type = "CONTAINER_RUNTIME";
  runtime.status = status;
  api::ContainerInstanceHealthStatus health;
  health.overallStatus = status;
  health.details.emplace().push_back(std::move(runtime));
  return health;
}

}  // namespace

api::ContainerInstance render_instance(const model::State& state, const model::ContainerInstance& instance,
                                       const InstanceIncludes& include) {
  const model::InstanceIndex& used = state.of(instance.id);
  api::ContainerInstance shown;
  shown.containerInstanceArn = model::arn_of(state, instance);
  if (!instance.ec2_instance_id.empty()) shown.ec2InstanceId = instance.ec2_instance_id;
  if (const auto provider = model::capacity_provider_of(state, instance); !provider.empty()) {
    shown.capacityProviderName = provider;
  }
  shown.version = instance.version;
  if (instance.version_info) shown.versionInfo = *instance.version_info;
  shown.registeredResources = resources(instance, instance.cpu_units, instance.memory_mib, instance.reserved_ports);
  shown.remainingResources = resources(instance, instance.cpu_units - used.cpu_units,
                                       instance.memory_mib - used.memory_mib, taken_ports(instance, used));
  for (api::Resource& resource : *shown.remainingResources) {
    if (resource.name == "GPU") resource.stringSetValue = model::free_gpu_ids(state, instance);
  }
  shown.status = model::to_text(instance.status);
  shown.agentConnected = instance.agent_connected;
  shown.runningTasksCount = used.running;
  shown.pendingTasksCount = used.pending;
  if (!instance.agent_update_status.empty()) shown.agentUpdateStatus = instance.agent_update_status;
  shown.attributes.emplace();
  if (instance.attributes) shown.attributes = *instance.attributes;
  shown.registeredAt = timestamp(instance.registered_at);
  shown.attachments.emplace();
  shown.tags.emplace();
  if (include.tags) shown.tags = instance.tags;
  if (include.health) shown.healthStatus = health_of(instance);
  return shown;
}

}  // namespace drydock::operations
