#include "tests/simulation/sabotage.hpp"

#include "model/arn.hpp"
#include "model/task_transitions.hpp"
#include "scheduler/deployments/rolling.hpp"
#include "scheduler/launch.hpp"
#include "tests/simulation/world.hpp"

namespace drydock::simulation {
namespace {

/// The first task that the condition holds for, in the order of clusters and ids.
template <class Condition>
const model::Task* first_task(const model::State& state, Condition condition) {
  for (const model::ClusterId cluster : state.clusters()) {
    for (const auto* tasks : {&state.of(cluster).wanted, &state.of(cluster).unwanted}) {
      for (const model::TaskId id : *tasks) {
        if (condition(state.get(id))) return state.find(id);
      }
    }
  }
  return nullptr;
}

/// The service has just as many healthy tasks as it has to keep, or fewer.
bool may_lose_none(const model::State& state, const model::Service& service) {
  if (service.strategy != model::SchedulingStrategy::kReplica) return false;
  const auto bounds =
      scheduler::rolling_bounds(service.desired_count, service.minimum_healthy_percent, service.maximum_percent);
  int healthy = 0;
  for (const auto& [digits, tasks] : state.of(service.id).deployments)
    healthy += static_cast<int>(tasks.healthy.size());
  return healthy > 0 && healthy <= bounds.lower;
}

}  // namespace

/// What the scheduler or an instance does wrong; after each step of the world.
void World::do_damage() {
  const model::State& state = core_->state();
  switch (sabotage_) {
    case Sabotage::kOvercommit: {
      const auto* task = first_task(
          state, [](const model::Task& t) { return t.instance && t.last_status != model::TaskStatus::kStopped; });
      if (task == nullptr || state.get(task->instance).status != model::InstanceStatus::kActive) return;
      scheduler::LaunchRequest request;
      request.cluster = task->cluster;
      request.task_definition = task->task_definition;
      request.instance = task->instance;
      request.group = task->group;
      model::TaskRequirements needs;
      needs.memory_mib = state.get(task->instance).memory_mib;
      core_->change([&](model::Transaction& tx) { scheduler::launch(tx, request, needs); });
      return;
    }
    case Sabotage::kTakeBack: {
      const auto* task =
          first_task(state, [](const model::Task& t) { return t.last_status == model::TaskStatus::kStopped; });
      if (task == nullptr) return;
      core_->change([id = task->id](model::Transaction& tx) {
        tx.update(id, [](model::Task& entity) { entity.last_status = model::TaskStatus::kRunning; });
      });
      return;
    }
    case Sabotage::kStopTooMany: {
      const auto* task = first_task(state, [&](const model::Task& t) {
        if (!t.service || t.stop_wanted || t.last_status != model::TaskStatus::kRunning) return false;
        return may_lose_none(state, state.get(t.service));
      });
      if (task == nullptr) return;
      core_->change([id = task->id](model::Transaction& tx) {
        model::request_stop(tx, id, model::StopCode::kServiceSchedulerInitiated, "sabotage");
      });
      return;
    }
    case Sabotage::kStartTwice: {
      const auto* task =
          first_task(state, [](const model::Task& t) { return t.last_status == model::TaskStatus::kRunning; });
      if (task == nullptr) return;
      api::SubmitTaskStateChangeRequest report;
      report.task = model::arn_of(state, *task);
      for (const char* id : {"one", "other"}) {
        api::ContainerStateChange& change = report.containers.emplace().emplace_back();
        change.containerName = "c0";
        change.runtimeId = id;
        invariants_.reported(report);
      }
      return;
    }
    case Sabotage::kCrowd: {
      const auto* task =
          first_task(state, [](const model::Task& t) { return t.instance && !t.stop_wanted && !t.daemon; });
      if (task == nullptr) return;
      scheduler::LaunchRequest request;
      request.cluster = task->cluster;
      request.task_definition = task->task_definition;
      request.instance = task->instance;
      request.group = task->group;
      request.started_by = "distinct";
      core_->change([&](model::Transaction& tx) { scheduler::launch(tx, request, {}); });
      return;
    }
    default: return;
  }
}

/// A row that the disk shall forget.
bool World::forgets(const model::RowChange& row) {
  if (sabotage_ != Sabotage::kForgetWrites || row.kind != model::EntityKind::kTask) return false;
  return row.id % 4 == 0;
}

bool World::swallows(const api::SubmitTaskStateChangeRequest& report) const {
  return sabotage_ == Sabotage::kLoseReports && report.status == "STOPPED";
}

}  // namespace drydock::simulation
