// What a service, one of its deployments or a task set waits for.
#include <algorithm>

#include "model/arn.hpp"
#include "scheduler/deployments/start_throttle.hpp"
#include "server/explain/kinds.hpp"

namespace drydock::server {
namespace {

using model::Deployment;
using model::Service;
using model::State;

const model::DeploymentTasks& tasks_of(const State& state, const Service& service, std::uint64_t digits) {
  static const model::DeploymentTasks kNone;
  const auto& deployments = state.of(service.id).deployments;
  const auto known = deployments.find(digits);
  return known == deployments.end() ? kNone : known->second;
}

/// The last of the grace periods that still run.
model::Instant grace_ends(const State& state, const Service& service, const std::set<model::TaskId>& tasks) {
  const auto grace = std::chrono::seconds(service.settings->healthCheckGracePeriodSeconds.value_or(0));
  model::Instant latest{};
  for (const model::TaskId id : tasks) latest = std::max<model::Instant>(latest, state.get(id).started_at + grace);
  return latest;
}

/// Where the tasks of the deployment stand, as far as they are not where they should be.
void add_tasks(Reasons& reasons, const State& state, const Service& service, const Deployment& deployment,
               model::Instant now) {
  const model::DeploymentTasks& tasks = tasks_of(state, service, deployment.digits);
  const std::string of = " of deployment " + model::deployment_id(deployment.digits);
  if (!tasks.starting.empty()) {
    reasons.push_back({now,
                       "TASKS_STARTING",
                       counted(tasks.starting.size(), "task") + of + " not RUNNING yet.",
                       "Ask about one of them: " + model::arn_of(state, state.get(*tasks.starting.begin())) + ".",
                       {}});
  }
  if (!tasks.evaluating.empty()) {
    reasons.push_back(
        {now,
         "HEALTH_CHECKS",
         counted(tasks.evaluating.size(), "task") + of + " RUNNING without a verdict of the health check.",
         "The deployment goes on once they are HEALTHY.",
         {}});
  }
  if (tasks.unhealthy.empty()) return;
  const model::Instant until = grace_ends(state, service, tasks.unhealthy);
  if (until > now) {
    reasons.push_back({now,
                       "GRACE_PERIOD",
                       counted(tasks.unhealthy.size(), "task") + of +
                           " UNHEALTHY within healthCheckGracePeriodSeconds, until " + instant_text(until) + ".",
                       "What is UNHEALTHY then is replaced.",
                       {}});
  } else {
    reasons.push_back({now,
                       "UNHEALTHY",
                       counted(tasks.unhealthy.size(), "task") + of + " UNHEALTHY.",
                       "Run the health check's command in a container; the tasks are replaced.",
                       {}});
  }
}

void add_leaving(Reasons& reasons, const State& state, const Service& service, model::Instant now) {
  std::size_t running = 0;
  std::size_t stopping = 0;
  for (const auto& [digits, tasks] : state.of(service.id).deployments) {
    if (!service.deployments.empty() && digits == service.deployments.front().digits) continue;
    running += tasks.running() + tasks.starting.size();
    stopping += tasks.stopping.size();
  }
  if (running > 0 && service.task_definition && !service.deployments.empty()) {
    reasons.push_back({now,
                       "OLD_TASKS",
                       counted(running, "task") + " of older deployments, still to be replaced.",
                       "minimumHealthyPercent " + std::to_string(service.minimum_healthy_percent) +
                           " and maximumPercent " + std::to_string(service.maximum_percent) +
                           " say how many at a time.",
                       {}});
  }
  if (stopping > 0) {
    reasons.push_back({now,
                       "TASKS_STOPPING",
                       counted(stopping, "task") + " of older deployments on the way out.",
                       "They have their containers' stopTimeout.",
                       {}});
  }
}

/// Protected tasks that the service would rather stop.
void add_protected(Reasons& reasons, const State& state, const Service& service, model::Instant now) {
  std::size_t count = 0;
  model::Instant until{};
  for (const model::TaskId id : state.of(service.cluster).protected_tasks) {
    const model::Task& task = state.get(id);
    const bool leaves = !service.deployments.empty() && task.deployment != service.deployments.front().digits;
    if (task.service != service.id || !leaves || !task.is_protected(now)) continue;
    ++count;
    until = std::max(until, task.protected_until);
  }
  if (count == 0) return;
  reasons.push_back(
      {now,
       "TASK_PROTECTION",
       counted(count, "task") + " of older deployments under protection, until " + instant_text(until) + ".",
       "aws ecs update-task-protection --no-protection-enabled ends it.",
       {}});
}

void add_alarms(Reasons& reasons, const model::ServiceDeployment& record, model::Instant now) {
  if (record.alarms != model::MonitorStatus::kMonitoring) return;
  reasons.push_back(
      {now, "ALARMS", "It is watched: an alarm of its configuration that goes to ALARM fails it.", "", {}});
}

bool is_under_way(const Service& service) {
  return !service.deployments.empty() && service.deployments.front().rollout == model::RolloutState::kInProgress;
}

/// Of a service that is ACTIVE and has deployments.
void add_deployment(Reasons& reasons, const State& state, const Service& service, model::Instant now) {
  const Deployment& primary = service.deployments.front();
  if (primary.failed_tasks > 0 && is_under_way(service)) {
    reasons.push_back(
        {primary.last_failure_at,
         "FAILED_TASKS",
         counted(static_cast<std::size_t>(primary.failed_tasks), "task") + " in a row did not reach RUNNING.",
         "Ask about a stopped one: aws ecs list-tasks --service-name " + service.name + " --desired-status STOPPED.",
         {}});
  }
  add_tasks(reasons, state, service, primary, now);
  add_leaving(reasons, state, service, now);
  add_protected(reasons, state, service, now);
  const model::ServiceDeployment* record = state.find(service.deploying);
  if (record != nullptr && is_under_way(service)) add_alarms(reasons, *record, now);
}

}  // namespace

Reasons reasons_of(const State& state, const Service& service, model::Instant now) {
  Reasons reasons;
  add_recorded(reasons, state.explanations.services, service.id);
  if (service.status == model::ServiceStatus::kInactive) {
    reasons.push_back({service.inactive_at, "INACTIVE", "The service was deleted.", "", {}});
  } else if (service.status == model::ServiceStatus::kDraining) {
    std::size_t left = 0;
    for (const auto& [digits, tasks] : state.of(service.id).deployments) {
      left += tasks.starting.size() + tasks.running() + tasks.stopping.size();
    }
    reasons.push_back({now,
                       "DRAINING",
                       "The service was deleted; " + counted(left, "task") + " left.",
                       "It is INACTIVE once all of them are STOPPING.",
                       {}});
  } else if (!service.deployments.empty()) {
    add_deployment(reasons, state, service, now);
  }
  return reasons;
}

Reasons reasons_of(const State& state, const model::ServiceDeployment& record, model::Instant now) {
  Reasons reasons;
  const Service& service = state.get(record.service);
  if (model::is_terminal(record.status)) {
    if (!record.status_reason.empty()) {
      reasons.push_back({record.finished_at,
                         model::to_text(record.status),
                         record.status_reason,
                         "Its events: aws ecs describe-services --services " + service.name + ".",
                         {}});
    }
    return reasons;
  }
  if (!record.status_reason.empty()) {
    reasons.push_back({record.updated_at, model::to_text(record.status), record.status_reason, "", {}});
  }
  if (record.id == service.deploying) {
    const Reasons of_service = reasons_of(state, service, now);
    reasons.insert(reasons.end(), of_service.begin(), of_service.end());
  } else {
    reasons.push_back({now, "SUPERSEDED", "A newer deployment of the service takes its place.", "", {}});
  }
  if (record.stage != model::LifecycleStage::kNone) {
    reasons.push_back(
        {record.stage_at,
         "LIFECYCLE_STAGE",
         std::string("It is at ") + model::to_text(record.stage) + " since " + instant_text(record.stage_at) + ".",
         "",
         {}});
  }
  return reasons;
}

Reasons reasons_of(const State& state, const model::TaskSet& set, model::Instant now) {
  Reasons reasons;
  const Service& service = state.get(set.service);
  const model::DeploymentTasks& tasks = tasks_of(state, service, set.deployment.digits);
  if (set.draining) {
    reasons.push_back({now,
                       "DRAINING",
                       "The task set was deleted; " +
                           counted(tasks.running() + tasks.starting.size() + tasks.stopping.size(), "task") + " left.",
                       "",
                       {}});
    return reasons;
  }
  add_recorded(reasons, state.explanations.services, service.id);
  add_tasks(reasons, state, service, set.deployment, now);
  return reasons;
}

}  // namespace drydock::server
