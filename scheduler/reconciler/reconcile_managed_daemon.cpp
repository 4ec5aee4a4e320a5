#include "scheduler/reconciler/reconcile_managed_daemon.hpp"

#include <algorithm>

#include "model/task_transitions.hpp"
#include "scheduler/deployments/start_throttle.hpp"
#include "scheduler/launch.hpp"
#include "scheduler/managed_tags.hpp"
#include "scheduler/reconciler/daemon_pass.hpp"

namespace drydock::scheduler {
namespace {

using model::DaemonDeployment;
using model::DaemonDeploymentStatus;

model::TaskRequirements needs_of(const DaemonPass& pass) {
  return model::requirements_of(*pass.tx.state().get(pass.daemon().definition).definition, nullptr);
}

std::vector<api::Tag> task_tags(const DaemonPass& pass, const model::DaemonRevision& revision) {
  const model::Daemon& daemon = pass.daemon();
  std::vector<api::Tag> tags;
  if (revision.propagate_tags) tags = daemon.tags;
  if (!revision.managed_tags) return tags;
  add_managed_tags(tags, pass.tx.state().get(daemon.cluster), "aws:ecs:daemonName", daemon.name);
  return tags;
}

LaunchRequest next_launch(const DaemonPass& pass) {
  const model::Daemon& daemon = pass.daemon();
  const model::DaemonRevision& revision = pass.tx.state().get(daemon.revision);
  LaunchRequest request;
  request.cluster = daemon.cluster;
  request.daemon = daemon.id;
  request.daemon_definition = revision.definition;
  request.daemon_revision = revision.id;
  request.group = "daemon:" + daemon.name;
  request.started_by = pass.deployment().name;
  request.execute_command = revision.execute_command;
  request.tags = task_tags(pass, revision);
  return request;
}

/// A deployment that failed starts nothing more; one whose tasks fail to start waits between its attempts.
bool held_back(DaemonPass& pass) {
  const DaemonDeployment& deployment = pass.deployment();
  if (deployment.status == DaemonDeploymentStatus::kStopped) return true;
  if (deployment.status == DaemonDeploymentStatus::kRollbackFailed) return true;
  const model::Instant next = deployment.last_failure_at + start_delay(deployment.failed_tasks, pass.pace);
  if (pass.tx.now() >= next) return false;
  pass.again_at(next);
  return true;
}

void note_refusals(DaemonPass& pass, const std::vector<model::Refusal>& refusals) {
  std::vector<model::DaemonRefusal> refused;
  for (const model::Refusal& refusal : refusals) refused.push_back({refusal.instance, refusal.reason});
  if (pass.deployment().refused == refused) return;
  pass.change_deployment([&](DaemonDeployment& entity) { entity.refused = std::move(refused); });
}

void start_tasks(DaemonPass& pass, const DaemonInstances& instances, const std::vector<model::InstanceId>& where,
                 const model::TaskRequirements& needs) {
  if (where.empty()) return note_refusals(pass, {});
  if (held_back(pass)) return;
  LaunchRequest request = next_launch(pass);
  std::vector<model::Refusal> refusals;
  for (const model::InstanceId instance : where) {
    if (auto refusal = refuse(instances.views.at(instance), needs)) {
      refusals.push_back(std::move(*refusal));
      continue;
    }
    request.instance = instance;
    request.capacity_provider = instances.providers.at(instance);
    launch(pass.tx, request, needs);
  }
  note_refusals(pass, refusals);
  if (refusals.empty()) return;
  pass.outcome.wants_capacity = true;
  pass.tx.explanations().daemons[pass.id] = {
      pass.tx.now(), "PLACEMENT", "Not every instance of the daemon's capacity providers has room for its task.",
      "Stop other tasks on the instances named here, or ask for less in the daemon task definition.",
      std::move(refusals)};
}

void stop_tasks(DaemonPass& pass, const std::vector<model::TaskId>& tasks) {
  const model::State& state = pass.tx.state();
  const std::string scaling = "Scaling activity initiated by (deployment " + pass.deployment().name + ")";
  for (const model::TaskId id : tasks) {
    const model::Task& task = state.get(id);
    const bool unhealthy = task.health == model::Health::kUnhealthy && task.daemon_revision == pass.daemon().revision;
    if (unhealthy && pass.deployment().under_way()) {
      pass.change_deployment([](DaemonDeployment& entity) { ++entity.failed_tasks; });
    }
    model::request_stop(pass.tx, id, model::StopCode::kServiceSchedulerInitiated,
                        unhealthy ? "Task failed container health checks" : scaling);
  }
}

bool at_rest(const DaemonSlot& slot) {
  if (!slot.eligible) return true;
  const bool starting = slot.fresh && !slot.fresh_healthy;
  return !slot.stopping && !starting && (slot.fresh_healthy || slot.others_healthy);
}

bool outdated(const DaemonSlot& slot) { return slot.eligible && !slot.others.empty(); }

void roll(DaemonPass& pass) {
  const model::TaskRequirements needs = needs_of(pass);
  const DaemonInstances instances = look_at_instances(pass, needs);
  const bool deploying = pass.deployment().under_way();
  if (deploying && trip_breaker(pass, instances.members)) return;
  int may_stop = 0;
  if (deploying) {
    const bool rests = std::ranges::all_of(instances.slots, at_rest);
    const bool baking = bakes(pass, rests);
    const bool left = std::ranges::any_of(instances.slots, outdated);
    if (rests && !baking && left) {
      may_stop = step_size(pass.deployment(), instances.members);
      pass.change_deployment([](DaemonDeployment& entity) { entity.stepping = true; });
    }
    if (rests && !baking && !left) complete_deployment(pass);
  }
  const DaemonPlan plan = plan_daemon_step(instances.slots, may_stop);
  pass.tx.explanations().daemons.erase(pass.id);
  start_tasks(pass, instances, plan.start, needs);
  stop_tasks(pass, plan.stop);
}

/// A deleted daemon's instances give up its tasks in the steps in which an update would replace them.
void drain(DaemonPass& pass) {
  const DaemonInstances instances = look_at_instances(pass, needs_of(pass));
  bool stopping = false;
  std::vector<const DaemonSlot*> left;
  for (const DaemonSlot& slot : instances.slots) {
    // What a disconnected instance is to stop, it stops when it comes back.
    stopping = stopping || (slot.stopping && instances.views.at(slot.instance).connected);
    if (!slot.others.empty()) left.push_back(&slot);
  }
  if (left.empty() && pass.tx.state().of(pass.id).tasks.empty()) {
    if (bakes(pass, true)) return;
    complete_deployment(pass);
    pass.tx.update(pass.id, [&](model::Daemon& daemon) {
      daemon.status = model::DaemonStatus::kGone;
      daemon.gone_at = pass.tx.now();
    });
    pass.tx.explanations().daemons.erase(pass.id);
    return;
  }
  if (bakes(pass, !stopping) || stopping) return;
  const auto count =
      std::min<std::size_t>(left.size(), static_cast<std::size_t>(step_size(pass.deployment(), instances.members)));
  std::vector<model::TaskId> tasks;
  for (std::size_t i = 0; i < count; ++i) tasks.insert(tasks.end(), left[i]->others.begin(), left[i]->others.end());
  stop_tasks(pass, tasks);
}

}  // namespace

ServiceOutcome reconcile_managed_daemon(model::Transaction& tx, model::DaemonId id, const Pace& pace) {
  const model::Daemon* daemon = tx.state().find(id);
  if (daemon == nullptr || daemon->status == model::DaemonStatus::kGone) return {};
  DaemonPass pass{tx, id, pace};
  begin_deployment(pass);
  if (daemon->status == model::DaemonStatus::kActive) {
    roll(pass);
  } else {
    drain(pass);
  }
  return pass.outcome;
}

}  // namespace drydock::scheduler
