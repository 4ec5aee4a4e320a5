#include "scheduler/capacity_providers/scale_group.hpp"

#include <algorithm>
#include <map>

#include "scheduler/capacity_providers/managed_scaling.hpp"
#include "scheduler/capacity_providers/reservation.hpp"
#include "scheduler/capacity_providers/waiting_tasks.hpp"
#include "scheduler/instances/retire.hpp"
#include "scheduler/placement/instance_view.hpp"

namespace drydock::scheduler {
namespace {

// As the life cycle hook of managed draining waits at most.
constexpr model::Duration kLongestDraining = std::chrono::hours(48);

/// Who uses a group: its machines are instances of this provider in this cluster.
struct Use {
  const model::CapacityProvider* provider = nullptr;
  model::ClusterId cluster;
};

const model::CapacityProvider* provider_of(const model::State& state, const model::InstanceGroup& group) {
  const model::CapacityProvider* known = group.provider ? state.find(group.provider) : nullptr;
  if (known != nullptr && group_name_of(*known) == group.name) return known;
  for (const auto& [name, id] : state.of(group.world).capacity_providers) {
    if (group_name_of(state.get(id)) == group.name) return &state.get(id);
  }
  return nullptr;
}

Use use_of(const model::State& state, const model::InstanceGroup& group) {
  const model::CapacityProvider* provider = provider_of(state, group);
  if (provider == nullptr) return {};
  if (provider->cluster) {
    const bool active = state.get(provider->cluster).status == model::ClusterStatus::kActive;
    return {provider, active ? provider->cluster : model::ClusterId{}};
  }
  const auto& clusters = state.of(group.world).provider_clusters;
  const auto used = clusters.find(provider->name);
  if (used == clusters.end()) return {provider, {}};
  return {provider, used->second.contains(group.cluster) ? group.cluster : *used->second.begin()};
}

const model::ProviderInstances& instances_of(const model::State& state, model::ClusterId cluster,
                                             const std::string& provider) {
  static const model::ProviderInstances kNone;
  const auto& by_name = state.of(cluster).provider_instances;
  const auto it = by_name.find(provider);
  return it == by_name.end() ? kNone : it->second;
}

/// The container instance that the machine is now; none before it registers and after it was deregistered.
model::InstanceId instance_of(const model::State& state, const model::InstanceGroup& group,
                              const model::GroupMachine& machine) {
  for (const model::InstanceId id : state.instances_on(machine.instance_id)) {
    if (state.get(id).cluster == group.cluster) return id;
  }
  return {};
}

InstanceSize size_of(const model::InstanceGroup& group) {
  return {group.cpu_units, group.memory_mib, kDefaultInterfaceSlots};
}

void explain(model::Transaction& tx, const model::InstanceGroup& group, const model::CapacityProvider& provider,
             const std::string& held_back) {
  auto& explanations = tx.explanations().capacity_providers;
  const std::string path = "/_drydock/instance-groups/" + group.name;
  if (!held_back.empty()) {
    explanations[provider.id] = {
        tx.now(),
        "MANAGED_SCALING",
        held_back,
        "PUT " + path + " changes the group's size, update-capacity-provider its managed scaling.",
        {}};
    return;
  }
  const auto waiting = waiting_for(tx.state(), group.cluster, provider.name);
  const bool too_large = std::ranges::any_of(
      waiting, [&](const WaitingTasks& tasks) { return instances_needed({tasks}, size_of(group)) == 0; });
  if (!too_large) {
    explanations.erase(provider.id);
    return;
  }
  explanations[provider.id] = {
      tx.now(),
      "MANAGED_SCALING",
      "Tasks wait that do not fit an empty instance of the group.",
      "Ask for less in the task definition, or give the group larger instances: PUT " + path + ".",
      {}};
}

GroupPlan plan_for(model::Transaction& tx, const model::InstanceGroup& group, const model::CapacityProvider& provider,
                   const ScalingRules& rules, const Pace& pace) {
  GroupView view;
  view.minimum = group.minimum;
  view.maximum = group.maximum;
  view.desired = group.desired;
  const auto ours = std::ranges::count_if(group.machines, [](const auto& one) { return one.registered; });
  const auto all = std::ssize(instances_of(tx.state(), group.cluster, provider.name).all);
  view.others = static_cast<int>(std::max<std::ptrdiff_t>(0, all - ours));
  view.needed = load_of(tx.state(), provider, group.cluster).needed;
  view.scaled_out_at = group.scaled_out_at;
  view.scaled_in_at = group.scaled_in_at;
  view.surplus_since = group.surplus_since;
  GroupPlan plan = plan_group(view, rules, pace, tx.now());
  explain(tx, group, provider, plan.held_back);
  return plan;
}

/// The plan of a group of which nothing is under way and nothing is to be changed: most looks end here.
std::optional<GroupPlan> quiet_plan(model::Transaction& tx, const model::InstanceGroup& group, const Pace& pace) {
  const Use use = use_of(tx.state(), group);
  if (use.provider == nullptr || !use.cluster || group.provider != use.provider->id || group.cluster != use.cluster) {
    return std::nullopt;
  }
  const auto under_way = [](const model::GroupMachine& one) { return !one.registered || one.terminating(); };
  if (std::ssize(group.machines) != group.desired || std::ranges::any_of(group.machines, under_way)) {
    return std::nullopt;
  }
  if (instances_of(tx.state(), group.cluster, use.provider->name).all.size() < group.machines.size()) {
    return std::nullopt;
  }
  GroupPlan plan = plan_for(tx, group, *use.provider, scaling_rules(*use.provider), pace);
  if (plan.desired != group.desired || plan.surplus_since != group.surplus_since) return std::nullopt;
  return plan;
}

/// What the group is about to be. Written back once, and only if it differs.
class Pass {
 public:
  Pass(model::Transaction& tx, model::InstanceGroupId id, const Pace& pace)
      : tx_(tx), id_(id), pace_(pace), group_(tx.state().get(id)) {}

  std::optional<model::Instant> run() {
    const Use use = use_of(tx_.state(), group_);
    if (use.provider != nullptr) rules_ = scaling_rules(*use.provider);
    // With nobody left to ask for it, there is nobody to replace its tasks either.
    if (use.provider == nullptr) rules_.drains = false;
    note_registrations();
    const bool elsewhere =
        group_.cluster != use.cluster || use.provider == nullptr || group_.provider != use.provider->id;
    if (elsewhere && group_.machines.empty()) settle_down(use);
    int wanted = 0;
    if (!elsewhere || group_.machines.empty())
      wanted = use.provider != nullptr && use.cluster ? decide(*use.provider) : 0;
    adjust(wanted);
    finish_terminating();
    if (changed_) tx_.update(id_, [&](model::InstanceGroup& group) { group = std::move(group_); });
    return again_at_;
  }

 private:
  void again_at(std::optional<model::Instant> when) {
    if (when && (!again_at_ || *when < *again_at_)) again_at_ = when;
  }

  void settle_down(const Use& use) {
    const model::CapacityProviderId provider =
        use.provider != nullptr && use.cluster ? use.provider->id : model::CapacityProviderId{};
    if (group_.provider == provider && group_.cluster == use.cluster) return;
    group_.provider = provider;
    group_.cluster = use.cluster;
    changed_ = true;
  }

  /// A machine whose container instance is gone, by deregistration or by a fault, is replaced.
  void note_registrations() {
    std::erase_if(group_.machines, [&](model::GroupMachine& machine) {
      const bool there = static_cast<bool>(instance_of(tx_.state(), group_, machine));
      if (there == machine.registered) return false;
      changed_ = true;
      machine.registered = true;
      return !there;
    });
  }

  int decide(const model::CapacityProvider& provider) {
    const GroupPlan plan = plan_for(tx_, group_, provider, rules_, pace_);
    again_at(plan.again_at);
    if (plan.desired == group_.desired && plan.surplus_since == group_.surplus_since) return plan.desired;
    changed_ = true;
    if (plan.desired > group_.desired) group_.scaled_out_at = tx_.now();
    if (plan.desired < group_.desired) group_.scaled_in_at = tx_.now();
    group_.desired = plan.desired;
    group_.surplus_since = plan.surplus_since;
    return plan.desired;
  }

  void adjust(int wanted) {
    auto staying = std::ranges::count_if(group_.machines, [](const auto& one) { return !one.terminating(); });
    for (; staying < wanted; ++staying) launch();
    if (staying > wanted) shrink(static_cast<int>(staying) - wanted);
  }

  void launch() {
    model::GroupMachine machine;
    const std::uint64_t high = tx_.random().next();
    machine.instance_id = "i-" + model::to_hex({high, tx_.random().next()}).substr(0, 17);
    machine.zone = next_zone();
    machine.launched_at = tx_.now();
    group_.machines.push_back(std::move(machine));
    ++group_.launched;
    changed_ = true;
  }

  /// The one with the fewest of the group's machines, the first of equals.
  std::string next_zone() const {
    if (group_.zones.empty()) return tx_.state().get(group_.world).region + "a";
    std::map<std::string, int> counts;
    for (const auto& machine : group_.machines) ++counts[machine.zone];
    return *std::ranges::min_element(group_.zones, {}, [&](const std::string& zone) { return counts[zone]; });
  }

  /// Machines that never came first, then those without tasks, oldest first; those with tasks only when they are not
  /// protected.
  void shrink(int count) {
    struct Candidate {
      int rank;
      std::size_t index;
    };
    std::vector<Candidate> candidates;
    for (std::size_t i = 0; i < group_.machines.size(); ++i) {
      if (group_.machines[i].terminating()) continue;
      const model::InstanceId instance = instance_of(tx_.state(), group_, group_.machines[i]);
      const bool loaded = instance && tx_.state().of(instance).load > 0;
      if (loaded && rules_.protects_tasks) continue;
      candidates.push_back({!instance ? 0 : loaded ? 2 : 1, i});
    }
    std::ranges::stable_sort(candidates, {}, &Candidate::rank);
    if (static_cast<int>(candidates.size()) > count) candidates.resize(static_cast<std::size_t>(count));
    for (const Candidate& one : candidates) group_.machines[one.index].terminating_since = tx_.now();
    changed_ = changed_ || !candidates.empty();
  }

  void finish_terminating() {
    std::erase_if(group_.machines, [&](const model::GroupMachine& machine) {
      if (!machine.terminating()) return false;
      const model::InstanceId instance = instance_of(tx_.state(), group_, machine);
      if (instance && !may_terminate(instance, machine)) return false;
      if (instance) terminate(tx_, instance);
      changed_ = true;
      return true;
    });
  }

  /// True when nothing holds it any more; otherwise it is DRAINING.
  bool may_terminate(model::InstanceId id, const model::GroupMachine& machine) {
    const model::Instant latest = machine.terminating_since + kLongestDraining;
    if (!rules_.drains || tx_.state().of(id).tasks.empty() || latest <= tx_.now()) return true;
    again_at(latest);
    if (tx_.state().get(id).status != model::InstanceStatus::kActive) return false;
    tx_.update(id, [](model::ContainerInstance& instance) {
      instance.status = model::InstanceStatus::kDraining;
      ++instance.version;
    });
    return false;
  }

  model::Transaction& tx_;
  model::InstanceGroupId id_;
  const Pace& pace_;
  model::InstanceGroup group_;
  ScalingRules rules_;
  bool changed_ = false;
  std::optional<model::Instant> again_at_;
};

}  // namespace

ProviderLoad load_of(const model::State& state, const model::CapacityProvider& provider, model::ClusterId cluster) {
  const model::ProviderInstances& instances = instances_of(state, cluster, provider.name);
  ProviderLoad load{static_cast<int>(instances.loaded.size()), static_cast<int>(instances.all.size())};
  const model::InstanceGroup* group = group_of(state, provider);
  if (group != nullptr && group->cluster == cluster) {
    for (const model::GroupMachine& machine : group->machines) {
      if (machine.terminating()) {
        const model::InstanceId instance = instance_of(state, *group, machine);
        if (instances.all.contains(instance)) --load.running;
        if (instances.loaded.contains(instance)) --load.needed;
      } else if (!machine.registered && !instance_of(state, *group, machine)) {
        ++load.running;
      }
    }
  }
  const auto waiting = waiting_for(state, cluster, provider.name);
  if (group != nullptr) {
    load.needed += instances_needed(waiting, size_of(*group));
  } else if (!instances.all.empty()) {
    const model::ContainerInstance& like = state.get(*instances.all.begin());
    load.needed += instances_needed(waiting, {like.cpu_units, like.memory_mib, kDefaultInterfaceSlots});
  } else if (!waiting.empty()) {
    ++load.needed;  // of which size nobody knows
  }
  return load;
}

void note_registration(model::Transaction& tx, model::InstanceId id) {
  const model::State& state = tx.state();
  const model::ContainerInstance& instance = state.get(id);
  for (const auto& [name, group_id] : state.of(state.get(instance.cluster).world).instance_groups) {
    const model::InstanceGroup& group = state.get(group_id);
    if (group.cluster != instance.cluster) continue;
    const auto machine = std::ranges::find(group.machines, instance.ec2_instance_id, &model::GroupMachine::instance_id);
    if (machine == group.machines.end() || machine->registered) continue;
    const auto index = static_cast<std::size_t>(machine - group.machines.begin());
    tx.update(group_id, [&](model::InstanceGroup& entity) { entity.machines[index].registered = true; });
    return;
  }
}

std::optional<model::Instant> scale_group(model::Transaction& tx, model::InstanceGroupId id, const Pace& pace) {
  const model::InstanceGroup* group = tx.state().find(id);
  if (group == nullptr) return std::nullopt;
  if (const auto plan = quiet_plan(tx, *group, pace)) return plan->again_at;
  return Pass(tx, id, pace).run();
}

}  // namespace drydock::scheduler
