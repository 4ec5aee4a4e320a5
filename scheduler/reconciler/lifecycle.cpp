#include "scheduler/reconciler/lifecycle.hpp"

#include <algorithm>

#include "model/arn.hpp"
#include "scheduler/deployments/hooks.hpp"
#include "scheduler/deployments/traffic.hpp"
#include "scheduler/deployments/traffic_schedule.hpp"
#include "scheduler/reconciler/deployment_end.hpp"
#include "scheduler/reconciler/deployment_progress.hpp"
#include "scheduler/reconciler/kinds.hpp"
#include "scheduler/reconciler/rolling_hooks.hpp"
#include "scheduler/reconciler/service_deployments.hpp"
#include "scheduler/reconciler/service_events.hpp"

namespace drydock::scheduler {
namespace {

using model::Deployment;
using model::LifecycleStage;
using model::ServiceDeployment;
using Status = model::ServiceDeploymentStatus;

constexpr auto kLongestStage = std::chrono::hours(24);

const ServiceDeployment& record_of(const ServicePass& pass) { return *ongoing(pass.tx.state(), pass.id); }

bool goes_back(const ServiceDeployment& record) { return record.status == Status::kRollbackInProgress; }

bool is_listed(const ServicePass& pass, model::ServiceRevisionId revision) {
  return std::ranges::find(pass.service().deployments, revision, &Deployment::revision) !=
         pass.service().deployments.end();
}

/// How many tasks a deployment of the list is to have now. Nothing: it is on its way out of the list.
std::optional<int> wanted_tasks(const ServicePass& pass, const Deployment& deployment) {
  const ServiceDeployment& record = record_of(pass);
  const int all = pass.service().desired_count;
  const bool first = deployment.digits == pass.service().deployments.front().digits;
  if (goes_back(record)) {
    const bool stays =
        record.stage != LifecycleStage::kCleanUp &&
        (deployment.revision == record.target.revision || share_of(pass.service(), deployment.revision).production > 0);
    return first || stays ? std::optional(all) : std::nullopt;
  }
  if (first) return record.stage >= LifecycleStage::kScaleUp ? all : 0;
  const bool stays = deployment.revision == record.blue && record.stage != LifecycleStage::kCleanUp;
  return stays ? std::optional(all) : std::nullopt;
}

/// Brings every deployment of the list to its number of tasks; true when the PRIMARY one has its own, healthy. Those
/// that are on their way out leave the list with their last task.
template <class Wanted>
bool scale(ServicePass& pass, Wanted wanted_of) {
  const std::vector<Deployment> deployments = pass.service().deployments;
  bool complete = false;
  std::set<std::uint64_t> leaving;
  for (const Deployment& deployment : deployments) {
    const std::optional<int> wanted = wanted_of(deployment);
    if (!wanted) leaving.insert(deployment.digits);
    if (deployment.desired_count != wanted.value_or(0)) {
      pass.tx.update(pass.id, [&](model::Service& service) {
        Deployment& entity = *std::ranges::find(service.deployments, deployment.digits, &Deployment::digits);
        entity.desired_count = wanted.value_or(0);
        entity.updated_at = pass.tx.now();
      });
    }
    ServicePass one{pass.tx, pass.id, pass.pace};
    one.only = deployment.digits;
    one.wanted = wanted.value_or(0);
    const bool in_place = reconcile_replica(one);
    if (deployment.digits == deployments.front().digits) complete = in_place;
    pass.outcome.wants_capacity = pass.outcome.wants_capacity || one.outcome.wants_capacity;
    if (one.outcome.again_at) pass.again_at(*one.outcome.again_at);
  }
  const auto& tasks = pass.tx.state().of(pass.id).deployments;
  const auto gone = [&](const Deployment& deployment) {
    return leaving.contains(deployment.digits) && !tasks.contains(deployment.digits) &&
           deployment.digits != deployments.front().digits;
  };
  if (std::ranges::any_of(pass.service().deployments, gone)) {
    pass.tx.update(pass.id, [&](model::Service& service) { std::erase_if(service.deployments, gone); });
  }
  return complete;
}

void explain(ServicePass& pass, const char* code, std::string message, std::string next_step) {
  pass.tx.explanations().services[pass.id] = {pass.tx.now(), code, std::move(message), std::move(next_step), {}};
}

int steps_of(const ServiceDeployment& record) {
  // Traffic that nobody else takes cannot be shared out in steps.
  return record.blue ? static_cast<int>(production_steps(*record.configuration).size()) : 1;
}

int share_after(const ServiceDeployment& record, int step) {
  return step + 1 >= steps_of(record) ? model::kAllTraffic
                                      : production_steps(*record.configuration)[static_cast<std::size_t>(step)];
}

/// When the stage's own wait is over.
model::Instant stage_ends(const ServiceDeployment& record) {
  const bool forward = !goes_back(record);
  if (forward && record.stage == LifecycleStage::kBakeTime) return record.stage_at + bake_time(*record.configuration);
  if (forward && record.stage == LifecycleStage::kProductionTrafficShift && record.step + 1 < steps_of(record)) {
    return record.stage_at + step_bake_time(*record.configuration);
  }
  return record.stage_at;
}

/// What the stage does besides its hooks and its wait is done.
bool stage_settled(const ServicePass& pass, bool primary_in_place) {
  const ServiceDeployment& record = record_of(pass);
  switch (record.stage) {
    case LifecycleStage::kReconcileService:
      return std::ranges::all_of(pass.service().deployments, [&](const Deployment& deployment) {
        return deployment.digits == pass.primary().digits || deployment.revision == record.blue;
      });
    case LifecycleStage::kScaleUp: return primary_in_place;
    case LifecycleStage::kCleanUp:
      return pass.service().deployments.size() == 1 && (primary_in_place || !goes_back(record));
    default: return true;
  }
}

void enter(ServicePass& pass, LifecycleStage stage, int step = 0) {
  enter_stage(pass.tx, pass.service().deploying, stage, step);
  pass.tx.explanations().services.erase(pass.id);
  const ServiceDeployment& record = record_of(pass);
  const model::ServiceRevisionId primary = pass.primary().revision;
  if (goes_back(record)) {
    const int test = share_of(pass.service(), record.target.revision).test;
    if (stage == LifecycleStage::kProductionTrafficShift) {
      set_traffic(pass.tx, pass.id, primary, record.target.revision, 0, test);
    }
    if (stage == LifecycleStage::kTestTrafficShift || stage == LifecycleStage::kCleanUp) {
      set_all_traffic(pass.tx, pass.id, primary);
    }
    return;
  }
  if (stage == LifecycleStage::kTestTrafficShift) {
    set_traffic(pass.tx, pass.id, record.blue, primary, 0, model::kAllTraffic);
  }
  if (stage == LifecycleStage::kProductionTrafficShift) {
    set_traffic(pass.tx, pass.id, record.blue, primary, share_after(record, step), model::kAllTraffic);
  }
}

void complete(ServicePass& pass) {
  const std::string id = model::deployment_id(pass.primary().digits);
  pass.tx.update(pass.id, [&](model::Service& service) {
    Deployment& deployment = service.deployments.front();
    deployment.rollout = model::RolloutState::kCompleted;
    deployment.rollout_reason = "ECS deployment " + id + " completed.";
    deployment.updated_at = pass.tx.now();
  });
  complete_deployment(pass);
  pass.tx.explanations().services.erase(pass.id);
  say(pass.tx, pass.id, "(deployment " + id + ") deployment completed.");
}

void go_on(ServicePass& pass) {
  const ServiceDeployment& record = record_of(pass);
  switch (record.stage) {
    case LifecycleStage::kProductionTrafficShift:
      if (record.step + 1 < steps_of(record)) {
        return enter(pass, LifecycleStage::kPreProductionTrafficShift, record.step + 1);
      }
      return enter(pass, LifecycleStage::kPostProductionTrafficShift, record.step);
    case LifecycleStage::kPreProductionTrafficShift:
      return enter(pass, LifecycleStage::kProductionTrafficShift, record.step);
    case LifecycleStage::kCleanUp: return complete(pass);
    default: return enter(pass, static_cast<LifecycleStage>(static_cast<int>(record.stage) + 1), record.step);
  }
}

/// Traffic first, the production traffic before the test traffic; then the tasks.
void go_on_back(ServicePass& pass) {
  const ServiceDeployment& record = record_of(pass);
  const auto elsewhere = [&](int model::TrafficShare::* share) {
    return std::ranges::any_of(pass.service().traffic, [&](const model::TrafficShare& one) {
      return one.revision != pass.primary().revision && one.*share > 0;
    });
  };
  if (record.stage == LifecycleStage::kCleanUp) return complete(pass);
  if (elsewhere(&model::TrafficShare::production)) return enter(pass, LifecycleStage::kProductionTrafficShift);
  if (elsewhere(&model::TrafficShare::test)) return enter(pass, LifecycleStage::kTestTrafficShift);
  enter(pass, LifecycleStage::kCleanUp);
}

/// Fails a deployment that takes longer than ECS lets it. A PAUSE hook has its own time.
bool fail_overdue(ServicePass& pass, bool pausing) {
  const ServiceDeployment& record = record_of(pass);
  if (goes_back(record) || !can_fail(record)) return false;
  const model::Instant last = record.created_at + kLongestDeployment;
  const bool limited = !pausing && record.stage != LifecycleStage::kBakeTime;
  const model::Instant until = limited ? std::min(last, record.stage_at + kLongestStage) : last;
  if (pass.tx.now() < until) {
    pass.again_at(until);
    return false;
  }
  const bool stage = until != last;
  fail_deployment(pass, {"ECS deployment failed: it took too long.", "",
                         stage ? std::string("the ") + model::to_text(record.stage) +
                                     " lifecycle stage did not complete within 24 hours."
                               : std::string("it did not complete within 30 days."),
                         true});
  return true;
}

}  // namespace

bool in_lifecycle(const ServicePass& pass) {
  const ServiceDeployment* record = ongoing(pass.tx.state(), pass.id);
  return record != nullptr && shifts_traffic(*record);
}

model::ServiceRevisionId choose_blue(const ServicePass& pass) {
  const model::Service& service = pass.service();
  if (service.last_completed && is_listed(pass, service.last_completed)) return service.last_completed;
  model::TrafficShare most;
  for (const model::TrafficShare& share : service.traffic) {
    if (share.production > most.production && is_listed(pass, share.revision)) most = share;
  }
  if (most.revision) return most.revision;
  const auto& tasks = pass.tx.state().of(pass.id).deployments;
  for (const Deployment& deployment : service.deployments) {
    if (deployment.digits == pass.primary().digits) continue;
    const auto group = tasks.find(deployment.digits);
    if (group != tasks.end() && group->second.starting.size() + group->second.running() > 0) return deployment.revision;
  }
  return {};
}

bool can_fail(const ServiceDeployment& record) { return goes_back(record) || record.stage != LifecycleStage::kCleanUp; }

void begin_lifecycle(ServicePass& pass) {
  const model::ServiceRevisionId blue = choose_blue(pass);
  const model::ServiceRevisionId green = pass.primary().revision;
  pass.tx.update(pass.service().deploying, [&](ServiceDeployment& record) { record.blue = blue; });
  set_traffic(pass.tx, pass.id, blue, green, 0, 0);
  const std::size_t expected = blue ? 2 : 1;
  enter(pass,
        pass.service().deployments.size() > expected ? LifecycleStage::kReconcileService : LifecycleStage::kPreScaleUp);
}

void begin_lifecycle_rollback(ServicePass& pass) {
  // One that is not there any more, or was not the one replaced, has to be there before it gets any traffic.
  if (record_of(pass).blue == pass.primary().revision) return go_on_back(pass);
  enter(pass, LifecycleStage::kScaleUp);
}

void reconcile_lifecycle(ServicePass& pass) {
  const HooksProgress hooks = advance_hooks(pass.tx, pass.service().deploying);
  const ServiceDeployment& record = record_of(pass);
  const bool back = goes_back(record);
  if (hooks.state == HooksState::kRollBack && !back && can_fail(record)) {
    return fail_deployment(pass, {"ECS deployment failed: lifecycle hook failed.", "", hooks.because, true});
  }
  const bool in_place = scale(pass, [&](const Deployment& deployment) { return wanted_tasks(pass, deployment); });
  if (hooks.state == HooksState::kWaiting) {
    pass.again_at(hooks.next_at);
    explain_hooks(pass);
    fail_overdue(pass, hooks.pausing);
    return;
  }
  if (!stage_settled(pass, in_place)) {
    fail_overdue(pass, false);
    return;
  }
  const model::Instant ends = stage_ends(record_of(pass));
  if (pass.tx.now() < ends) {
    pass.again_at(ends);
    explain(pass, "BAKE_TIME",
            std::string("The deployment waits at ") + model::to_text(record_of(pass).stage) +
                " for the bake time that its deploymentConfiguration asks for.",
            "It goes on by itself.");
    return;
  }
  if (back) return go_on_back(pass);
  go_on(pass);
}

bool holds_traffic(const ServicePass& pass) {
  const auto& deployments = pass.service().deployments;
  const ServiceDeployment* record = pass.tx.state().find(pass.service().deploying);
  if (record == nullptr || !model::is_terminal(record->status) || !shifts_traffic(*record)) return false;
  if (deployments.size() < 2 || !pass.halted()) return false;
  return std::ranges::any_of(deployments, [&](const Deployment& deployment) {
    return share_of(pass.service(), deployment.revision).production > 0;
  });
}

void hold_traffic(ServicePass& pass) {
  scale(pass, [&](const Deployment& deployment) -> std::optional<int> {
    const model::TrafficShare share = share_of(pass.service(), deployment.revision);
    if (share.production + share.test == 0) return std::nullopt;
    return pass.service().desired_count;
  });
  explain_halt(pass);
}

}  // namespace drydock::scheduler
