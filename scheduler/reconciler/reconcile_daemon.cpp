#include <algorithm>
#include <map>
#include <vector>

#include "scheduler/deployments/daemon.hpp"
#include "scheduler/deployments/daemon_constraints.hpp"
#include "scheduler/placement/views.hpp"
#include "scheduler/reconciler/daemon_slots.hpp"
#include "scheduler/reconciler/kinds.hpp"
#include "scheduler/reconciler/service_events.hpp"

namespace drydock::scheduler {
namespace {

using TasksByInstance = std::map<model::InstanceId, std::vector<model::TaskId>>;

/// The service's tasks that are not STOPPED, oldest first: on an instance there are few of them among many others.
TasksByInstance own_tasks(const ServicePass& pass) {
  TasksByInstance tasks;
  const model::State& state = pass.tx.state();
  for (const auto& [digits, group] : state.of(pass.id).deployments) {
    for (const auto* set : {&group.starting, &group.healthy, &group.evaluating, &group.unhealthy, &group.stopping}) {
      for (const model::TaskId id : *set) tasks[state.get(id).instance].push_back(id);
    }
  }
  for (auto& [instance, ids] : tasks) std::ranges::sort(ids);
  return tasks;
}

void add_tasks(const ServicePass& pass, const TasksByInstance& own, DaemonSlot& slot) {
  const model::State& state = pass.tx.state();
  const auto there = own.find(slot.instance);
  if (there == own.end()) return;
  for (const model::TaskId id : there->second) {
    const model::Task& task = state.get(id);
    if (task.stop_wanted) {
      slot.stopping = true;
    } else if (task.deployment == pass.primary().digits && !slot.fresh && task.health != model::Health::kUnhealthy) {
      slot.fresh = id;
      slot.fresh_healthy = is_ready(task);
    } else if (task.is_protected(pass.tx.now()) && task.health != model::Health::kUnhealthy) {
      slot.held = true;
      slot.others_healthy = slot.others_healthy || is_ready(task);
    } else {
      slot.others.push_back(id);
      slot.others_healthy = slot.others_healthy || is_ready(task);
    }
  }
}

/// A failed deployment starts nothing; only tasks on instances that should have none go.
void halt(const std::vector<DaemonSlot>& slots, DaemonPlan& plan) {
  plan.start.clear();
  plan.stop.clear();
  plan.blocked = false;
  plan.complete = false;
  for (const DaemonSlot& slot : slots) {
    if (slot.eligible && !slot.draining) continue;
    if (slot.fresh) plan.stop.push_back(slot.fresh);
    plan.stop.insert(plan.stop.end(), slot.others.begin(), slot.others.end());
  }
}

Demand daemon_demand(ServicePass& pass) {
  Demand demand = next_demand(pass);
  demand.constraints =
      daemon_constraints(*pass.tx.state().get(pass.primary().task_definition).definition, pass.service());
  return demand;
}

}  // namespace

void reconcile_daemon(ServicePass& pass) {
  const model::Service& service = pass.service();
  const Demand demand = daemon_demand(pass);
  const model::TaskRequirements& needs = demand.needs;
  LaunchRequest request = next_launch(pass);
  const ViewOptions options = view_options(demand);
  pass.outcome.watches_tasks = options.tasks;
  const TasksByInstance own = own_tasks(pass);
  std::vector<DaemonSlot> slots;
  std::map<model::InstanceId, InstanceView> views;
  for (InstanceView& view : views_of(pass.tx.state(), service.cluster, options)) {
    look_at_others_only(pass.tx.state(), pass.service(), view);
    DaemonSlot slot;
    slot.instance = view.id;
    // An instance that the constraints exclude gives its task up, too.
    slot.draining = !view.active || refuse_by_constraints(view, demand.constraints);
    slot.eligible = is_eligible(view, needs, demand.constraints);
    add_tasks(pass, own, slot);
    slots.push_back(std::move(slot));
    views.emplace(view.id, std::move(view));
  }
  // On an instance that drains, the current task is as protected as an older one.
  for (DaemonSlot& slot : slots) {
    if (slot.draining && slot.fresh && pass.tx.state().get(slot.fresh).is_protected(pass.tx.now())) slot.fresh = {};
  }
  DaemonPlan plan = plan_daemon(slots, service.minimum_healthy_percent);
  if (pass.halted()) {
    halt(slots, plan);
    explain_halt(pass);
  }
  if (service.desired_count != plan.desired) {
    pass.tx.update(pass.id, [&](model::Service& entity) { entity.desired_count = plan.desired; });
  }
  std::vector<model::TaskId> started;
  std::vector<model::Refusal> refusals;
  if (!plan.start.empty() && !throttled(pass)) {
    for (const model::InstanceId instance : plan.start) {
      if (auto refusal = refuse(views.at(instance), needs, demand.constraints)) {
        refusals.push_back(std::move(*refusal));
        continue;
      }
      request.instance = instance;
      started.push_back(launch(pass.tx, request, needs));
    }
  }
  say_tasks(pass.tx, pass.id, "started # tasks:", started);
  if (!refusals.empty()) {
    report_no_placement(pass, refusals);
  } else if (!started.empty()) {
    placement_succeeded(pass);
  }
  stop_for_scaling(pass, plan.stop);
  if (plan.blocked) {
    report_blocked(pass,
                   "An instance's old task has to stop before its new one starts, and minimumHealthyPercent forbids "
                   "stopping any: lower it.");
  }
  settle_deployments(pass, plan.desired, plan.complete);
}

}  // namespace drydock::scheduler
