#include "server/events/record/daemon_events.hpp"

#include "model/arn.hpp"
#include "scheduler/events/envelope.hpp"

namespace drydock::events {

std::optional<Draft> daemon_deployment_event(const model::State& state, const model::DaemonDeployment* before,
                                             const model::DaemonDeployment& after, model::Instant now) {
  if (before != nullptr && before->status == after.status) return std::nullopt;
  const model::Daemon* daemon = state.find(after.daemon);
  if (daemon == nullptr) return std::nullopt;
  const model::Cluster& cluster = state.get(daemon->cluster);
  Draft draft;
  draft.world = cluster.world;
  draft.detail_type = "ECS Daemon Deployment State Change";
  draft.cluster = model::arn_of(state, cluster);
  const std::string arn = model::arn_of(state, *daemon);
  draft.resources = {arn};
  Object detail;
  detail.text("eventType", after.status == model::DaemonDeploymentStatus::kRollbackFailed ? "ERROR" : "INFO")
      .text("eventName", std::string("DAEMON_DEPLOYMENT_") + to_text(after.status))
      .text("clusterArn", draft.cluster)
      .text("daemonArn", arn)
      .text("daemonDeploymentArn", model::arn_of(state, after));
  if (const model::DaemonRevision* target = state.find(after.target)) {
    detail.text("targetDaemonRevisionArn", model::arn_of(state, *target));
  }
  draft.detail = detail.text("updatedAt", scheduler::detail_time(now)).done();
  return draft;
}

std::optional<Draft> daemon_task_event(const model::State& state, const model::Task* before, const model::Task& after,
                                       model::Instant now) {
  const bool stopped = after.last_status == model::TaskStatus::kStopped &&
                       (before == nullptr || before->last_status != model::TaskStatus::kStopped);
  const bool failed = after.stop_code == model::StopCode::kTaskFailedToStart ||
                      after.stop_code == model::StopCode::kEssentialContainerExited;
  if (!after.daemon || !stopped || after.ever_running || !failed) return std::nullopt;
  const model::Daemon* daemon = state.find(after.daemon);
  if (daemon == nullptr) return std::nullopt;
  const model::Cluster& cluster = state.get(after.cluster);
  Draft draft;
  draft.world = cluster.world;
  draft.detail_type = "ECS Daemon Service Action";
  draft.cluster = model::arn_of(state, cluster);
  const std::string task = model::arn_of(state, after);
  draft.resources = {task};
  Object detail;
  detail.text("eventName", "DAEMON_TASK_START_IMPAIRED").text("eventType", "WARNING").text("clusterArn", draft.cluster);
  if (const auto* instance = state.find(after.instance)) {
    detail.text("containerInstanceArn", model::arn_of(state, *instance))
        .text_if("capacityProviderName", model::capacity_provider_of(state, *instance));
  }
  detail.text("taskArn", task);
  if (const auto* revision = state.find(after.daemon_revision)) {
    detail.text("daemonRevisionArn", model::arn_of(state, *revision));
  }
  detail.text("daemonArn", model::arn_of(state, *daemon));
  if (const auto* definition = state.find(after.daemon_definition)) {
    detail.text("daemonTaskDefinitionArn", model::arn_of(state, *definition));
  }
  draft.detail = detail.text("failureType", "TASK_FAILED_TO_RUN")
                     .text("createdAt", scheduler::detail_time(now))
                     .text("reason", "Task failed to reach RUNNING status: " + after.stopped_reason)
                     .done();
  return draft;
}

}  // namespace drydock::events
