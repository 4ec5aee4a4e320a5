#include "scheduler/placement/views.hpp"

#include <algorithm>

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

}  // namespace

InstanceView view_of(const model::State& state, const model::ContainerInstance& instance) {
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
  view.ports_used.insert(instance.reserved_ports.begin(), instance.reserved_ports.end());
  for (const auto& [port, count] : used.ports) view.ports_used.insert(port);
  view.attributes = instance.attributes.get();
  return view;
}

std::vector<InstanceView> views_of(const model::State& state, model::ClusterId cluster, std::string_view group,
                                   std::string_view capacity_provider) {
  const model::ClusterIndex& index = state.of(cluster);
  const auto in_scope = index.groups.find(group);
  std::vector<InstanceView> views;
  views.reserve(index.instances.size());
  for (const model::InstanceId id : index.instances) {
    const model::ContainerInstance& instance = state.get(id);
    if (instance.status == model::InstanceStatus::kInactive) continue;
    if (!capacity_provider.empty() && model::capacity_provider_of(state, instance) != capacity_provider) continue;
    InstanceView view = view_of(state, instance);
    if (in_scope != index.groups.end()) {
      const auto count = in_scope->second.find(id);
      if (count != in_scope->second.end()) view.tasks_in_scope = count->second;
    }
    views.push_back(std::move(view));
  }
  return views;
}

}  // namespace drydock::scheduler
