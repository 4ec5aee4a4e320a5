#include "tests/simulation/lifecycle_invariants.hpp"

#include "scheduler/deployments/circuit_breaker.hpp"
#include "scheduler/deployments/traffic_schedule.hpp"
#include "tests/simulation/invariants.hpp"

namespace drydock::simulation {
namespace {

using model::LifecycleStage;

/// The stages that may come next, forward; a production traffic shift in steps goes back to before the next one.
bool follows(LifecycleStage before, int step, LifecycleStage after, int next_step) {
  if (before == LifecycleStage::kNone) {
    return after == LifecycleStage::kReconcileService || after == LifecycleStage::kPreScaleUp;
  }
  if (before == LifecycleStage::kProductionTrafficShift && after == LifecycleStage::kPreProductionTrafficShift) {
    return next_step == step + 1;
  }
  return static_cast<int>(after) == static_cast<int>(before) + 1;
}

/// And on the way back: production traffic, test traffic, tasks.
int rank_back(LifecycleStage stage) {
  switch (stage) {
    case LifecycleStage::kScaleUp: return 1;
    case LifecycleStage::kProductionTrafficShift: return 2;
    case LifecycleStage::kTestTrafficShift: return 3;
    case LifecycleStage::kCleanUp: return 4;
    default: return 0;
  }
}

}  // namespace

void LifecycleInvariants::restart(const model::State& state) {
  seen_.clear();
  for (const model::ServiceId service : state.services()) {
    for (const model::ServiceDeploymentId id : state.of(service).unfinished) {
      const model::ServiceDeployment& record = state.get(id);
      seen_[id] = {record.stage, record.step, record.rollback_to != model::ServiceRevisionId{}};
    }
  }
}

void LifecycleInvariants::committed(const model::State& state, std::span<const model::Touched> touched) {
  for (const model::Touched& entity : touched) {
    if (entity.kind == model::EntityKind::kService) {
      if (const auto* service = state.find(model::ServiceId{entity.id})) check_traffic(*service);
    }
    if (entity.kind != model::EntityKind::kServiceDeployment) continue;
    const model::ServiceDeploymentId id{entity.id};
    const model::ServiceDeployment* record = state.find(id);
    if (record == nullptr) {
      seen_.erase(id);
      continue;
    }
    check_stage(*record);
    if (record->breaker == model::MonitorStatus::kTriggered &&
        (record->breaker_failures < record->breaker_threshold || record->breaker_threshold < 3)) {
      throw Violation("a circuit breaker tripped below its threshold");
    }
  }
}

/// Those without hooks have no stages; the others have those before and after the tasks are replaced, and none back.
void LifecycleInvariants::check_rolling_stage(const model::ServiceDeployment& record, LifecycleStage before) {
  const std::string change =
      std::string("rolling: stage ") + model::to_text(before) + " to " + model::to_text(record.stage);
  const bool hooks =
      record.configuration && record.configuration->lifecycleHooks && !record.configuration->lifecycleHooks->empty();
  if (!hooks && record.stage != LifecycleStage::kNone) throw Violation("a rolling deployment has a stage");
  if (record.stage > LifecycleStage::kPostScaleUp) throw Violation(change);
  if (hooks && record.status == model::ServiceDeploymentStatus::kSuccessful &&
      record.stage != LifecycleStage::kPostScaleUp) {
    throw Violation("SUCCESSFUL at " + change);
  }
  if (record.stage != before && !follows(before, 0, record.stage, 0)) throw Violation(change);
}

void LifecycleInvariants::check_stage(const model::ServiceDeployment& record) {
  const Seen before = seen_[record.id];
  const bool back = record.rollback_to != model::ServiceRevisionId{};
  seen_[record.id] = {record.stage, record.step, back};
  const std::string change = std::string("stage ") + model::to_text(before.stage) + " to " +
                             model::to_text(record.stage) + (back ? ", back" : "");
  if (!scheduler::shifts_traffic(record)) return check_rolling_stage(record, before.stage);
  if (record.status == model::ServiceDeploymentStatus::kSuccessful && record.stage != LifecycleStage::kCleanUp) {
    throw Violation("SUCCESSFUL at " + change);
  }
  if (record.stage == before.stage && record.step == before.step && back == before.back) return;
  if (!back) {
    if (!follows(before.stage, before.step, record.stage, record.step)) throw Violation(change);
  } else if (rank_back(record.stage) == 0 || (before.back && rank_back(record.stage) <= rank_back(before.stage))) {
    throw Violation(change);
  }
}

void LifecycleInvariants::check_traffic(const model::Service& service) {
  int production = 0;
  int test = 0;
  for (const model::TrafficShare& share : service.traffic) {
    if (share.production < 0 || share.test < 0) throw Violation("a negative share of traffic");
    production += share.production;
    test += share.test;
  }
  const bool alone = service.traffic.size() <= 1;
  const auto whole = [&](int sum) { return sum == model::kAllTraffic || (sum == 0 && alone); };
  if (!whole(production) || !whole(test)) {
    throw Violation("service " + service.name + ": traffic adds up to " + std::to_string(production) + " and " +
                    std::to_string(test));
  }
}

bool LifecycleInvariants::shifts(const model::State& state, const model::Service& service) {
  const model::ServiceDeployment* record = state.find(service.deploying);
  return record != nullptr && scheduler::shifts_traffic(*record) && service.deployments.size() > 1;
}

}  // namespace drydock::simulation
