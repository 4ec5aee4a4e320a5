#include "scheduler/reconciler/reconcile.hpp"

#include "model/task_transitions.hpp"
#include "scheduler/alarms/watch.hpp"
#include "scheduler/autoscaling/scheduled_actions.hpp"
#include "scheduler/capacity_providers/changes.hpp"
#include "scheduler/capacity_providers/reservation_metric.hpp"
#include "scheduler/capacity_providers/scale_group.hpp"
#include "scheduler/capacity_providers/waiting_tasks.hpp"
#include "scheduler/daemons/definition_deletion.hpp"
#include "scheduler/daemons/history.hpp"
#include "scheduler/events/schedules.hpp"
#include "scheduler/reconciler/reconcile_managed_daemon.hpp"
#include "scheduler/reconciler/reconcile_service.hpp"
#include "scheduler/reconciler/service_deployments.hpp"

namespace drydock::scheduler {
namespace {

// Old entities leave in portions, so that no single transaction gets long.
constexpr int kRemovedAtOnce = 500;

/// Removes the first entries that are old enough; true when there may be more, else the next time is noted.
template <class Ordered, class Remove>
bool expire(model::Transaction& tx, const Ordered& finished, model::Duration keep, WorkQueue& queue, Remove remove) {
  for (int removed = 0; !finished.empty(); ++removed) {
    const auto [since, id] = *finished.begin();
    if (since + keep > tx.now()) {
      queue.at(since + keep, {WorkKey::Kind::kExpiry, 0});
      return false;
    }
    if (removed == kRemovedAtOnce) return true;
    remove(id);
  }
  return false;
}

void expire_all(model::Transaction& tx, const Pace& pace, WorkQueue& queue) {
  const model::State& state = tx.state();
  bool more =
      expire(tx, state.stopped_tasks(), pace.stopped_task_retention, queue, [&](model::TaskId id) { tx.remove(id); });
  more = expire(tx, state.inactive_services(), pace.inactive_service_retention, queue,
                [&](model::ServiceId id) { remove_service(tx, id); }) ||
         more;
  more = expire(tx, state.finished_service_deployments(), pace.service_deployment_retention, queue,
                [&](model::ServiceDeploymentId id) { forget(tx, id); }) ||
         more;
  more = expire(tx, state.inactive_instances(), pace.inactive_instance_retention, queue,
                [&](model::InstanceId id) { tx.remove(id); }) ||
         more;
  more = expire(tx, state.gone_daemons(), pace.inactive_service_retention, queue,
                [&](model::DaemonId id) { remove_daemon(tx, id); }) ||
         more;
  more = expire(tx, state.protected_tasks(), model::Duration{0}, queue,
                [&](model::TaskId id) { tx.update(id, [](model::Task& task) { task.protected_until = {}; }); }) ||
         more;
  if (more) queue.add({WorkKey::Kind::kExpiry, 0});
}

}  // namespace

void reconcile(model::Transaction& tx, WorkKey key, const Pace& pace, WorkQueue& queue) {
  switch (key.kind) {
    case WorkKey::Kind::kDaemon: {
      const model::DaemonId id{key.id};
      const ServiceOutcome outcome = reconcile_managed_daemon(tx, id, pace);
      queue.wants_capacity(tx.state(), id, outcome.wants_capacity);
      if (outcome.again_at) queue.at(*outcome.again_at, key);
      return;
    }
    case WorkKey::Kind::kTask: {
      const model::TaskId id{key.id};
      if (tx.state().find(id) == nullptr) return;
      while (model::advance(tx, id)) {
      }
      return;
    }
    case WorkKey::Kind::kWaitingTasks: {
      const model::ClusterId id{key.id};
      const WaitingOutcome outcome = place_waiting_tasks(tx, id, pace);
      // Services that found no room to wait may find it now.
      if (outcome.fewer) queue.capacity_changed(tx.state(), id);
      if (outcome.again_at) queue.at(*outcome.again_at, key);
      return;
    }
    case WorkKey::Kind::kService: {
      const model::ServiceId id{key.id};
      const model::Service* service = tx.state().find(id);
      const ServiceOutcome outcome =
          reconcile_service(tx, id, pace, queue.zones_of(service == nullptr ? model::ClusterId{} : service->cluster));
      queue.wants_capacity(tx.state(), id, outcome.wants_capacity);
      queue.watches_tasks(tx.state(), id, outcome.watches_tasks);
      queue.watches_zones(tx.state(), id, outcome.watches_zones);
      if (outcome.again_at) queue.at(*outcome.again_at, key);
      return;
    }
    case WorkKey::Kind::kExpiry: expire_all(tx, pace, queue); return;
    case WorkKey::Kind::kCluster: finish_attachments(tx, model::ClusterId{key.id}); return;
    case WorkKey::Kind::kCapacityProvider: finish_provider_change(tx, model::CapacityProviderId{key.id}); return;
    case WorkKey::Kind::kDaemonDefinition: finish_deletion(tx, model::DaemonTaskDefinitionId{key.id}); return;
    case WorkKey::Kind::kAlarm: {
      const auto again_at = watch_alarm(tx, model::AlarmId{key.id});
      if (again_at) queue.at(*again_at, key);
      return;
    }
    case WorkKey::Kind::kScheduledAction: {
      const auto again_at = run_scheduled_action(tx, model::ScheduledActionId{key.id});
      if (again_at) queue.at(*again_at, key);
      return;
    }
    case WorkKey::Kind::kInstanceGroup: {
      const auto again_at = scale_group(tx, model::InstanceGroupId{key.id}, pace);
      if (again_at) queue.at(*again_at, key);
      return;
    }
    case WorkKey::Kind::kEventRule: {
      const auto again_at = run_event_rule(tx, model::EventRuleId{key.id});
      if (again_at) queue.at(*again_at, key);
      return;
    }
    case WorkKey::Kind::kProviderMetric: {
      const auto again_at = publish_reservation(tx, model::CapacityProviderId{key.id});
      if (again_at) queue.at(*again_at, key);
      return;
    }
  }
}

}  // namespace drydock::scheduler
