#include "server/operations/service_deployments/service_deployment_view.hpp"

#include <algorithm>

#include "model/arn.hpp"
#include "model/deployment_counts.hpp"
#include "scheduler/deployments/circuit_breaker.hpp"
#include "scheduler/deployments/hooks.hpp"
#include "scheduler/deployments/traffic.hpp"
#include "scheduler/deployments/traffic_schedule.hpp"
#include "server/operations/express/express_view.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations {
namespace {

std::optional<std::string> not_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

std::optional<std::string> revision_arn(const model::State& state, model::ServiceRevisionId id) {
  const model::ServiceRevision* revision = state.find(id);
  if (revision == nullptr) return std::nullopt;
  return model::arn_of(state, *revision);
}

double percent(int share) { return share * 100.0 / model::kAllTraffic; }

template <class Summary>
Summary summary_of(const model::State& state, const model::DeployedRevision& counted) {
  Summary summary;
  summary.arn = revision_arn(state, counted.revision);
  summary.requestedTaskCount = counted.requested;
  summary.runningTaskCount = counted.running;
  summary.pendingTaskCount = counted.pending;
  return summary;
}

api::ServiceDeploymentCircuitBreaker show_breaker(const model::State& state, const model::ServiceDeployment& record) {
  model::MonitorStatus status = record.breaker;
  int failures = record.breaker_failures;
  int threshold = record.breaker_threshold;
  if (!model::is_terminal(record.status) && status != model::MonitorStatus::kTriggered) {
    const model::Service& service = state.get(record.service);
    threshold = scheduler::breaker_threshold(service.desired_count);
    if (scheduler::breaker_of(service).enabled) {
      status = model::MonitorStatus::kMonitoring;
      const auto target = std::ranges::find(service.deployments, record.target.revision, &model::Deployment::revision);
      if (target != service.deployments.end()) failures = scheduler::breaker_failures(*target);
    }
  }
  api::ServiceDeploymentCircuitBreaker shown;
  shown.status = model::to_text(status);
  shown.failureCount = failures;
  shown.threshold = threshold;
  return shown;
}

api::ServiceDeploymentAlarms show_alarms(const model::ServiceDeployment& record) {
  api::ServiceDeploymentAlarms shown;
  shown.status = model::to_text(record.alarms);
  if (!record.triggered_alarms.empty()) shown.triggeredAlarmNames = record.triggered_alarms;
  if (record.configuration && record.configuration->alarms) {
    shown.alarmNames = record.configuration->alarms->alarmNames;
  }
  return shown;
}

/// The API's stages have none for the hooks before a production traffic shift.
const char* shown_stage(model::LifecycleStage stage) {
  return model::to_text(stage == model::LifecycleStage::kPreProductionTrafficShift
                            ? model::LifecycleStage::kProductionTrafficShift
                            : stage);
}

std::vector<api::DeploymentLifecycleHookDetail> show_hooks(const model::ServiceDeployment& record) {
  std::vector<api::DeploymentLifecycleHookDetail> details;
  for (const model::HookRun& run : record.hooks) {
    const api::DeploymentLifecycleHook& hook = scheduler::configured(record, run);
    api::DeploymentLifecycleHookDetail& shown = details.emplace_back();
    shown.hookId = run.id;
    shown.targetType = run.pause ? "PAUSE" : "AWS_LAMBDA";
    if (!run.pause) shown.targetArn = hook.hookTargetArn;
    shown.status = model::to_text(run.status);
    shown.expiresAt = timestamp(run.expires_at);
    const auto& timeout = hook.timeoutConfiguration;
    shown.timeoutAction = timeout ? timeout->action.value_or("ROLLBACK") : "ROLLBACK";
  }
  return details;
}

/// Which target groups the revision's tasks belong to; nothing without load balancers that traffic can shift between.
std::optional<api::ResolvedConfiguration> resolve_groups(const model::ServiceRevision& revision) {
  std::optional<api::ResolvedConfiguration> resolved;
  if (!revision.definition->loadBalancers) return resolved;
  for (const api::LoadBalancer& balancer : *revision.definition->loadBalancers) {
    if (!balancer.advancedConfiguration) continue;
    if (!resolved) resolved.emplace().loadBalancers.emplace();
    api::ServiceRevisionLoadBalancer& shown = resolved->loadBalancers->emplace_back();
    shown.targetGroupArn = scheduler::target_group_of(balancer, revision.alternate);
    shown.productionListenerRule = balancer.advancedConfiguration->productionListenerRule;
  }
  return resolved;
}

}  // namespace

api::ServiceDeployment show_service_deployment(const model::State& state, const model::ServiceDeployment& record) {
  const bool over = model::is_terminal(record.status);
  const bool shifts = scheduler::shifts_traffic(record);
  const auto counted = [&](const model::DeployedRevision& revision) {
    const model::DeployedRevision now = over ? revision : model::count_revision(state, revision.revision);
    auto summary = summary_of<api::ServiceRevisionSummary>(state, now);
    if (shifts) summary.requestedProductionTrafficWeight = percent(now.production);
    if (shifts) summary.requestedTestTrafficWeight = percent(now.test);
    return summary;
  };
  const model::Service& service = state.get(record.service);
  api::ServiceDeployment shown;
  shown.serviceDeploymentArn = model::arn_of(state, record);
  shown.serviceArn = model::arn_of(state, service);
  shown.clusterArn = model::arn_of(state, state.get(service.cluster));
  shown.createdAt = timestamp(record.created_at);
  shown.startedAt = timestamp(record.started_at);
  shown.finishedAt = timestamp(record.finished_at);
  if (record.status == model::ServiceDeploymentStatus::kStopped) shown.stoppedAt = timestamp(record.finished_at);
  shown.updatedAt = timestamp(record.updated_at);
  shown.targetServiceRevision = counted(record.target);
  auto& sources = shown.sourceServiceRevisions.emplace();
  for (const model::DeployedRevision& source : record.sources) sources.push_back(counted(source));
  shown.status = model::to_text(record.status);
  shown.statusReason = not_empty(record.status_reason);
  if (record.stage != model::LifecycleStage::kNone) shown.lifecycleStage = shown_stage(record.stage);
  if (!record.hooks.empty()) shown.lifecycleHookDetails = show_hooks(record);
  if (record.configuration) shown.deploymentConfiguration = *record.configuration;
  if (record.rollback_to) {
    auto& rollback = shown.rollback.emplace();
    rollback.reason = not_empty(record.rollback_reason);
    rollback.startedAt = timestamp(record.rollback_at);
    rollback.serviceRevisionArn = revision_arn(state, record.rollback_to);
  }
  shown.deploymentCircuitBreaker = show_breaker(state, record);
  shown.alarms = show_alarms(record);
  return shown;
}

api::ServiceDeploymentBrief show_service_deployment_brief(const model::State& state,
                                                          const model::ServiceDeployment& record) {
  const model::Service& service = state.get(record.service);
  api::ServiceDeploymentBrief shown;
  shown.serviceDeploymentArn = model::arn_of(state, record);
  shown.serviceArn = model::arn_of(state, service);
  shown.clusterArn = model::arn_of(state, state.get(service.cluster));
  shown.startedAt = timestamp(record.started_at);
  shown.createdAt = timestamp(record.created_at);
  shown.finishedAt = timestamp(record.finished_at);
  shown.targetServiceRevisionArn = revision_arn(state, record.target.revision);
  shown.status = model::to_text(record.status);
  shown.statusReason = not_empty(record.status_reason);
  return shown;
}

api::ServiceRevision show_service_revision(const model::State& state, const model::ServiceRevision& revision) {
  const model::Service& service = state.get(revision.service);
  api::ServiceRevision shown = *revision.definition;
  shown.serviceRevisionArn = model::arn_of(state, revision);
  shown.serviceArn = model::arn_of(state, service);
  shown.clusterArn = model::arn_of(state, state.get(service.cluster));
  if (const auto* definition = state.find(revision.task_definition)) {
    shown.taskDefinition = model::arn_of(state, *definition);
  }
  shown.resolvedConfiguration = resolve_groups(revision);
  if (revision.express) shown.ecsManagedResources = show_managed_resources(revision);
  shown.createdAt = timestamp(revision.created_at);
  return shown;
}

void show_current_deployment(const model::State& state, const model::Service& service, api::Service& shown) {
  if (const auto* record = state.find(service.deploying))
    shown.currentServiceDeployment = model::arn_of(state, *record);
  for (const model::Deployment& deployment : service.deployments) {
    if (!deployment.revision) continue;
    if (!shown.currentServiceRevisions) shown.currentServiceRevisions.emplace();
    shown.currentServiceRevisions->push_back(
        summary_of<api::ServiceCurrentRevisionSummary>(state, model::count_revision(state, deployment.revision)));
  }
}

}  // namespace drydock::operations
