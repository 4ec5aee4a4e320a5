#include "scheduler/capacity_providers/waiting_tasks.hpp"

#include <algorithm>

#include "model/task_content.hpp"
#include "model/task_transitions.hpp"
#include "scheduler/capacity_providers/groups.hpp"
#include "scheduler/launch.hpp"
#include "scheduler/placement/place.hpp"

namespace drydock::scheduler {
namespace {

/// Tasks that may be anywhere where one of them may be.
struct Alike {
  std::vector<model::TaskId> tasks;
  const model::Task& first(const model::State& state) const { return state.get(tasks.front()); }
};

bool alike(const model::Task& a, const model::Task& b) {
  return a.task_definition == b.task_definition && a.service == b.service && a.deployment == b.deployment &&
         a.group == b.group && a.capacity_provider == b.capacity_provider && a.overrides == b.overrides &&
         a.placement == b.placement;
}

std::vector<Alike> by_likeness(const model::State& state, model::ClusterId cluster) {
  std::vector<Alike> groups;
  for (const model::TaskId id : state.of(cluster).waiting) {
    const auto same = [&](const Alike& group) { return alike(group.first(state), state.get(id)); };
    // Most follow one of their own.
    if (groups.empty() || !same(groups.back())) {
      const auto known = std::ranges::find_if(groups, same);
      if (known != groups.end()) {
        known->tasks.push_back(id);
        continue;
      }
      groups.emplace_back();
    }
    groups.back().tasks.push_back(id);
  }
  return groups;
}

model::TaskRequirements needs_of(const model::State& state, const model::Task& task) {
  return model::requirements_of(model::content_of(state, task), task.overrides.get());
}

Demand demand_of(model::Transaction& tx, const model::Task& task) {
  const model::State& state = tx.state();
  Demand demand;
  demand.needs = needs_of(state, task);
  demand.group = task.group;
  const api::TaskDefinition& definition = model::content_of(state, task);
  if (task.service) {
    const api::Service& settings = *state.get(task.service).settings;
    demand.constraints = constraints_of(definition, settings.placementConstraints);
    demand.rules = rules_of(settings.placementStrategy);
  } else {
    static const api::RunTaskRequest kNothingAsked;
    const api::RunTaskRequest& asked = task.placement ? *task.placement : kNothingAsked;
    demand.constraints = constraints_of(definition, asked.placementConstraints);
    demand.rules = rules_of(asked.placementStrategy);
  }
  if (has_random(demand.rules)) demand.seed = tx.random().next();
  return demand;
}

/// In the words of stoppedReason (spec/task-lifecycle.md section 4).
std::string reason_of(const std::vector<model::Refusal>& refusals) {
  const model::Refusal* nearest = closest(refusals);
  if (nearest == nullptr) return "EMPTY CAPACITY PROVIDER";
  if (nearest->reason == "DRAINING") return "NO ACTIVE INSTANCES";
  std::string reason = nearest->reason;
  if (reason.ends_with('.')) reason.pop_back();
  return reason;
}

std::string next_step(const model::State& state, const model::Task& task) {
  const model::WorldId world = state.get(task.cluster).world;
  const model::CapacityProvider* provider = state.capacity_provider_named(world, task.capacity_provider);
  if (provider != nullptr && group_of(state, *provider) != nullptr) {
    return "The group \"" + std::string(group_name_of(*provider)) +
           "\" behind the capacity provider is asked for instances; explain the capacity provider's ARN to see what "
           "holds it back.";
  }
  return "Nothing brings instances to this capacity provider: have its Auto Scaling group stood for with "
         "--instance-group "
         "NAME=MIN:MAX:CPU:MEMORY, or give a container instance of the cluster the attribute " +
         std::string(model::kCapacityProviderAttribute) + "=" + task.capacity_provider + ".";
}

/// Every task learns what is nearest; the first of them has the whole list.
void explain(model::Transaction& tx, const Alike& group, std::size_t from,
             const std::vector<model::Refusal>& refusals) {
  const model::Refusal* nearest = closest(refusals);
  const std::string message =
      "The task waits in PROVISIONING for an instance of its capacity provider: " + reason_of(refusals);
  const std::string step = next_step(tx.state(), tx.state().get(group.tasks[from]));
  std::vector<model::Refusal> shown = refusals;
  for (std::size_t i = from; i < group.tasks.size(); ++i) {
    tx.explanations().tasks[group.tasks[i]] = {tx.now(), "PROVISIONING", message, step, shown};
    if (i == from && shown.size() > 1) shown = {*nearest};
  }
}

/// Returns what the first one that found no place was told; empty when all have one.
std::optional<std::vector<model::Refusal>> place(model::Transaction& tx, const Alike& group, std::size_t& placed) {
  const model::Task& first = group.first(tx.state());
  const Demand demand = demand_of(tx, first);
  Batch batch(tx.state(), first.cluster, demand, first.capacity_provider);
  for (placed = 0; placed < group.tasks.size(); ++placed) {
    auto instance = batch.place_next();
    if (!instance) return std::move(instance.error());
    assign(tx, group.tasks[placed], *instance, demand.needs);
  }
  return std::nullopt;
}

}  // namespace

bool room_to_wait(const model::State& state, model::ClusterId cluster, const Limits& limits) {
  return static_cast<int>(state.of(cluster).waiting.size()) < limits.provisioning_tasks;
}

std::vector<WaitingTasks> waiting_for(const model::State& state, model::ClusterId cluster, std::string_view provider) {
  std::vector<WaitingTasks> groups;
  const model::Task* before = nullptr;
  std::size_t group = 0;
  for (const model::TaskId id : state.of(cluster).waiting) {
    const model::Task& task = state.get(id);
    if (task.capacity_provider != provider) continue;
    const bool same =
        before != nullptr && before->task_definition == task.task_definition && before->overrides == task.overrides;
    if (!same) {
      model::TaskRequirements needs = needs_of(state, task);
      const auto known = std::ranges::find_if(groups, [&](const WaitingTasks& one) {
        return one.needs.cpu_units == needs.cpu_units && one.needs.memory_mib == needs.memory_mib &&
               one.needs.ports == needs.ports && one.needs.gpus == needs.gpus && one.needs.needs_eni == needs.needs_eni;
      });
      group = static_cast<std::size_t>(known - groups.begin());
      if (known == groups.end()) groups.push_back({std::move(needs), 0});
    }
    ++groups[group].count;
    before = &task;
  }
  return groups;
}

WaitingOutcome place_waiting_tasks(model::Transaction& tx, model::ClusterId cluster, const Pace& pace) {
  WaitingOutcome outcome;
  if (tx.state().find(cluster) == nullptr) return outcome;
  for (const Alike& group : by_likeness(tx.state(), cluster)) {
    std::size_t placed = 0;
    const auto refusals = place(tx, group, placed);
    outcome.fewer = outcome.fewer || placed > 0;
    if (!refusals) continue;
    // Tasks are in the order of their ids, and so of their age.
    for (; placed < group.tasks.size(); ++placed) {
      const model::Instant until = tx.state().get(group.tasks[placed]).created_at + pace.provisioning_timeout;
      if (until > tx.now()) {
        if (!outcome.again_at || until < *outcome.again_at) outcome.again_at = until;
        break;
      }
      model::lose(tx, group.tasks[placed], model::StopCode::kTaskFailedToStart,
                  "TaskFailedToStart: " + reason_of(*refusals));
      outcome.fewer = true;
    }
    if (placed < group.tasks.size()) explain(tx, group, placed, *refusals);
  }
  return outcome;
}

}  // namespace drydock::scheduler
