// What a daemon or one of its deployments waits for.
#include "model/arn.hpp"
#include "server/explain/kinds.hpp"

namespace drydock::server {

Reasons reasons_of(const model::State& state, const model::DaemonDeployment& deployment, model::Instant now) {
  Reasons reasons;
  const bool succeeded = deployment.status == model::DaemonDeploymentStatus::kSuccessful;
  if (!deployment.status_reason.empty() && !succeeded) {
    reasons.push_back({deployment.finished_at, model::to_text(deployment.status), deployment.status_reason, "", {}});
  }
  if (!deployment.under_way()) return reasons;
  if (deployment.bake_until > now) {
    reasons.push_back(
        {now, "BAKE_TIME", "It bakes until " + instant_text(deployment.bake_until) + ".", "It goes on by itself.", {}});
  }
  if (deployment.failed_tasks > 0) {
    reasons.push_back(
        {deployment.last_failure_at,
         "FAILED_TASKS",
         counted(static_cast<std::size_t>(deployment.failed_tasks), "task") + " in a row did not reach RUNNING.",
         "Ask about a stopped one: aws ecs list-tasks --daemon-name " + state.get(deployment.daemon).name +
             " --desired-status STOPPED.",
         {}});
  }
  if (deployment.stepping) {
    reasons.push_back({now,
                       "DRAIN_PERCENT",
                       "A batch of instances is being replaced.",
                       "drainPercent of its deploymentConfiguration says how many at a time.",
                       {}});
  }
  return reasons;
}

Reasons reasons_of(const model::State& state, const model::Daemon& daemon, model::Instant now) {
  Reasons reasons;
  add_recorded(reasons, state.explanations.daemons, daemon.id);
  if (const auto* deployment = state.find(daemon.deployment)) {
    const Reasons of_deployment = reasons_of(state, *deployment, now);
    reasons.insert(reasons.end(), of_deployment.begin(), of_deployment.end());
  }
  std::size_t starting = 0;
  for (const auto& [instance, tasks] : state.of(daemon.id).tasks) {
    for (const model::TaskId id : tasks) {
      if (!state.get(id).stop_wanted && state.get(id).last_status < model::TaskStatus::kRunning) ++starting;
    }
  }
  if (starting > 0) {
    reasons.push_back({now, "TASKS_STARTING", counted(starting, "task") + " not RUNNING yet.", "", {}});
  }
  return reasons;
}

}  // namespace drydock::server
