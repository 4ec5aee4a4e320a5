#include "scheduler/reconciler/rolling_hooks.hpp"

#include <algorithm>

#include "model/arn.hpp"
#include "scheduler/deployments/hooks.hpp"
#include "scheduler/deployments/traffic_schedule.hpp"
#include "scheduler/reconciler/deployment_end.hpp"
#include "scheduler/reconciler/kinds.hpp"
#include "scheduler/reconciler/lifecycle.hpp"
#include "scheduler/reconciler/service_deployments.hpp"

namespace drydock::scheduler {
namespace {

using model::LifecycleStage;
using model::ServiceDeployment;

bool rolls_with_hooks(const ServiceDeployment& record) {
  return record.configuration && !shifts_traffic(record) && record.configuration->lifecycleHooks &&
         !record.configuration->lifecycleHooks->empty();
}

/// Null unless the deployment goes forward: on the way back nothing waits.
const ServiceDeployment* forward_record(const ServicePass& pass) {
  const ServiceDeployment* record = ongoing(pass.tx.state(), pass.id);
  const bool forward = record != nullptr && record->status == model::ServiceDeploymentStatus::kInProgress;
  return forward && rolls_with_hooks(*record) ? record : nullptr;
}

void explain(ServicePass& pass, std::string message, std::string next_step) {
  pass.tx.explanations().services[pass.id] = {
      pass.tx.now(), "LIFECYCLE_HOOK", std::move(message), std::move(next_step), {}};
}

/// Until the new revision may start, the service keeps its tasks: those of the revision that is to be replaced.
void keep_tasks(ServicePass& pass) {
  const auto& deployments = pass.service().deployments;
  const auto found = std::ranges::find(deployments, choose_blue(pass), &model::Deployment::revision);
  if (found == deployments.end() || found->digits == pass.primary().digits) return;
  const std::uint64_t blue = found->digits;
  if (const int desired = pass.service().desired_count; found->desired_count != desired) {
    pass.tx.update(pass.id, [&](model::Service& service) {
      auto& entity = *std::ranges::find(service.deployments, blue, &model::Deployment::digits);
      entity.desired_count = desired;
      entity.updated_at = pass.tx.now();
    });
  }
  ServicePass kept{pass.tx, pass.id, pass.pace};
  kept.instead = blue;
  reconcile_replica(kept);
  pass.outcome.wants_capacity = kept.outcome.wants_capacity;
  pass.outcome.watches_tasks = kept.outcome.watches_tasks;
  if (kept.outcome.again_at) pass.again_at(*kept.outcome.again_at);
}

bool fail_overdue(ServicePass& pass, const ServiceDeployment& record) {
  const model::Instant until = record.created_at + kLongestDeployment;
  pass.again_at(until);
  if (pass.tx.now() < until) return false;
  fail_deployment(pass, {"ECS deployment failed: it took too long.", "", "it did not complete within 30 days.", true});
  return true;
}

}  // namespace

void begin_rolling_hooks(ServicePass& pass) {
  const ServiceDeployment* record = forward_record(pass);
  if (record == nullptr) return;
  // Of several revisions that are there still, all but one have been replaced already.
  const std::size_t expected = choose_blue(pass) ? 2 : 1;
  const bool several = pass.service().deployments.size() > expected;
  enter_stage(pass.tx, record->id, several ? LifecycleStage::kReconcileService : LifecycleStage::kPreScaleUp);
}

bool is_before_scale_up(const ServicePass& pass) {
  const ServiceDeployment* record = forward_record(pass);
  return record != nullptr && record->stage < LifecycleStage::kScaleUp;
}

bool reconcile_rolling_hooks(ServicePass& pass) {
  const ServiceDeployment* record = forward_record(pass);
  if (record == nullptr) return false;
  const HooksProgress hooks = advance_hooks(pass.tx, record->id);
  if (hooks.state == HooksState::kRollBack) {
    fail_deployment(pass, {"ECS deployment failed: lifecycle hook failed.", "", hooks.because, true});
    return true;
  }
  if (hooks.state == HooksState::kWaiting) {
    pass.again_at(hooks.next_at);
    if (fail_overdue(pass, *record)) return true;
  }
  if (record->stage >= LifecycleStage::kScaleUp) return false;
  keep_tasks(pass);
  if (hooks.state == HooksState::kWaiting) {
    explain_hooks(pass);
    return true;
  }
  enter_stage(pass.tx, record->id, static_cast<LifecycleStage>(static_cast<int>(record->stage) + 1));
  pass.tx.explanations().services.erase(pass.id);
  return true;
}

bool waits_for_rolling_hooks(ServicePass& pass) {
  const ServiceDeployment* record = forward_record(pass);
  if (record == nullptr) return false;
  if (record->stage == LifecycleStage::kScaleUp) enter_stage(pass.tx, record->id, LifecycleStage::kPostScaleUp);
  const HooksProgress hooks = advance_hooks(pass.tx, record->id);
  if (hooks.state == HooksState::kPassed) return false;
  if (hooks.state == HooksState::kWaiting) pass.again_at(hooks.next_at);
  explain_hooks(pass);
  return true;
}

void explain_hooks(ServicePass& pass) {
  const ServiceDeployment& record = *ongoing(pass.tx.state(), pass.id);
  for (const model::HookRun& run : record.hooks) {
    if (run.status == model::HookStatus::kAwaitingAction) {
      return explain(pass,
                     std::string("The deployment pauses at ") + model::to_text(record.stage) + ": hook " + run.id +
                         " awaits an action.",
                     "aws ecs continue-service-deployment --service-deployment-arn " +
                         model::arn_of(pass.tx.state(), record) + " --hook-id " + run.id +
                         " --action CONTINUE (or ROLLBACK).");
    }
  }
  for (const model::HookRun& run : record.hooks) {
    if (run.status != model::HookStatus::kInProgress) continue;
    return explain(pass,
                   std::string("The deployment waits at ") + model::to_text(record.stage) + " for the hook " +
                       configured(record, run).hookTargetArn.value_or("") + ", called " + std::to_string(run.attempt) +
                       " times so far.",
                   "The deployment goes on once the hook answers with hookStatus SUCCEEDED.");
  }
}

}  // namespace drydock::scheduler
