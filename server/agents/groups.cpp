// The machines of instance groups, simulated or on the Docker engine: whichever a group lists is there, and no other.
#include <algorithm>
#include <set>

#include <spdlog/spdlog.h>

#include "scheduler/capacity_providers/put_group.hpp"
#include "server/agents/agents.hpp"
#include "server/agents/slot.hpp"

namespace drydock::server {

void Agents::put_configured_groups() {
  if (options_.runtime == Runtime::kNone || options_.instance_groups.empty()) return;
  const model::WorldId world = core_.world(options_.account, options_.region);
  if (!world) return;
  core_.change([&](model::Transaction& tx) {
    for (const GroupTemplate& group : options_.instance_groups) {
      scheduler::GroupSettings settings;
      settings.minimum = group.minimum;
      settings.maximum = group.maximum;
      settings.cpu_units = group.size.cpu_units;
      settings.memory_mib = group.size.memory_mib;
      settings.zones = options_.simulated_zones;
      const auto put = scheduler::put_group(tx, world, group.name, settings);
      if (!put) spdlog::warn("--instance-group {}: {}", group.name, put.error());
    }
  });
}

/// Machines are launched and switched off once it is durable that they are to be.
void Agents::groups_changed() {
  following_groups_ = false;
  core_.when_durable(core_.sequence(), [this, decided = listed_machines()](const api::ApiError* error) {
    if (error == nullptr) follow_groups(decided);
  });
}

std::set<std::string> Agents::listed_machines() const {
  std::set<std::string> listed;
  for (const model::WorldId world : core_.state().worlds()) {
    for (const auto& [name, id] : core_.state().of(world).instance_groups) {
      for (const model::GroupMachine& machine : core_.state().get(id).machines) listed.insert(machine.instance_id);
    }
  }
  return listed;
}

void Agents::follow_groups(const std::set<std::string>& decided) {
  if (stopped_ || options_.runtime == Runtime::kNone) return;
  std::set<std::string> running;
  for (const SlotPtr& slot : slots_) running.insert(slot->instance_id);
  // What was decided since is not durable yet, and may be taken back: of that nothing is done.
  std::set<std::string> listed = decided;
  for (const model::WorldId world : core_.state().worlds()) {
    for (const auto& [name, id] : core_.state().of(world).instance_groups) {
      const model::InstanceGroup& group = core_.state().get(id);
      for (const model::GroupMachine& machine : group.machines) {
        listed.insert(machine.instance_id);
        const bool launch = decided.contains(machine.instance_id) && !running.contains(machine.instance_id);
        if (launch) add_machine(group, machine);
      }
    }
  }
  std::erase_if(slots_, [&](const SlotPtr& slot) {
    if (!slot->of_group || listed.contains(slot->instance_id)) return false;
    spdlog::info("machine {} of an instance group is terminated", slot->instance_id);
    if (const model::ContainerInstance* instance = instance_of(slot)) core_.detach(instance->id);
    end(slot);
    return true;
  });
  if (leftovers_) leftovers_->look();
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
  slot->lost = options_.runtime == Runtime::kSimulated && faults_.instance_lost(place_of(slot));
  slot->cut_off = faults_.agent_disconnected(place_of(slot));
  instances::InstanceIdentity identity;
  identity.instance_id = machine.instance_id;
  identity.region = world.region;
  identity.account_id = world.account;
  identity.availability_zone = machine.zone;
  if (options_.runtime == Runtime::kDocker) {
    make_machine_in_docker(slot, std::move(identity), group, provider->name);
  } else {
    describe_simulated(slot, std::move(identity), {group.cpu_units, group.memory_mib}, provider->name);
    make_simulated(slot);
  }
  const model::Instant ready = machine.launched_at + std::chrono::seconds(group.startup_seconds);
  // One that registered before has only been away with this process.
  if (machine.registered || ready <= core_.now()) return boot(slot);
  after_(ready - core_.now(), [this, slot] {
    if (!slot->ended) boot(slot);
  });
}

void Agents::boot(const SlotPtr& slot) {
  if (slot->docker) {
    slot->docker->start();
  } else {
    register_simulated(slot);
  }
}

/// A further agent on the engine, which says that it is as large as the group's machines are.
void Agents::make_machine_in_docker(const SlotPtr& slot, instances::InstanceIdentity identity,
                                    const model::InstanceGroup& group, const std::string& provider) {
  auto options = docker_options(slot, std::move(identity));
  options.group = group.name;
  options.size = instances::MachineSize{group.cpu_units, group.memory_mib};
  // What managed scaling counts with is all there for tasks.
  options.config.reserved_memory_mib = 0;
  auto& attributes = options.config.attributes;
  std::erase_if(attributes, [](const auto& one) { return one.first == model::kCapacityProviderAttribute; });
  attributes.emplace_back(model::kCapacityProviderAttribute, provider);
  make_docker(slot, std::move(options));
}

bool Agents::has_machine(const std::string& instance_id) const {
  const auto is_here = [&](const SlotPtr& slot) { return slot->of_group && slot->instance_id == instance_id; };
  if (std::ranges::any_of(slots_, is_here)) return true;
  for (const model::WorldId world : core_.state().worlds()) {
    for (const auto& [name, id] : core_.state().of(world).instance_groups) {
      const auto& machines = core_.state().get(id).machines;
      if (std::ranges::find(machines, instance_id, &model::GroupMachine::instance_id) != machines.end()) return true;
    }
  }
  return false;
}

/// The containers of machines that were switched off go, even when this process was killed before they were gone.
void Agents::watch_leftovers() {
  if (options_.runtime != Runtime::kDocker) return;
  instances::docker::LeftoversOptions options;
  options.socket_path = options_.docker_socket;
  options.drydock_id = drydock_id_;
  options.stop_timeout = config_.stop_timeout;
  options.present = [this](const std::string& instance_id) { return has_machine(instance_id); };
  leftovers_ = std::make_unique<instances::docker::Leftovers>(io_.get_executor(), std::move(options));
}

}  // namespace drydock::server
