// The machines of simulated Auto Scaling groups: whichever a group lists is there, and no other.
#include <algorithm>
#include <set>

#include <spdlog/spdlog.h>

#include "scheduler/capacity_providers/put_group.hpp"
#include "server/agents/agents.hpp"
#include "server/agents/slot.hpp"

namespace drydock::server {

void Agents::put_configured_groups() {
  if (options_.runtime != Runtime::kSimulated || options_.simulated_groups.empty()) return;
  const model::WorldId world = core_.world(options_.account, options_.region);
  if (!world) return;
  core_.change([&](model::Transaction& tx) {
    for (const SimulatedGroup& group : options_.simulated_groups) {
      scheduler::GroupSettings settings;
      settings.minimum = group.minimum;
      settings.maximum = group.maximum;
      settings.cpu_units = group.size.cpu_units;
      settings.memory_mib = group.size.memory_mib;
      settings.zones = options_.simulated_zones;
      const auto put = scheduler::put_group(tx, world, group.name, settings);
      if (!put) spdlog::warn("--simulated-group {}: {}", group.name, put.error());
    }
  });
}

/// Machines are launched and switched off once it is durable that they are to be.
void Agents::groups_changed() {
  following_groups_ = false;
  core_.when_durable(core_.sequence(), [this](const api::ApiError* error) {
    if (error == nullptr) follow_groups();
  });
}

void Agents::follow_groups() {
  if (stopped_ || options_.runtime != Runtime::kSimulated) return;
  std::set<std::string> running;
  for (const SlotPtr& slot : slots_) running.insert(slot->instance_id);
  std::set<std::string> listed;
  for (const model::WorldId world : core_.state().worlds()) {
    for (const auto& [name, id] : core_.state().of(world).instance_groups) {
      const model::InstanceGroup& group = core_.state().get(id);
      for (const model::GroupMachine& machine : group.machines) {
        listed.insert(machine.instance_id);
        if (!running.contains(machine.instance_id)) add_machine(group, machine);
      }
    }
  }
  std::erase_if(slots_, [&](const SlotPtr& slot) {
    if (!slot->of_group || listed.contains(slot->instance_id)) return false;
    spdlog::info("machine {} of a simulated group is terminated", slot->instance_id);
    if (const model::ContainerInstance* instance = instance_of(slot)) core_.detach(instance->id);
    end(slot);
    return true;
  });
}

void Agents::add_machine(const model::InstanceGroup& group, const model::GroupMachine& machine) {
  const model::CapacityProvider* provider = core_.state().find(group.provider);
  const model::Cluster* cluster = core_.state().find(group.cluster);
  if (provider == nullptr || cluster == nullptr) return;
  const model::World& world = core_.state().get(group.world);
  auto slot = std::make_shared<Slot>();
  slot->account = world.account;
  slot->region = world.region;
  slot->cluster = cluster->name;
  slot->instance_id = machine.instance_id;
  slot->zone = machine.zone;
  slot->of_group = true;
  slots_.push_back(slot);
  slot->lost = faults_.instance_lost(place_of(slot));
  slot->cut_off = faults_.agent_disconnected(place_of(slot));
  instances::InstanceIdentity identity;
  identity.instance_id = machine.instance_id;
  identity.region = world.region;
  identity.account_id = world.account;
  identity.availability_zone = machine.zone;
  describe_simulated(slot, identity, {group.cpu_units, group.memory_mib}, provider->name);
  make_simulated(slot);
  const model::Instant ready = machine.launched_at + std::chrono::seconds(group.startup_seconds);
  if (ready <= core_.now()) return register_simulated(slot);
  after_(ready - core_.now(), [this, slot] {
    if (!slot->ended) register_simulated(slot);
  });
}

}  // namespace drydock::server
