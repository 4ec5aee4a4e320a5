#include <algorithm>

#include "scheduler/reconciler/kinds.hpp"
#include "scheduler/reconciler/service_events.hpp"

namespace drydock::scheduler {
namespace {

/// The service's desired count or the scale may have changed since the last pass.
void take_computed_count(ServicePass& pass) {
  const int computed = model::computed_desired_count(pass.service(), pass.tx.state().get(pass.task_set));
  if (pass.primary().desired_count == computed) return;
  pass.tx.update(pass.task_set, [&](model::TaskSet& set) {
    set.deployment.desired_count = computed;
    set.deployment.updated_at = pass.tx.now();
  });
}

/// Stops every task of a deleted set; true when none is left and the set is gone.
bool drain(ServicePass& pass) {
  const auto& deployments = pass.tx.state().of(pass.id).deployments;
  const auto tasks = deployments.find(pass.primary().digits);
  if (tasks == deployments.end()) {
    pass.tx.remove(pass.task_set);
    return true;
  }
  std::vector<model::TaskId> wanted;
  for (const auto* group :
       {&tasks->second.starting, &tasks->second.healthy, &tasks->second.evaluating, &tasks->second.unhealthy}) {
    wanted.insert(wanted.end(), group->begin(), group->end());
  }
  stop_for_scaling(pass, wanted);
  return false;
}

void settle(ServicePass& pass, bool complete) {
  if (pass.service().steady == complete) return;
  pass.tx.update(pass.id, [&](model::Service& service) {
    service.steady = complete;
    if (complete) service.suppressed.clear();
  });
  if (!complete) return;
  say(pass.tx, pass.id, "has reached a steady state.");
  pass.tx.explanations().services.erase(pass.id);
}

}  // namespace

void reconcile_task_sets(ServicePass& pass) {
  const std::map<std::uint64_t, model::TaskSetId> sets = pass.tx.state().of(pass.id).task_sets;
  bool complete = !sets.empty();
  for (const auto& [digits, id] : sets) {
    ServicePass one{pass.tx, pass.id, pass.pace};
    one.task_set = id;
    if (pass.tx.state().get(id).draining) {
      complete = drain(one) && complete;
      continue;
    }
    take_computed_count(one);
    complete = reconcile_replica(one) && complete;
    pass.outcome.wants_capacity = pass.outcome.wants_capacity || one.outcome.wants_capacity;
    pass.outcome.watches_tasks = pass.outcome.watches_tasks || one.outcome.watches_tasks;
    if (one.outcome.again_at) pass.again_at(*one.outcome.again_at);
  }
  settle(pass, complete);
}

}  // namespace drydock::scheduler
