#include "scheduler/reconciler/daemon_pass.hpp"

#include <algorithm>
#include <cmath>

#include "scheduler/placement/views.hpp"
#include "scheduler/reconciler/daemon_slots.hpp"

namespace drydock::scheduler {
namespace {

using model::DaemonDeployment;
using model::DaemonDeploymentStatus;

constexpr double kDefaultDrainPercent = 25.0;

void add_tasks(const DaemonPass& pass, DaemonSlot& slot) {
  const auto& all = pass.tx.state().of(pass.id).tasks;
  const auto tasks = all.find(slot.instance);
  if (tasks == all.end()) return;
  const bool deleted = pass.daemon().status != model::DaemonStatus::kActive;
  for (const model::TaskId id : tasks->second) {
    const model::Task& task = pass.tx.state().get(id);
    const bool current = !deleted && task.daemon_revision == pass.daemon().revision;
    if (task.stop_wanted) {
      slot.stopping = true;
    } else if (current && !slot.fresh && task.health != model::Health::kUnhealthy) {
      slot.fresh = id;
      slot.fresh_healthy = is_ready(task);
    } else {
      slot.others.push_back(id);
      slot.others_healthy = slot.others_healthy || is_ready(task);
    }
  }
}

/// spec/services.md section 5, as for a service with as many tasks.
int breaker_threshold(int instances) { return std::clamp((instances + 1) / 2, 3, 200); }

}  // namespace

DaemonInstances look_at_instances(const DaemonPass& pass, const model::TaskRequirements& needs) {
  const model::State& state = pass.tx.state();
  const model::Daemon& daemon = pass.daemon();
  const std::string group = "daemon:" + daemon.name;
  DaemonInstances found;
  for (InstanceView& view : views_of(state, daemon.cluster, {.group = group})) {
    std::string provider(model::capacity_provider_of(state, state.get(view.id)));
    const bool member = std::ranges::find(daemon.capacity_providers, provider) != daemon.capacity_providers.end();
    if (!member && !state.of(pass.id).tasks.contains(view.id)) continue;
    view.missing_daemon.clear();  // daemons do not wait for each other
    DaemonSlot slot;
    slot.instance = view.id;
    slot.draining = !view.active || !member;
    slot.eligible = member && is_eligible(view, needs);
    if (member && view.active) ++found.members;
    add_tasks(pass, slot);
    found.slots.push_back(std::move(slot));
    found.providers.emplace(view.id, std::move(provider));
    found.views.emplace(view.id, std::move(view));
  }
  return found;
}

void begin_deployment(DaemonPass& pass) {
  const model::State& state = pass.tx.state();
  const model::Instant now = pass.tx.now();
  const auto deployments = state.of(pass.id).deployments;
  for (const model::DaemonDeploymentId id : deployments) {
    if (state.get(id).status != DaemonDeploymentStatus::kStopRequested) continue;
    pass.tx.update(id, [&](DaemonDeployment& entity) {
      entity.status = DaemonDeploymentStatus::kStopped;
      entity.stopped_at = now;
      entity.finished_at = now;
    });
  }
  if (pass.deployment().status != DaemonDeploymentStatus::kPending) return;
  pass.change_deployment([&](DaemonDeployment& entity) {
    entity.status = DaemonDeploymentStatus::kInProgress;
    entity.started_at = now;
  });
}

int step_size(const DaemonDeployment& deployment, int instances) {
  const double percent = deployment.configuration->drainPercent.value_or(kDefaultDrainPercent);
  return std::max(1, static_cast<int>(std::floor(instances * percent / 100)));
}

bool bakes(DaemonPass& pass, bool at_rest) {
  const DaemonDeployment& deployment = pass.deployment();
  if (!at_rest) {
    if (!deployment.stepping) pass.change_deployment([](DaemonDeployment& entity) { entity.stepping = true; });
    return false;
  }
  if (deployment.stepping) {
    // A rollback does not wait to see how it goes.
    const bool forward = deployment.status == DaemonDeploymentStatus::kInProgress;
    const std::chrono::minutes bake(forward ? deployment.configuration->bakeTimeInMinutes.value_or(0) : 0);
    pass.change_deployment([&](DaemonDeployment& entity) {
      entity.stepping = false;
      entity.bake_until = pass.tx.now() + bake;
    });
  }
  if (pass.tx.now() >= pass.deployment().bake_until) return false;
  pass.again_at(pass.deployment().bake_until);
  return true;
}

void complete_deployment(DaemonPass& pass) {
  const bool forward = pass.deployment().status == DaemonDeploymentStatus::kInProgress;
  pass.change_deployment([&](DaemonDeployment& entity) {
    entity.status = forward ? DaemonDeploymentStatus::kSuccessful : DaemonDeploymentStatus::kRollbackSuccessful;
    entity.status_reason = forward ? "Deployment completed successfully." : "Deployment rolled back successfully.";
    entity.finished_at = pass.tx.now();
    entity.failed_tasks = 0;
  });
  const model::DaemonRevisionId good = pass.daemon().revision;
  if (pass.daemon().last_good == good) return;
  pass.tx.update(pass.id, [&](model::Daemon& daemon) { daemon.last_good = good; });
}

bool trip_breaker(DaemonPass& pass, int instances) {
  const int threshold = breaker_threshold(instances);
  if (pass.deployment().breaker_threshold != threshold) {
    pass.change_deployment([&](DaemonDeployment& entity) { entity.breaker_threshold = threshold; });
  }
  if (pass.deployment().failed_tasks < threshold) return false;
  const bool forward = pass.deployment().status == DaemonDeploymentStatus::kInProgress;
  const model::DaemonRevision* good = pass.tx.state().find(pass.daemon().last_good);
  const bool back = forward && good != nullptr && good->id != pass.daemon().revision;
  const std::string reason = "tasks failed to start.";
  pass.change_deployment([&](DaemonDeployment& entity) {
    if (forward) entity.breaker_failures = threshold;
    entity.failed_tasks = 0;
    entity.stepping = false;
    entity.bake_until = {};
    if (back) {
      entity.status = DaemonDeploymentStatus::kRollbackInProgress;
      entity.status_reason = "Deployment failed: " + reason + " Rolling back.";
      entity.rollback_to = good->id;
      entity.rollback_at = pass.tx.now();
      return;
    }
    entity.status = forward ? DaemonDeploymentStatus::kStopped : DaemonDeploymentStatus::kRollbackFailed;
    entity.status_reason = (forward ? "Deployment failed: " : "Rollback failed: ") + reason;
    if (forward) entity.stopped_at = pass.tx.now();
    entity.finished_at = pass.tx.now();
  });
  if (!back) return true;
  pass.tx.update(pass.id, [&](model::Daemon& daemon) {
    daemon.revision = good->id;
    daemon.definition = good->definition;
  });
  return true;
}

}  // namespace drydock::scheduler
