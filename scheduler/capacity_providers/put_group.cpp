#include "scheduler/capacity_providers/put_group.hpp"

#include <algorithm>

#include "scheduler/instances/retire.hpp"

namespace drydock::scheduler {
namespace {

constexpr int kMostMachines = 10'000;
constexpr int kDefaultCpuUnits = 2048;
constexpr int kDefaultMemoryMib = 3884;

model::InstanceGroup with(model::InstanceGroup group, const GroupSettings& settings) {
  group.minimum = settings.minimum.value_or(group.minimum);
  group.maximum = settings.maximum.value_or(std::max(group.maximum, group.minimum));
  group.desired =
      settings.desired.value_or(std::clamp(group.desired, group.minimum, std::max(group.minimum, group.maximum)));
  group.cpu_units = settings.cpu_units.value_or(group.cpu_units);
  group.memory_mib = settings.memory_mib.value_or(group.memory_mib);
  group.startup_seconds = settings.startup_seconds.value_or(group.startup_seconds);
  if (settings.zones) group.zones = *settings.zones;
  return group;
}

std::string mistake_in(const model::InstanceGroup& group) {
  if (group.name.empty() || group.name.size() > 255) return "A group's name has 1 to 255 characters.";
  if (group.minimum < 0 || group.maximum < group.minimum || group.maximum > kMostMachines) {
    return "minimum and maximum are numbers from 0 to 10000, the maximum not below the minimum.";
  }
  if (group.desired < group.minimum || group.desired > group.maximum) {
    return "desired lies between minimum and maximum.";
  }
  if (group.cpu_units < 1 || group.memory_mib < 1) return "cpu (units) and memory (MiB) are numbers from 1 on.";
  if (group.startup_seconds < 0) return "startup is a number of seconds from 0 on.";
  if (std::ranges::any_of(group.zones, [](const std::string& zone) { return zone.empty() || zone.size() > 100; })) {
    return "zones are names of 1 to 100 characters.";
  }
  return {};
}

}  // namespace

std::expected<model::InstanceGroupId, std::string> put_group(model::Transaction& tx, model::WorldId world,
                                                             const std::string& name, const GroupSettings& settings) {
  const model::InstanceGroup* known = tx.state().instance_group_named(world, name);
  model::InstanceGroup before;
  if (known != nullptr) {
    before = *known;
  } else {
    before.world = world;
    before.name = name;
    before.maximum = 1;
    before.cpu_units = kDefaultCpuUnits;
    before.memory_mib = kDefaultMemoryMib;
  }
  model::InstanceGroup group = with(std::move(before), settings);
  if (auto mistake = mistake_in(group); !mistake.empty()) return std::unexpected(std::move(mistake));
  if (known == nullptr) return tx.create(std::move(group));
  const model::InstanceGroupId id = known->id;
  tx.update(id, [&](model::InstanceGroup& entity) { entity = std::move(group); });
  return id;
}

void remove_group(model::Transaction& tx, model::InstanceGroupId id) {
  const model::InstanceGroup group = tx.state().get(id);
  for (const model::GroupMachine& machine : group.machines) {
    // A copy: the instance leaves the index.
    const std::set<model::InstanceId> instances = tx.state().instances_on(machine.instance_id);
    for (const model::InstanceId instance : instances) {
      if (tx.state().get(instance).cluster == group.cluster) terminate(tx, instance);
    }
  }
  tx.remove(id);
}

}  // namespace drydock::scheduler
