#include "server/operations/daemons/daemon_view.hpp"

#include <map>

#include "model/arn.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations {
namespace {

using model::DaemonDeploymentStatus;

struct Counts {
  int running = 0;
  int leaving = 0;  // to be stopped, not yet STOPPED
};
using ByProvider = std::map<std::string, Counts>;

/// The tasks of each revision, by capacity provider.
std::map<model::DaemonRevisionId, ByProvider> count_tasks(const model::State& state, model::DaemonId daemon) {
  std::map<model::DaemonRevisionId, ByProvider> counts;
  for (const auto& [instance, tasks] : state.of(daemon).tasks) {
    for (const model::TaskId id : tasks) {
      const model::Task& task = state.get(id);
      Counts& count = counts[task.daemon_revision][task.capacity_provider];
      if (task.stop_wanted) {
        ++count.leaving;
      } else if (task.last_status == model::TaskStatus::kRunning) {
        ++count.running;
      }
    }
  }
  return counts;
}

std::string provider_arn(const model::State& state, const model::Daemon& daemon, const std::string& name) {
  return model::ecs_arn(state.get(state.get(daemon.cluster).world), "capacity-provider/" + name);
}

std::string cluster_arn_of(const model::State& state, const model::Daemon& daemon) {
  return model::arn_of(state, state.get(daemon.cluster));
}

/// The daemon's providers, and others that still have tasks of the revision.
ByProvider with_own_providers(const model::Daemon& daemon, ByProvider counts) {
  for (const std::string& provider : daemon.capacity_providers) counts[provider];
  return counts;
}

api::DaemonRevisionDetail running_detail(const model::State& state, const model::Daemon& daemon,
                                         const model::DaemonRevision& revision, const ByProvider& counts) {
  api::DaemonRevisionDetail detail;
  detail.arn = model::arn_of(state, revision);
  detail.capacityProviders.emplace();
  int total = 0;
  for (const auto& [provider, count] : with_own_providers(daemon, counts)) {
    api::DaemonCapacityProvider& one = detail.capacityProviders->emplace_back();
    one.arn = provider_arn(state, daemon, provider);
    one.runningCount = count.running;
    total += count.running;
  }
  detail.totalRunningCount = total;
  return detail;
}

api::DaemonDeploymentRevisionDetail deployed_detail(const model::State& state, const model::Daemon& daemon,
                                                    const model::DaemonRevision& revision, const ByProvider& counts) {
  api::DaemonDeploymentRevisionDetail detail;
  detail.arn = model::arn_of(state, revision);
  detail.capacityProviders.emplace();
  Counts total;
  for (const auto& [provider, count] : with_own_providers(daemon, counts)) {
    api::DaemonDeploymentCapacityProvider& one = detail.capacityProviders->emplace_back();
    one.arn = provider_arn(state, daemon, provider);
    one.runningInstanceCount = count.running;
    one.drainingInstanceCount = count.leaving;
    total.running += count.running;
    total.leaving += count.leaving;
  }
  detail.totalRunningInstanceCount = total.running;
  detail.totalDrainingInstanceCount = total.leaving;
  return detail;
}

bool watched(const model::DaemonDeployment& deployment) {
  return deployment.under_way() || deployment.status == DaemonDeploymentStatus::kPending;
}

api::DaemonCircuitBreaker show_breaker(const model::DaemonDeployment& deployment) {
  api::DaemonCircuitBreaker shown;
  shown.threshold = deployment.breaker_threshold;
  if (deployment.breaker_failures > 0) {
    shown.status = "TRIGGERED";
    shown.failureCount = deployment.breaker_failures;
    return shown;
  }
  shown.failureCount = watched(deployment) ? deployment.failed_tasks : 0;
  // Taking tasks away cannot fail to start any.
  shown.status = !deployment.target ? "DISABLED" : watched(deployment) ? "MONITORING" : "MONITORING_COMPLETE";
  return shown;
}

api::DaemonDeploymentAlarms show_alarms(const model::DaemonDeployment& deployment) {
  const api::DaemonAlarmConfiguration& alarms = *deployment.configuration->alarms;
  api::DaemonDeploymentAlarms shown;
  shown.alarmNames = alarms.alarmNames;
  shown.triggeredAlarmNames.emplace();
  shown.status = !alarms.enable.value_or(false) ? "DISABLED"
                 : watched(deployment)          ? "MONITORING"
                                                : "MONITORING_COMPLETE";
  return shown;
}

std::optional<api::DaemonRollback> show_rollback(const model::State& state, const model::Daemon& daemon,
                                                 const model::DaemonDeployment& deployment) {
  if (!deployment.rollback_to) return std::nullopt;
  api::DaemonRollback shown;
  shown.reason = "Circuit breaker: tasks failed to start.";
  shown.startedAt = timestamp(deployment.rollback_at);
  if (const auto* revision = state.find(deployment.rollback_to)) {
    shown.rollbackTargetDaemonRevisionArn = model::arn_of(state, *revision);
  }
  shown.rollbackCapacityProviders.emplace();
  for (const std::string& provider : daemon.capacity_providers) {
    shown.rollbackCapacityProviders->push_back(provider_arn(state, daemon, provider));
  }
  return shown;
}

}  // namespace

api::DaemonDetail show_daemon(const model::State& state, const model::Daemon& daemon) {
  auto counts = count_tasks(state, daemon.id);
  if (daemon.status == model::DaemonStatus::kActive) counts[daemon.revision];
  api::DaemonDetail shown;
  shown.daemonArn = model::arn_of(state, daemon);
  shown.clusterArn = cluster_arn_of(state, daemon);
  shown.status = model::to_text(daemon.status);
  shown.currentRevisions.emplace();
  for (const auto& [id, by_provider] : counts) {
    const model::DaemonRevision* revision = state.find(id);
    if (revision != nullptr) shown.currentRevisions->push_back(running_detail(state, daemon, *revision, by_provider));
  }
  shown.deploymentArn = model::arn_of(state, state.get(daemon.deployment));
  shown.createdAt = timestamp(daemon.created_at);
  shown.updatedAt = timestamp(daemon.updated_at);
  return shown;
}

api::DaemonDeployment show_daemon_deployment(const model::State& state, const model::DaemonDeployment& deployment) {
  const model::Daemon& daemon = state.get(deployment.daemon);
  auto counts = count_tasks(state, daemon.id);
  api::DaemonDeployment shown;
  shown.daemonDeploymentArn = model::arn_of(state, deployment);
  shown.clusterArn = cluster_arn_of(state, daemon);
  shown.status = model::to_text(deployment.status);
  if (!deployment.status_reason.empty()) shown.statusReason = deployment.status_reason;
  if (const auto* target = state.find(deployment.target)) {
    shown.targetDaemonRevision = deployed_detail(state, daemon, *target, counts[target->id]);
  }
  shown.sourceDaemonRevisions.emplace();
  for (const model::DaemonRevisionId id : deployment.sources) {
    const auto* source = state.find(id);
    if (source == nullptr) continue;
    shown.sourceDaemonRevisions->push_back(deployed_detail(state, daemon, *source, counts[id]));
  }
  shown.circuitBreaker = show_breaker(deployment);
  shown.alarms = show_alarms(deployment);
  shown.rollback = show_rollback(state, daemon, deployment);
  shown.deploymentConfiguration = *deployment.configuration;
  shown.createdAt = timestamp(deployment.created_at);
  shown.startedAt = timestamp(deployment.started_at);
  shown.stoppedAt = timestamp(deployment.stopped_at);
  shown.finishedAt = timestamp(deployment.finished_at);
  return shown;
}

api::DaemonDeploymentSummary summarize(const model::State& state, const model::DaemonDeployment& deployment) {
  const model::Daemon& daemon = state.get(deployment.daemon);
  api::DaemonDeploymentSummary shown;
  shown.daemonDeploymentArn = model::arn_of(state, deployment);
  shown.daemonArn = model::arn_of(state, daemon);
  shown.clusterArn = cluster_arn_of(state, daemon);
  shown.status = model::to_text(deployment.status);
  if (!deployment.status_reason.empty()) shown.statusReason = deployment.status_reason;
  if (const auto* target = state.find(deployment.target)) {
    shown.targetDaemonRevisionArn = model::arn_of(state, *target);
  }
  shown.createdAt = timestamp(deployment.created_at);
  shown.startedAt = timestamp(deployment.started_at);
  shown.stoppedAt = timestamp(deployment.stopped_at);
  shown.finishedAt = timestamp(deployment.finished_at);
  return shown;
}

api::DaemonRevision show_daemon_revision(const model::State& state, const model::DaemonRevision& revision) {
  const model::Daemon& daemon = state.get(revision.daemon);
  const model::DaemonTaskDefinition& definition = state.get(revision.definition);
  api::DaemonRevision shown;
  shown.daemonRevisionArn = model::arn_of(state, revision);
  shown.clusterArn = cluster_arn_of(state, daemon);
  shown.daemonArn = model::arn_of(state, daemon);
  shown.daemonTaskDefinitionArn = model::arn_of(state, definition);
  shown.createdAt = timestamp(revision.created_at);
  shown.containerImages.emplace();
  for (const api::ContainerDefinition& container : *definition.definition->containerDefinitions) {
    api::DaemonContainerImage& image = shown.containerImages->emplace_back();
    image.containerName = container.name;
    image.image = container.image;
  }
  shown.propagateTags = revision.propagate_tags ? "DAEMON" : "NONE";
  shown.enableECSManagedTags = revision.managed_tags;
  shown.enableExecuteCommand = revision.execute_command;
  return shown;
}

}  // namespace drydock::operations
