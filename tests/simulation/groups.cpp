// Auto Scaling groups: each cluster has one behind its capacity provider, and its machines come and go.
#include <algorithm>

#include "scheduler/capacity_providers/put_group.hpp"
#include "server/operations/capacity_providers/capacity_providers.hpp"
#include "server/operations/clusters/cluster_providers.hpp"
#include "tests/simulation/world.hpp"

namespace drydock::simulation {
namespace {

std::string group_of(const std::string& cluster) { return "group-" + cluster; }

scheduler::GroupSettings room_for(int minimum, int maximum) {
  scheduler::GroupSettings settings;
  settings.minimum = minimum;
  settings.maximum = maximum;
  settings.cpu_units = 1024;
  settings.memory_mib = 1024;
  settings.zones = {"eu-west-1a", "eu-west-1b"};
  return settings;
}

}  // namespace

/// Answers with what is there, unless the disk lost it.
void World::create_groups() {
  if (!parameters_.groups) return;
  for (const std::string& cluster : clusters_) {
    api::CreateCapacityProviderRequest request;
    request.name = group_of(cluster);
    auto& group = request.autoScalingGroupProvider.emplace();
    group.autoScalingGroupArn =
        "arn:aws:autoscaling:eu-west-1:123456789012:autoScalingGroup:u:autoScalingGroupName/" + group_of(cluster);
    group.managedScaling.emplace().status = "ENABLED";
    group.managedTerminationProtection = "ENABLED";
    call("create-capacity-provider " + *request.name, operations::create_capacity_provider, request);
    api::PutClusterCapacityProvidersRequest use;
    use.cluster = cluster;
    use.capacityProviders = {group_of(cluster)};
    use.defaultCapacityProviderStrategy.emplace();
    call("put-cluster-capacity-providers " + cluster, operations::put_cluster_capacity_providers, use);
  }
}

void World::change_group() {
  create_groups();
  const int minimum = static_cast<int>(dice_.below(2));
  put_group(pick(clusters_), minimum, minimum + static_cast<int>(dice_.below(4)));
}

void World::put_group(const std::string& cluster, int minimum, int maximum) {
  bool put = false;
  core_->change([&](model::Transaction& tx) {
    put = scheduler::put_group(tx, world(), group_of(cluster), room_for(minimum, maximum)).has_value();
  });
  note("group " + group_of(cluster) + " " + std::to_string(minimum) + " to " + std::to_string(maximum) +
       (put ? "" : " refused"));
}

/// In half of the cases.
void World::choose_capacity(const std::string& cluster,
                            std::optional<std::vector<api::CapacityProviderStrategyItem>>& strategy) {
  if (!parameters_.groups || dice_.below(2) == 0) return;
  api::CapacityProviderStrategyItem& item = strategy.emplace().emplace_back();
  item.capacityProvider = group_of(cluster);
  item.weight = 1;
}

/// What a group lists is launched, and what it does not list any more is switched off, once that is durable.
void World::follow_groups() {
  if (!parameters_.groups || following_groups_) return;
  following_groups_ = true;
  events_.after(model::Duration{0}, "groups", [this, life = life_] {
    if (life != life_) return;
    following_groups_ = false;
    core_->when_durable(core_->sequence(), [this, life, decided = listed_machines()](const api::ApiError* error) {
      if (error == nullptr && life == life_) launch_and_terminate(decided);
    });
  });
}

std::set<std::string> World::listed_machines() const {
  std::set<std::string> listed;
  const model::State& state = core_->state();
  for (const model::WorldId world : state.worlds()) {
    for (const auto& [name, id] : state.of(world).instance_groups) {
      for (const model::GroupMachine& one : state.get(id).machines) listed.insert(one.instance_id);
    }
  }
  return listed;
}

/// `decided` is durable; what was decided since is not yet, and may be taken back.
void World::launch_and_terminate(const std::set<std::string>& decided) {
  const model::State& state = core_->state();
  std::set<std::string> listed = decided;
  for (const auto& [name, id] : state.of(world()).instance_groups) {
    const model::InstanceGroup& group = state.get(id);
    if (!group.cluster) continue;
    for (const model::GroupMachine& one : group.machines) {
      listed.insert(one.instance_id);
      const bool runs = std::ranges::any_of(
          machines_, [&](const MachinePtr& machine) { return machine->instance_id == one.instance_id; });
      if (!runs && decided.contains(one.instance_id))
        start_machine(group.cpu_units, group.memory_mib, state.get(group.cluster).name, one.zone, one.instance_id);
    }
  }
  std::erase_if(machines_, [&](const MachinePtr& machine) {
    if (machine->instance_id.empty() || listed.contains(machine->instance_id)) return false;
    note("machine " + std::to_string(machine->number) + " is terminated");
    machine->agent->close(instances::CloseReason::kDeregistered);
    machine->agent.reset();
    machine->online = false;
    set_session(machine, false);
    return true;
  });
}

/// Room enough for everything that waits.
void World::heal_groups() {
  if (!parameters_.groups) return;
  create_groups();
  for (const std::string& cluster : clusters_) put_group(cluster, 0, 200);
}

/// What is not as it should be with a group, in words.
std::string World::unconverged_group() const {
  const model::State& state = core_->state();
  for (const model::WorldId world : state.worlds()) {
    for (const auto& [name, id] : state.of(world).instance_groups) {
      const model::InstanceGroup& group = state.get(id);
      if (!group.cluster) continue;
      // One that is on its way out may wait for its tasks for two days.
      const auto staying = std::ranges::count_if(group.machines, [](const auto& one) { return !one.terminating(); });
      if (staying != group.desired) return "group " + name + " has not as many machines as it should";
      for (const model::GroupMachine& machine : group.machines) {
        if (!machine.registered) return "machine " + machine.instance_id + " has not registered";
      }
    }
  }
  return {};
}

}  // namespace drydock::simulation
