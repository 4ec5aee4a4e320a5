#include "scheduler/placement/views.hpp"

#include <algorithm>

#include "model/gpus.hpp"
#include "model/task_definitions/members.hpp"

namespace drydock::scheduler {
namespace {

/// The first daemon of the instance that is not RUNNING on it; empty when all are.
std::string missing_daemon(const model::State& state, const model::ContainerInstance& instance) {
  const auto& daemons = state.of(instance.cluster).managed_daemons;
  if (daemons.empty()) return {};
  const std::string_view provider = model::capacity_provider_of(state, instance);
  const auto runs = [&](model::TaskId id) {
    const model::Task& task = state.get(id);
    return !task.stop_wanted && task.last_status == model::TaskStatus::kRunning;
  };
  for (const auto& [name, id] : daemons) {
    const model::Daemon& daemon = state.get(id);
    if (daemon.status != model::DaemonStatus::kActive) continue;
    if (std::ranges::find(daemon.capacity_providers, provider) == daemon.capacity_providers.end()) continue;
    const auto tasks = state.of(id).tasks.find(instance.id);
    if (tasks == state.of(id).tasks.end() || std::ranges::none_of(tasks->second, runs)) return name;
  }
  return {};
}

/// The host ports of the task definition's port mappings are below the range that dynamic ones are taken from.
constexpr int kFirstDynamicPort = 32768;

void look_at_ports(const model::ContainerInstance& instance, const model::InstanceIndex& used, InstanceView& view) {
  view.ports_used.insert(instance.reserved_ports.begin(), instance.reserved_ports.end());
  view.fixed_ports = static_cast<int>(view.ports_used.size());
  for (const auto& [port, count] : used.ports) {
    if (view.ports_used.insert(port).second && port.port < kFirstDynamicPort) ++view.fixed_ports;
  }
}

void look_at_gpus(const model::ContainerInstance& instance, const model::InstanceIndex& used, InstanceView& view) {
  view.gpus_registered = static_cast<int>(model::gpu_ids(instance).size());
  view.gpus_free = view.gpus_registered - static_cast<int>(used.gpus.size());
}

void look_at_interfaces(const model::InstanceIndex& used, InstanceView& view) {
  if (const auto* slots = query::attribute_named(view.attributes, kInterfaceSlotsAttribute)) {
    const auto number = model::task_definitions::whole_number(slots->value.value_or(""));
    if (number) view.interfaces = *number;
  }
  view.interfaces_free = view.interfaces - used.network_interfaces;
}

void look_at_tasks(const model::State& state, const model::InstanceIndex& used, std::string_view group,
                   InstanceView& view) {
  for (const model::TaskId id : used.tasks) {
    const model::Task& task = state.get(id);
    view.facts.groups.insert(task.group);
    if (task.group == group && !task.stop_wanted) ++view.wanted_in_scope;
  }
}

}  // namespace

ViewOptions view_options(const Demand& demand, std::string_view capacity_provider) {
  return {demand.group, capacity_provider, !demand.needs.ports.empty(), demand.constraints.look_at_tasks()};
}

InstanceView view_of(const model::State& state, const model::ContainerInstance& instance, const ViewOptions& options) {
  const model::InstanceIndex& used = state.of(instance.id);
  InstanceView view;
  view.id = instance.id;
  view.uuid = instance.uuid;
  view.active = instance.status == model::InstanceStatus::kActive;
  view.connected = instance.agent_connected;
  view.missing_daemon = missing_daemon(state, instance);
  view.zone = instance.availability_zone;
  view.cpu_registered = instance.cpu_units;
  view.cpu_free = instance.cpu_units - used.cpu_units;
  view.memory_registered = instance.memory_mib;
  view.memory_free = instance.memory_mib - used.memory_mib;
  view.attributes = instance.attributes.get();
  view.facts.agent_connected = instance.agent_connected;
  if (instance.version_info && instance.version_info->agentVersion) {
    view.facts.agent_version = *instance.version_info->agentVersion;
  }
  view.facts.instance_id = instance.ec2_instance_id;
  view.facts.registered_at = instance.registered_at;
  view.facts.running_tasks = used.running;
  view.facts.attributes = view.attributes;
  look_at_gpus(instance, used, view);
  look_at_interfaces(used, view);
  if (options.ports) look_at_ports(instance, used, view);
  if (options.tasks) look_at_tasks(state, used, options.group, view);
  return view;
}

std::vector<InstanceView> views_of(const model::State& state, model::ClusterId cluster, const ViewOptions& options) {
  const model::ClusterIndex& index = state.of(cluster);
  const auto in_scope = index.groups.find(options.group);
  std::vector<InstanceView> views;
  views.reserve(index.instances.size());
  for (const model::InstanceId id : index.instances) {
    const model::ContainerInstance& instance = state.get(id);
    if (instance.status == model::InstanceStatus::kInactive) continue;
    if (!options.capacity_provider.empty() &&
        model::capacity_provider_of(state, instance) != options.capacity_provider) {
      continue;
    }
    InstanceView view = view_of(state, instance, options);
    if (in_scope != index.groups.end()) {
      const auto count = in_scope->second.instances.find(id);
      if (count != in_scope->second.instances.end()) view.tasks_in_scope = count->second;
    }
    views.push_back(std::move(view));
  }
  return views;
}

}  // namespace drydock::scheduler
