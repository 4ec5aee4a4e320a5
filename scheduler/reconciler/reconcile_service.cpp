#include "scheduler/reconciler/reconcile_service.hpp"

#include <algorithm>

#include "model/arn.hpp"
#include "scheduler/deployments/image_digests.hpp"
#include "scheduler/reconciler/deployment_progress.hpp"
#include "scheduler/reconciler/kinds.hpp"
#include "scheduler/reconciler/lifecycle.hpp"
#include "scheduler/reconciler/rolling_hooks.hpp"
#include "scheduler/reconciler/service_deployments.hpp"
#include "scheduler/reconciler/service_events.hpp"

namespace drydock::scheduler {
namespace {

/// DRAINING: every task is stopped; the service is INACTIVE once all of them are STOPPING or STOPPED.
void drain(ServicePass& pass) {
  const model::State& state = pass.tx.state();
  std::vector<model::TaskId> wanted;
  bool all_stopping = true;
  for (const auto& [digits, tasks] : state.of(pass.id).deployments) {
    for (const auto* set : {&tasks.starting, &tasks.healthy, &tasks.evaluating, &tasks.unhealthy}) {
      wanted.insert(wanted.end(), set->begin(), set->end());
    }
    for (const model::TaskId id : tasks.stopping) {
      all_stopping = all_stopping && state.get(id).last_status >= model::TaskStatus::kStopping;
    }
  }
  if (!wanted.empty()) {
    const auto& sets = state.of(pass.id).task_sets;
    if (!sets.empty()) pass.task_set = sets.begin()->second;
    stop_for_scaling(pass, wanted);
    return;
  }
  if (!all_stopping) return;
  pass.tx.update(pass.id, [&](model::Service& service) {
    service.status = model::ServiceStatus::kInactive;
    service.inactive_at = pass.tx.now();
    service.deployments.clear();
  });
  remove_task_sets(pass.tx, pass.id);
  pass.tx.explanations().services.erase(pass.id);
}

}  // namespace

ServiceOutcome reconcile_service(model::Transaction& tx, model::ServiceId id, const Pace& pace,
                                 const std::map<std::string, std::set<model::InstanceId>>& zones) {
  const model::Service* service = tx.state().find(id);
  if (service == nullptr || service->status == model::ServiceStatus::kInactive) return {};
  ServicePass pass{tx, id, pace};
  pass.zones = &zones;
  if (service->status == model::ServiceStatus::kDraining) {
    drain(pass);
    return pass.outcome;
  }
  // Services of an EXTERNAL or CODE_DEPLOY controller have task sets instead of deployments.
  if (service->deployments.empty()) {
    reconcile_task_sets(pass);
    return pass.outcome;
  }
  pin_images(tx, id);
  // One stage at a time: each is stored, and seen, before the next.
  if (advance_deployment(pass) && (in_lifecycle(pass) || is_before_scale_up(pass))) return pass.outcome;
  if (service->strategy == model::SchedulingStrategy::kDaemon) {
    reconcile_daemon(pass);
  } else if (in_lifecycle(pass)) {
    reconcile_lifecycle(pass);
  } else if (holds_traffic(pass)) {
    hold_traffic(pass);
  } else if (!reconcile_rolling_hooks(pass)) {
    reconcile_replica(pass);
  }
  return pass.outcome;
}

}  // namespace drydock::scheduler
