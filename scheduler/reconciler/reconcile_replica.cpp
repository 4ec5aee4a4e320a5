#include <algorithm>
#include <initializer_list>

#include "model/arn.hpp"
#include "model/task_transitions.hpp"
#include "scheduler/capacity_providers/split.hpp"
#include "scheduler/deployments/rolling.hpp"
#include "scheduler/deployments/victims.hpp"
#include "scheduler/reconciler/kinds.hpp"
#include "scheduler/reconciler/rebalance.hpp"
#include "scheduler/reconciler/service_events.hpp"
#include "scheduler/reconciler/start_tasks.hpp"

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

/// What a wanted task of the PRIMARY deployment is counted as.
int TaskGroup::* member_of(const ServicePass& pass, const Tasks& tasks, const model::Task& task) {
  if (task.last_status != model::TaskStatus::kRunning) return &TaskGroup::starting;
  if (task.health == model::Health::kUnhealthy) {
    return in_grace(pass, task) ? &TaskGroup::evaluating : &TaskGroup::unhealthy;
  }
  return !is_ready(task) || tasks.young.contains(task.id) ? &TaskGroup::evaluating : &TaskGroup::healthy;
}

/// Tasks that are to take the place of others in fuller zones do not count until they have it.
void leave_out_rebalancing(const ServicePass& pass, Tasks& tasks) {
  if (pass.task_set || pass.only != 0) return;
  for (const model::TaskId id : pass.service().rebalancing) {
    const bool leaves = std::ranges::find(tasks.draining, id) != tasks.draining.end();
    const bool counted = tasks.fresh->starting.contains(id) || tasks.fresh->healthy.contains(id) ||
                         tasks.fresh->evaluating.contains(id) || tasks.fresh->unhealthy.contains(id);
    if (leaves || !counted) continue;
    const model::Task* task = &pass.tx.state().get(id);
    --(tasks.view.fresh.*member_of(pass, tasks, *task));
    // Under maximumPercent it has its place all the same, as a task whose port is not free yet.
    ++tasks.view.stopping_exclusive;
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
      int TaskGroup::* const member = member_of(pass, tasks, task);
      --(tasks.view.fresh.*member);
      ++(tasks.view.leaving.*member);
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
  leave_out_rebalancing(pass, tasks);
  return tasks;
}

VictimView victim(const ServicePass& pass, model::TaskId id) {
  const model::Task& task = pass.tx.state().get(id);
  VictimView view;
  view.id = id;
  view.running = task.last_status == model::TaskStatus::kRunning;
  view.unhealthy = task.health == model::Health::kUnhealthy;
  view.zone = task.availability_zone;
  view.instance = task.instance;
  view.is_protected = task.is_protected(pass.tx.now());
  view.cpu_units = task.reservation.cpu_units;
  view.memory_mib = task.reservation.memory_mib;
  if (!task.instance) return view;
  const model::ContainerInstance& instance = pass.tx.state().get(task.instance);
  const model::InstanceIndex& used = pass.tx.state().of(task.instance);
  view.attributes = instance.attributes.get();
  view.cpu_free = instance.cpu_units - used.cpu_units;
  view.memory_free = instance.memory_mib - used.memory_mib;
  return view;
}

std::vector<Rule> service_rules(const ServicePass& pass) {
  return rules_of(pass.service().settings->placementStrategy);
}

void stop_unhealthy(ServicePass& pass, const Tasks& tasks, int wanted) {
  std::vector<model::TaskId> stopped;
  for (const model::TaskId id : tasks.fresh->unhealthy) {
    if (static_cast<int>(stopped.size()) >= wanted) break;
    if (std::ranges::find(tasks.draining, id) != tasks.draining.end()) continue;  // leaves anyhow
    if (!in_grace(pass, pass.tx.state().get(id))) stopped.push_back(id);
  }
  // What is to go anyhow is no failure of its deployment.
  if (pass.desired() > 0) count_health_failures(pass, static_cast<int>(stopped.size()));
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
    const model::Task& task = state.get(id);
    if (is_ready(task) && !tasks.young.contains(id)) {
      healthy.push_back(victim(pass, id));
    } else if (!task.is_protected(pass.tx.now()) || task.health == model::Health::kUnhealthy) {
      chosen.push_back(id);
    }
  }
  const auto victims = pick_victims(healthy, plan.stop_leaving_healthy, service_rules(pass));
  chosen.insert(chosen.end(), victims.begin(), victims.end());
  return chosen;
}

/// Each provider of the strategy gives what it has beyond its share; what protection keeps there comes from the others.
std::vector<model::TaskId> pick_by_provider(const ServicePass& pass, const Strategy& strategy,
                                            const std::vector<VictimView>& candidates, int wanted) {
  std::vector<std::vector<VictimView>> groups(strategy.size());
  for (const VictimView& view : candidates) {
    const std::string& provider = pass.tx.state().get(view.id).capacity_provider;
    const auto item = std::ranges::find(strategy, provider, [](const auto& one) { return *one.capacityProvider; });
    if (item != strategy.end()) groups[static_cast<std::size_t>(item - strategy.begin())].push_back(view);
  }
  std::vector<int> counts;
  for (const auto& group : groups) counts.push_back(static_cast<int>(group.size()));
  const std::vector<int> going = split_scale_in(strategy, counts, wanted);
  const std::vector<Rule> rules = service_rules(pass);
  std::vector<model::TaskId> chosen;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const auto victims = pick_victims(groups[i], going[i], rules);
    chosen.insert(chosen.end(), victims.begin(), victims.end());
  }
  const int missing = wanted - static_cast<int>(chosen.size());
  if (missing <= 0) return chosen;
  std::vector<VictimView> rest = candidates;
  std::erase_if(rest, [&](const VictimView& view) { return std::ranges::find(chosen, view.id) != chosen.end(); });
  const auto victims = pick_victims(rest, missing, rules);
  chosen.insert(chosen.end(), victims.begin(), victims.end());
  return chosen;
}

std::vector<model::TaskId> pick_among(const ServicePass& pass, const Tasks& tasks,
                                      std::initializer_list<const std::set<model::TaskId>*> groups, int wanted) {
  const std::set<model::TaskId> leaving(tasks.draining.begin(), tasks.draining.end());
  std::vector<VictimView> candidates;
  for (const auto* group : groups) {
    for (const model::TaskId id : *group) {
      if (!leaving.contains(id)) candidates.push_back(victim(pass, id));
    }
  }
  const Strategy& strategy = strategy_of(pass.primary());
  if (strategy.size() <= 1) return pick_victims(candidates, wanted, service_rules(pass));
  return pick_by_provider(pass, strategy, candidates, wanted);
}

std::vector<model::TaskId> pick_scale_in(const ServicePass& pass, const Tasks& tasks, int wanted) {
  const model::DeploymentTasks& fresh = *tasks.fresh;
  if (!pass.halted()) return pick_among(pass, tasks, {&fresh.starting, &fresh.healthy, &fresh.evaluating}, wanted);
  // What never ran goes; where protection keeps one of them, none that runs goes in its place.
  const int starting = std::min(wanted, tasks.view.fresh.starting);
  std::vector<model::TaskId> chosen = pick_among(pass, tasks, {&fresh.starting}, starting);
  const auto running = pick_among(pass, tasks, {&fresh.healthy, &fresh.evaluating}, wanted - starting);
  chosen.insert(chosen.end(), running.begin(), running.end());
  return chosen;
}

/// Fewer tasks went than were to go: the others are under protection.
void say_protected(ServicePass& pass, int kept) {
  const std::string text = "was unable to reach steady state because (taskSet " +
                           model::deployment_id(pass.primary().digits) + ") was unable to scale in due to (reason " +
                           std::to_string(kept) + " tasks under protection)";
  say_unless_said(pass.tx, pass.id, text, pass.pace);
  pass.tx.explanations().services[pass.id] = {
      pass.tx.now(),
      "TASK_PROTECTION",
      text,
      "The tasks go when their protection expires, or at once after aws ecs update-task-protection "
      "--no-protection-enabled.",
      {}};
}

}  // namespace

bool reconcile_replica(ServicePass& pass) {
  check_rebalancing(pass);
  const Tasks tasks = look(pass);
  const RollingPlan plan = pass.halted() ? plan_halted(tasks.view) : plan_rolling(tasks.view);
  std::vector<model::TaskId> leaving;
  const int to_go = plan.stop_leaving_unready + plan.stop_leaving_healthy + plan.scale_in;
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
    report_unstarted(pass, started);
  }
  if (plan.stop_unhealthy > 0) stop_unhealthy(pass, tasks, plan.stop_unhealthy);
  const int kept = to_go - static_cast<int>(leaving.size());
  stop_for_scaling(pass, leaving);
  if (kept > 0 && !pass.tx.state().of(pass.service().cluster).protected_tasks.empty()) say_protected(pass, kept);
  if (plan.blocked) {
    report_blocked(pass,
                   "With this desired count, minimumHealthyPercent forbids stopping a task and maximumPercent forbids "
                   "starting one.");
  }
  if (pass.halted() && pass.only == 0 && pass.instead == 0) explain_halt(pass);
  if (pass.deploys()) settle_deployments(pass, pass.desired(), plan.complete);
  if (pass.deploys()) rebalance(pass, plan.complete);
  return plan.complete;
}

}  // namespace drydock::scheduler
