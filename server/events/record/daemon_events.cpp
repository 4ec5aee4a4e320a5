#include "server/events/record/daemon_events.hpp"

#include <algorithm>

#include "model/arn.hpp"
#include "scheduler/events/envelope.hpp"

namespace drydock::events {
namespace {

Draft impaired(const model::State& state, const model::Daemon& daemon) {
  return cluster_draft(state, daemon.cluster, "ECS Daemon Service Action");
}

Object impaired_detail(const model::State& state, const Draft& draft, const model::ContainerInstance* instance) {
  Object detail;
  detail.text("eventName", "DAEMON_TASK_START_IMPAIRED").text("eventType", "WARNING").text("clusterArn", draft.cluster);
  if (instance != nullptr) {
    detail.text("containerInstanceArn", model::arn_of(state, *instance))
        .text_if("capacityProviderName", model::capacity_provider_of(state, *instance));
  }
  return detail;
}

void describe(const model::State& state, const model::Daemon& daemon, const model::DaemonRevision* revision,
              const model::DaemonTaskDefinition* definition, Object& detail) {
  if (revision != nullptr) detail.text("daemonRevisionArn", model::arn_of(state, *revision));
  detail.text("daemonArn", model::arn_of(state, daemon));
  if (definition != nullptr) detail.text("daemonTaskDefinitionArn", model::arn_of(state, *definition));
}

/// The words for insufficient CPU are AWS's, the others are made after them.
std::string_view shortage(std::string_view reason) {
  if (reason == "RESOURCE:CPU") return "insufficient CPU";
  if (reason == "RESOURCE:MEMORY") return "insufficient memory";
  if (reason == "RESOURCE:GPU") return "insufficient GPUs";
  if (reason == "RESOURCE:ENI") return "insufficient network interfaces";
  if (reason.starts_with("RESOURCE:PORTS")) return "a host port is in use";
  return "the container instance does not meet its requirements";
}

}  // namespace

std::optional<Draft> daemon_deployment_event(const model::State& state, const model::DaemonDeployment* before,
                                             const model::DaemonDeployment& after, model::Instant now) {
  if (before != nullptr && before->status == after.status) return std::nullopt;
  const model::Daemon* daemon = state.find(after.daemon);
  if (daemon == nullptr) return std::nullopt;
  Draft draft = cluster_draft(state, daemon->cluster, "ECS Daemon Deployment State Change");
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

Drafts daemon_placement_events(const model::State& state, const model::DaemonDeployment* before,
                               const model::DaemonDeployment& after, model::Instant now) {
  const model::Daemon* daemon = state.find(after.daemon);
  if (daemon == nullptr || (before != nullptr && before->refused == after.refused)) return {};
  Drafts drafts;
  for (const model::DaemonRefusal& refusal : after.refused) {
    const auto known = [&](const model::DaemonRefusal& one) { return one.instance == refusal.instance; };
    if (before != nullptr && std::ranges::any_of(before->refused, known)) continue;
    Draft draft = impaired(state, *daemon);
    Object detail = impaired_detail(state, draft, state.find(refusal.instance));
    describe(state, *daemon, state.find(daemon->revision), state.find(daemon->definition), detail);
    draft.detail = detail.text("failureType", "TASK_CREATION_FAILED")
                       .text("createdAt", scheduler::detail_time(now))
                       .text("reason", refusal.reason + " - Unable to place daemon task on container instance: " +
                                           std::string(shortage(refusal.reason)))
                       .done();
    drafts.push_back(std::move(draft));
  }
  return drafts;
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
  Draft draft = impaired(state, *daemon);
  const std::string task = model::arn_of(state, after);
  draft.resources = {task};
  Object detail = impaired_detail(state, draft, state.find(after.instance));
  detail.text("taskArn", task);
  describe(state, *daemon, state.find(after.daemon_revision), state.find(after.daemon_definition), detail);
  draft.detail = detail.text("failureType", "TASK_FAILED_TO_RUN")
                     .text("createdAt", scheduler::detail_time(now))
                     .text("reason", "Task failed to reach RUNNING status: " + after.stopped_reason)
                     .done();
  return draft;
}

}  // namespace drydock::events
