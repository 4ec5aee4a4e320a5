#include "scheduler/reconciler/service_deployments.hpp"

#include <algorithm>

#include "model/deployment_counts.hpp"
#include "scheduler/deployments/circuit_breaker.hpp"
#include "scheduler/deployments/hooks.hpp"

namespace drydock::scheduler {
namespace {

using model::ServiceDeployment;
using Status = model::ServiceDeploymentStatus;

bool names(const ServiceDeployment& record, model::ServiceRevisionId revision) {
  return record.target.revision == revision || record.rollback_to == revision ||
         std::ranges::find(record.sources, revision, &model::DeployedRevision::revision) != record.sources.end();
}

void forget_unless_named(model::Transaction& tx, model::ServiceRevisionId id) {
  const model::State& state = tx.state();
  const model::ServiceRevision* revision = state.find(id);
  if (revision == nullptr) return;
  const model::Service& service = state.get(revision->service);
  if (service.last_completed == id) return;
  if (std::ranges::find(service.traffic, id, &model::TrafficShare::revision) != service.traffic.end()) return;
  if (std::ranges::find(service.deployments, id, &model::Deployment::revision) != service.deployments.end()) return;
  for (const model::ServiceDeploymentId record : state.of(service.id).service_deployments) {
    if (names(state.get(record), id)) return;
  }
  tx.remove(id);
}

template <class Ids>
void remove_all(model::Transaction& tx, const Ids& ids) {
  while (!ids.empty()) tx.remove(*ids.begin());
}

}  // namespace

const ServiceDeployment* ongoing(const model::State& state, model::ServiceId id) {
  const ServiceDeployment* record = state.find(state.get(id).deploying);
  return record == nullptr || model::is_terminal(record->status) ? nullptr : record;
}

void finish(model::Transaction& tx, model::ServiceDeploymentId id, Status status, std::string reason) {
  const model::State& state = tx.state();
  const ServiceDeployment& before = state.get(id);
  if (model::is_terminal(before.status)) return;
  const model::Service& service = state.get(before.service);
  const bool breaks = breaker_of(service).enabled;
  int failures = 0;
  for (const model::Deployment& deployment : service.deployments) {
    if (deployment.revision == before.target.revision) failures = breaker_failures(deployment);
  }
  tx.update(id, [&](ServiceDeployment& record) {
    record.status = status;
    if (!reason.empty()) record.status_reason = std::move(reason);
    record.target = model::count_revision(state, record.target.revision);
    for (model::DeployedRevision& source : record.sources) source = model::count_revision(state, source.revision);
    if (record.breaker != model::MonitorStatus::kTriggered) {
      record.breaker = breaks ? model::MonitorStatus::kComplete : model::MonitorStatus::kDisabled;
      record.breaker_failures = breaks ? failures : 0;
      record.breaker_threshold = breaker_threshold(service.desired_count);
    }
    if (record.alarms == model::MonitorStatus::kMonitoring) record.alarms = model::MonitorStatus::kComplete;
    close_hooks(record);
    record.finished_at = tx.now();
    record.updated_at = tx.now();
  });
}

void supersede(model::Transaction& tx, model::ServiceDeploymentId id) {
  const char* const reason = "Service deployment stopped because a new service deployment was started.";
  switch (tx.state().get(id).status) {
    case Status::kPending:
    case Status::kInProgress:
      tx.update(id, [&](ServiceDeployment& record) {
        record.status = Status::kStopRequested;
        record.status_reason = reason;
        record.updated_at = tx.now();
      });
      return;
    case Status::kRollbackRequested: finish(tx, id, Status::kStopped, reason); return;
    case Status::kRollbackInProgress: finish(tx, id, Status::kRollbackFailed, reason); return;
    default: return;
  }
}

void abandon(model::Transaction& tx, model::ServiceId service) {
  const std::set<model::ServiceDeploymentId> unfinished = tx.state().of(service).unfinished;
  for (const model::ServiceDeploymentId id : unfinished) {
    const bool rolling_back = tx.state().get(id).status == Status::kRollbackInProgress;
    finish(tx, id, rolling_back ? Status::kRollbackFailed : Status::kStopped,
           "Service deployment stopped because the service was deleted.");
  }
}

void forget(model::Transaction& tx, model::ServiceDeploymentId id) {
  const ServiceDeployment record = tx.state().get(id);
  if (tx.state().get(record.service).deploying == id) {
    // Ids are given again after a restart: none may be left that names nothing.
    tx.update(record.service, [](model::Service& service) { service.deploying = {}; });
  }
  tx.remove(id);
  forget_unless_named(tx, record.target.revision);
  forget_unless_named(tx, record.rollback_to);
  for (const model::DeployedRevision& source : record.sources) forget_unless_named(tx, source.revision);
}

void remove_task_sets(model::Transaction& tx, model::ServiceId id) {
  const auto& sets = tx.state().of(id).task_sets;
  while (!sets.empty()) tx.remove(sets.begin()->second);
}

void remove_service(model::Transaction& tx, model::ServiceId id) {
  const model::ServiceIndex& index = tx.state().of(id);
  remove_all(tx, index.events);
  remove_all(tx, index.service_deployments);
  remove_all(tx, index.revisions);
  remove_task_sets(tx, id);
  tx.remove(id);
}

}  // namespace drydock::scheduler
