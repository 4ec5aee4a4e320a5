// The indexes of Cloud Map.
#include "model/keep.hpp"
#include "model/state.hpp"

namespace drydock::model {

const Namespace* State::namespace_named(WorldId world, std::string_view name) const {
  const auto& all = of(world).namespace_names;
  const auto it = all.find(name);
  return it == all.end() ? nullptr : find(it->second);
}

const std::set<DiscoveryInstanceId>& State::discovered_as(TaskId task) const {
  static const std::set<DiscoveryInstanceId> kNone;
  const auto it = discovered_tasks_.find(task);
  return it == discovered_tasks_.end() ? kNone : it->second;
}

const Namespace* State::namespace_with(WorldId world, std::string_view key) const {
  const auto& all = of(world).namespaces;
  const auto it = all.find(key);
  return it == all.end() ? nullptr : find(it->second);
}

const DiscoveryService* State::discovery_service_with(WorldId world, std::string_view key) const {
  const auto& all = of(world).discovery_services;
  const auto it = all.find(key);
  return it == all.end() ? nullptr : find(it->second);
}

void State::index(const Namespace& room, bool present) {
  WorldIndex& world = worlds_[room.world];
  keep_mapped(world.namespaces, room.key, room.id, present);
  keep_mapped(world.namespace_names, room.name, room.id, present);
}

void State::index(const DiscoveryService& service, bool present) {
  keep_mapped(worlds_[service.world].discovery_services, service.key, service.id, present);
  keep_mapped(namespace_indexes_[service.room].services, service.name, service.id, present);
}

void State::index(const DiscoveryInstance& instance, bool present) {
  keep_mapped(discovery_service_indexes_[instance.service].instances, instance.name, instance.id, present);
  if (!instance.task) return;
  auto& own = discovered_tasks_[instance.task];
  keep(own, instance.id, present);
  if (own.empty()) discovered_tasks_.erase(instance.task);
}

void State::index(const DiscoveryOperation& operation, bool present) {
  WorldIndex& world = worlds_[operation.world];
  keep(world.discovery_operations, operation.id, present);
  keep_mapped(world.discovery_operation_keys, operation.key, operation.id, present);
}

}  // namespace drydock::model
