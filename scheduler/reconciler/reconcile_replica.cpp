#include <algorithm>

#include "model/task_transitions.hpp"
#include "scheduler/deployments/rolling.hpp"
#include "scheduler/deployments/victims.hpp"
#include "scheduler/placement/place.hpp"
#include "scheduler/placement/views.hpp"
#include "scheduler/reconciler/kinds.hpp"
#include "scheduler/reconciler/service_events.hpp"

namespace drydock::scheduler {
namespace {

/// Which tasks count as what in this pass. Lists are only as long as what a plan may have to stop.
struct Tasks {
  RollingView view;
  const model::DeploymentTasks* fresh = nullptr;
  std::vector<model::TaskId> draining;  // of the PRIMARY deployment, on DRAINING instances
  std::set<model::TaskId> young;        // RUNNING, but not for long enough to count as healthy
};

bool is_ready(const model::Task& task) {
  return task.last_status == model::TaskStatus::kRunning && task.health != model::Health::kUnhealthy &&
         (!task.health_checked || task.health == model::Health::kHealthy);
}

TaskGroup count(const model::DeploymentTasks& tasks) {
  return {static_cast<int>(tasks.starting.size()), static_cast<int>(tasks.healthy.size()),
          static_cast<int>(tasks.evaluating.size()), static_cast<int>(tasks.unhealthy.size())};
}

bool in_grace(const ServicePass& pass, const model::Task& task) {
  const int seconds = pass.service().settings->healthCheckGracePeriodSeconds.value_or(0);
  return task.started_at + std::chrono::seconds(seconds) > pass.tx.now();
}

/// AWS's rhythm: RUNNING counts as healthy after a while only.
void set_young_apart(ServicePass& pass, const model::DeploymentTasks& tasks, TaskGroup& group, Tasks& out) {
  if (pass.pace.healthy_after.count() == 0) return;
  for (const model::TaskId id : tasks.healthy) {
    const model::Task& task = pass.tx.state().get(id);
    const model::Instant mature = task.started_at + pass.pace.healthy_after;
    if (task.health_checked || mature <= pass.tx.now()) continue;
    --group.healthy;
    ++group.evaluating;
    out.young.insert(id);
    pass.again_at(mature);
  }
}

/// Within the grace period a failed check does not count yet.
void forgive_in_grace(ServicePass& pass, const model::DeploymentTasks& tasks, TaskGroup& group) {
  for (const model::TaskId id : tasks.unhealthy) {
    const model::Task& task = pass.tx.state().get(id);
    if (!in_grace(pass, task)) continue;
    --group.unhealthy;
    ++group.evaluating;
    pass.again_at(task.started_at +
                  std::chrono::seconds(pass.service().settings->healthCheckGracePeriodSeconds.value_or(0)));
  }
}

void move_draining(const ServicePass& pass, Tasks& tasks) {
  const model::State& state = pass.tx.state();
  const std::uint64_t primary = pass.primary().digits;
  for (const model::InstanceId instance : state.of(pass.service().cluster).draining) {
    for (const model::TaskId id : state.of(instance).tasks) {
      const model::Task& task = state.get(id);
      if (task.service != pass.id || task.deployment != primary || task.stop_wanted) continue;
      tasks.draining.push_back(id);
      const auto move = [&](int TaskGroup::* member) {
        --(tasks.view.fresh.*member);
        ++(tasks.view.leaving.*member);
      };
      if (task.last_status != model::TaskStatus::kRunning) {
        move(&TaskGroup::starting);
      } else if (task.health == model::Health::kUnhealthy) {
        move(in_grace(pass, task) ? &TaskGroup::evaluating : &TaskGroup::unhealthy);
      } else if (!is_ready(task) || tasks.young.contains(id)) {
        move(&TaskGroup::evaluating);
      } else {
        move(&TaskGroup::healthy);
      }
    }
  }
}

Tasks look(ServicePass& pass) {
  static const model::DeploymentTasks kNone;
  const model::Service& service = pass.service();
  const auto& deployments = pass.tx.state().of(pass.id).deployments;
  Tasks tasks;
  tasks.fresh = &kNone;
  tasks.view.desired = pass.desired();
  if (!pass.task_set) {  // a task set has the default percentages
    tasks.view.minimum_healthy_percent = service.minimum_healthy_percent;
    tasks.view.maximum_percent = service.maximum_percent;
  }
  std::size_t stopping = 0;
  for (const auto& [digits, group] : deployments) {
    if (!pass.concerns(digits)) continue;
    stopping += group.stopping.size();
    const bool primary = digits == pass.primary().digits;
    TaskGroup counted = count(group);
    set_young_apart(pass, group, counted, tasks);
    if (primary) {
      forgive_in_grace(pass, group, counted);
      tasks.fresh = &group;
      tasks.view.fresh = counted;
    } else {
      tasks.view.leaving.starting += counted.starting;
      tasks.view.leaving.healthy += counted.healthy;
      tasks.view.leaving.evaluating += counted.evaluating;
      tasks.view.leaving.unhealthy += counted.unhealthy;
      tasks.view.stopping_of_others += static_cast<int>(group.stopping.size());
    }
  }
  // A fixed host port is free again only when its task is STOPPED.
  if (stopping > 0 && !needs_of(pass).ports.empty()) tasks.view.stopping_exclusive = static_cast<int>(stopping);
  move_draining(pass, tasks);
  return tasks;
}

VictimView victim(const model::State& state, model::TaskId id) {
  const model::Task& task = state.get(id);
  return {id,
          task.last_status == model::TaskStatus::kRunning,
          task.health == model::Health::kUnhealthy,
          false,
          task.availability_zone,
          task.instance};
}

struct Started {
  std::vector<model::TaskId> tasks;
  std::optional<std::vector<model::Refusal>> refusals;  // why not all that were wanted
};

Started start_tasks(ServicePass& pass, int wanted) {
  Started started;
  if (throttled(pass)) return started;
  LaunchRequest request = next_launch(pass);
  const model::TaskRequirements needs = needs_of(pass);
  if (request.launch_type == model::LaunchType::kFargate) {
    for (int i = 0; i < wanted; ++i) started.tasks.push_back(launch(pass.tx, request, needs));
    return started;
  }
  Batch batch(views_of(pass.tx.state(), request.cluster, request.group), needs);
  for (int i = 0; i < wanted; ++i) {
    auto place = batch.place_next();
    if (!place) {
      started.refusals = std::move(place.error());
      return started;
    }
    request.instance = *place;
    started.tasks.push_back(launch(pass.tx, request, needs));
  }
  placement_succeeded(pass);
  return started;
}

void stop_unhealthy(ServicePass& pass, const Tasks& tasks, int wanted) {
  std::vector<model::TaskId> stopped;
  for (const model::TaskId id : tasks.fresh->unhealthy) {
    if (static_cast<int>(stopped.size()) >= wanted) break;
    if (std::ranges::find(tasks.draining, id) != tasks.draining.end()) continue;  // leaves anyhow
    if (!in_grace(pass, pass.tx.state().get(id))) stopped.push_back(id);
  }
  if (!stopped.empty() && !pass.task_set) {
    pass.tx.update(pass.id, [&](model::Service& service) {
      service.deployments.front().health_failures += static_cast<int>(stopped.size());
    });
  }
  for (const model::TaskId id : stopped) {
    say(pass.tx, pass.id, "(task " + model::to_hex(pass.tx.state().get(id).uuid) + ") failed container health checks.");
    model::request_stop(pass.tx, id, model::StopCode::kServiceSchedulerInitiated,
                        "Task failed container health checks");
  }
  if (!stopped.empty()) say_tasks(pass.tx, pass.id, "stopped # running tasks:", stopped);
}

/// Tasks on their way out: all that are not ready, and as many healthy ones as the lower bound lets go.
std::vector<model::TaskId> pick_leaving(const ServicePass& pass, const Tasks& tasks, const RollingPlan& plan) {
  const model::State& state = pass.tx.state();
  std::vector<model::TaskId> all = tasks.draining;
  for (const auto& [digits, group] : state.of(pass.id).deployments) {
    if (digits == pass.primary().digits || !pass.concerns(digits)) continue;
    for (const auto* set : {&group.starting, &group.healthy, &group.evaluating, &group.unhealthy}) {
      all.insert(all.end(), set->begin(), set->end());
    }
  }
  std::vector<model::TaskId> chosen;
  std::vector<VictimView> healthy;
  for (const model::TaskId id : all) {
    if (is_ready(state.get(id)) && !tasks.young.contains(id)) {
      healthy.push_back(victim(state, id));
    } else {
      chosen.push_back(id);
    }
  }
  const auto victims = pick_victims(healthy, plan.stop_leaving_healthy);
  chosen.insert(chosen.end(), victims.begin(), victims.end());
  return chosen;
}

std::vector<model::TaskId> pick_scale_in(const ServicePass& pass, const Tasks& tasks, int wanted) {
  const std::set<model::TaskId> leaving(tasks.draining.begin(), tasks.draining.end());
  std::vector<VictimView> candidates;
  for (const auto* set : {&tasks.fresh->starting, &tasks.fresh->healthy, &tasks.fresh->evaluating}) {
    for (const model::TaskId id : *set) {
      if (!leaving.contains(id)) candidates.push_back(victim(pass.tx.state(), id));
    }
  }
  return pick_victims(candidates, wanted);
}

void say_blocked(ServicePass& pass) {
  const std::string text =
      "was unable to stop or start tasks during a deployment because of the service deployment configuration. Update "
      "the minimumHealthyPercent or maximumPercent value and try again.";
  say_unless_said(pass.tx, pass.id, text, pass.pace);
  pass.tx.explanations().services[pass.id] = {
      pass.tx.now(),
      "DEPLOYMENT_BOUNDS",
      text,
      "With this desired count, minimumHealthyPercent forbids stopping a task and maximumPercent forbids starting one.",
      {}};
}

}  // namespace

bool reconcile_replica(ServicePass& pass) {
  const Tasks tasks = look(pass);
  const RollingPlan plan = pass.halted() ? plan_halted(tasks.view) : plan_rolling(tasks.view);
  std::vector<model::TaskId> leaving;
  if (plan.stop_leaving_unready + plan.stop_leaving_healthy > 0) leaving = pick_leaving(pass, tasks, plan);
  if (plan.scale_in > 0) {
    const auto victims = pick_scale_in(pass, tasks, plan.scale_in);
    leaving.insert(leaving.end(), victims.begin(), victims.end());
  }
  if (plan.start > 0) {
    const Started started = start_tasks(pass, plan.start);
    const int replaced = std::min(static_cast<int>(started.tasks.size()), tasks.view.fresh.unhealthy);
    say_tasks(
        pass.tx, pass.id, "started # tasks:", started.tasks,
        replaced == 0 ? "" : " Amazon ECS replaced " + std::to_string(replaced) + " tasks due to an unhealthy status.");
    if (started.refusals) report_no_placement(pass, *started.refusals);
  }
  if (plan.stop_unhealthy > 0) stop_unhealthy(pass, tasks, plan.stop_unhealthy);
  stop_for_scaling(pass, leaving);
  if (plan.blocked) say_blocked(pass);
  if (pass.halted()) explain_halt(pass);
  if (!pass.task_set) settle_deployments(pass, pass.desired(), plan.complete);
  return plan.complete;
}

}  // namespace drydock::scheduler
