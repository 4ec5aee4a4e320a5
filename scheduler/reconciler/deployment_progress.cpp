#include "scheduler/reconciler/deployment_progress.hpp"

#include <algorithm>

#include "scheduler/deployments/circuit_breaker.hpp"
#include "scheduler/deployments/traffic.hpp"
#include "scheduler/reconciler/deployment_alarms.hpp"
#include "scheduler/reconciler/deployment_end.hpp"
#include "scheduler/reconciler/lifecycle.hpp"
#include "scheduler/reconciler/rolling_hooks.hpp"
#include "scheduler/reconciler/service_deployments.hpp"

namespace drydock::scheduler {
namespace {

using model::Deployment;
using model::Service;
using model::ServiceDeployment;
using Status = model::ServiceDeploymentStatus;

/// True for a deployment that has failed by the circuit breaker's rules now.
bool trips(const ServicePass& pass, const ServiceDeployment& record) {
  const Deployment& primary = pass.primary();
  return breaker_of(pass.service()).enabled && primary.rollout == model::RolloutState::kInProgress &&
         can_fail(record) && breaker_failures(primary) >= breaker_threshold(pass.service().desired_count);
}

void trip(ServicePass& pass) {
  const int failures = breaker_failures(pass.primary());
  pass.tx.update(pass.service().deploying, [&](ServiceDeployment& entity) {
    entity.breaker = model::MonitorStatus::kTriggered;
    entity.breaker_failures = failures;
    entity.breaker_threshold = breaker_threshold(pass.service().desired_count);
    entity.updated_at = pass.tx.now();
  });
  fail_deployment(pass, {"ECS deployment circuit breaker: tasks failed to start.", "tasks failed to start.",
                         "the circuit breaker threshold was exceeded.", breaker_of(pass.service()).rollback});
}

/// Older deployments that a newer one has replaced are stopped by now.
void stop_superseded(ServicePass& pass) {
  const std::set<model::ServiceDeploymentId> unfinished = pass.tx.state().of(pass.id).unfinished;
  for (const model::ServiceDeploymentId id : unfinished) {
    if (id != pass.service().deploying) finish(pass.tx, id, Status::kStopped, {});
  }
}

}  // namespace

bool advance_deployment(ServicePass& pass) {
  stop_superseded(pass);
  const ServiceDeployment* record = ongoing(pass.tx.state(), pass.id);
  if (record == nullptr) return false;
  switch (record->status) {
    case Status::kPending:
      pass.tx.update(record->id, [&](ServiceDeployment& entity) {
        entity.status = Status::kInProgress;
        entity.started_at = pass.tx.now();
        entity.updated_at = pass.tx.now();
      });
      begin_alarms(pass);
      if (in_lifecycle(pass)) begin_lifecycle(pass);
      begin_rolling_hooks(pass);
      return true;
    case Status::kStopRequested: carry_out_stop(pass); return true;
    case Status::kRollbackRequested:
      if (!can_fail(*record)) break;
      carry_out_rollback(pass);
      return true;
    default: break;
  }
  if (!trips(pass, *record)) return check_alarms(pass);
  trip(pass);
  return true;
}

void complete_deployment(ServicePass& pass) {
  const model::ServiceRevisionId revision = pass.primary().revision;
  pass.tx.update(pass.id, [&](Service& service) { service.last_completed = revision; });
  if (!pass.service().traffic.empty()) set_all_traffic(pass.tx, pass.id, revision);
  const ServiceDeployment* record = ongoing(pass.tx.state(), pass.id);
  if (record == nullptr) return;
  const bool rolled_back = record->status == Status::kRollbackInProgress;
  finish(pass.tx, record->id, rolled_back ? Status::kRollbackSuccessful : Status::kSuccessful, {});
}

}  // namespace drydock::scheduler
