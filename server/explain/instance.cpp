// What keeps a container instance from taking tasks.
#include "model/arn.hpp"
#include "server/explain/kinds.hpp"

namespace drydock::server {
namespace {

using model::ContainerInstance;
using model::State;

/// What it told those whose last placement failed, of services and tasks of its cluster.
template <class Map, class NameOf>
void add_refusals(Reasons& reasons, const ContainerInstance& instance, const Map& explanations, NameOf name_of) {
  for (const auto& [key, explanation] : explanations) {
    for (const model::Refusal& refusal : explanation.refusals) {
      if (refusal.instance != instance.id) continue;
      reasons.push_back(
          {explanation.at, refusal.reason, "It refused " + name_of(key) + ".", explanation.next_step, {refusal}});
    }
  }
}

}  // namespace

Reasons reasons_of(const State& state, const ContainerInstance& instance, model::Instant now) {
  Reasons reasons;
  if (instance.status == model::InstanceStatus::kInactive) {
    reasons.push_back({instance.inactive_at,
                       "INACTIVE",
                       "It was deregistered, or its machine is gone.",
                       "It takes no tasks until its agent registers again: curl -X POST .../_drydock/agents/restart.",
                       {}});
    return reasons;
  }
  const model::InstanceIndex& used = state.of(instance.id);
  if (!instance.agent_connected) {
    reasons.push_back({now,
                       "AGENT",
                       "Its agent is not connected: it takes no tasks, and those it has are kept.",
                       "Start the agent, or the Docker engine behind it, again.",
                       {}});
  }
  if (instance.status == model::InstanceStatus::kDraining) {
    reasons.push_back({now,
                       "DRAINING",
                       "It is DRAINING with " + counted(used.tasks.size(), "task") +
                           " left: it takes no more, and services replace theirs elsewhere.",
                       "aws ecs update-container-instances-state --status ACTIVE ends it.",
                       {}});
  }
  add_refusals(reasons, instance, state.explanations.services,
               [&](model::ServiceId id) { return "service " + state.get(id).name; });
  add_refusals(reasons, instance, state.explanations.tasks,
               [&](model::TaskId id) { return "task " + model::arn_of(state, state.get(id)); });
  add_refusals(reasons, instance, state.explanations.daemons,
               [&](model::DaemonId id) { return "daemon " + state.get(id).name; });
  add_refusals(reasons, instance, state.explanations.clusters,
               [&](model::ClusterId id) { return "the last RunTask or StartTask in " + state.get(id).name; });
  if (used.cpu_units >= instance.cpu_units || used.memory_mib >= instance.memory_mib) {
    reasons.push_back({now,
                       used.cpu_units >= instance.cpu_units ? "RESOURCE:CPU" : "RESOURCE:MEMORY",
                       "Its tasks reserve " + std::to_string(used.cpu_units) + " of " +
                           std::to_string(instance.cpu_units) + " CPU units and " + std::to_string(used.memory_mib) +
                           " of " + std::to_string(instance.memory_mib) + " MiB.",
                       "Stop tasks, or register another instance.",
                       {}});
  }
  return reasons;
}

}  // namespace drydock::server
