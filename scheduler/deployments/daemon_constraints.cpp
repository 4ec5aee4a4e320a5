#include "scheduler/deployments/daemon_constraints.hpp"

#include "scheduler/placement/views.hpp"

namespace drydock::scheduler {

Constraints daemon_constraints(const api::TaskDefinition& definition, const model::Service& service) {
  Constraints constraints = constraints_of(definition, service.settings->placementConstraints);
  constraints.distinct_instance = false;
  return constraints;
}

void look_at_others_only(const model::State& state, const model::Service& service, InstanceView& view) {
  if (view.facts.groups.erase("service:" + service.name) == 0) return;
  for (const model::TaskId id : state.of(view.id).tasks) {
    const model::Task& task = state.get(id);
    if (task.service == service.id && task.last_status == model::TaskStatus::kRunning) --view.facts.running_tasks;
  }
}

std::optional<model::Refusal> refuse_daemon(const model::State& state, const model::Service& service,
                                            model::TaskDefinitionId definition,
                                            const model::ContainerInstance& instance) {
  Demand demand;
  demand.constraints = daemon_constraints(*state.get(definition).definition, service);
  if (demand.constraints.empty()) return std::nullopt;
  demand.group = "service:" + service.name;
  InstanceView view = view_of(state, instance, view_options(demand));
  look_at_others_only(state, service, view);
  return refuse_by_constraints(view, demand.constraints);
}

}  // namespace drydock::scheduler
