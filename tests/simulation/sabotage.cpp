#include "tests/simulation/sabotage.hpp"

#include "model/arn.hpp"
#include "model/task_transitions.hpp"
#include "scheduler/deployments/rolling.hpp"
#include "scheduler/deployments/traffic_schedule.hpp"
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

bool runs(const model::Task& task) { return task.last_status == model::TaskStatus::kRunning; }

/// Launches a task like another one, on the same instance or elsewhere.
void launch_like(model::Transaction& tx, const model::Task& task, model::InstanceId where) {
  scheduler::LaunchRequest request;
  request.cluster = task.cluster;
  request.task_definition = task.task_definition;
  request.launch_type = task.launch_type;
  request.instance = where;
  request.service = task.service;
  request.deployment = task.deployment;
  request.group = task.group;
  scheduler::launch(tx, request, {});
}

/// A change to the first task that the condition holds for.
template <class Condition, class Change>
void change_first(server::Core& core, Condition condition, Change change) {
  const model::Task* task = first_task(core.state(), condition);
  if (task == nullptr) return;
  core.change([id = task->id, change](model::Transaction& tx) { tx.update(id, change); });
}

/// The first instance that is INACTIVE, or none.
model::InstanceId gone_instance(const model::State& state) {
  for (const model::InstanceId id : state.instances()) {
    if (state.get(id).status == model::InstanceStatus::kInactive) return id;
  }
  return {};
}

const model::Service* first_service(const model::State& state, bool (*condition)(const model::Service&)) {
  for (const model::ServiceId id : state.services()) {
    if (condition(state.get(id))) return state.find(id);
  }
  return nullptr;
}

bool is_deploying(const model::Service& service) {
  return service.status == model::ServiceStatus::kActive && !service.deployments.empty() &&
         service.deployments.front().rollout == model::RolloutState::kInProgress;
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
    default: return do_more_damage();
  }
}

void World::do_more_damage() {
  const model::State& state = core_->state();
  const auto service_of = [&](const model::Task& task) { return task.service ? state.find(task.service) : nullptr; };
  switch (sabotage_) {
    case Sabotage::kStartTooMany:
    case Sabotage::kSecondDaemon: {
      const auto wanted = sabotage_ == Sabotage::kStartTooMany ? model::SchedulingStrategy::kReplica
                                                               : model::SchedulingStrategy::kDaemon;
      const auto* task = first_task(state, [&](const model::Task& t) {
        const model::Service* service = service_of(t);
        return runs(t) && t.instance && service != nullptr && service->strategy == wanted &&
               service->status == model::ServiceStatus::kActive;
      });
      if (task == nullptr) return;
      core_->change([&](model::Transaction& tx) {
        const model::Task copy = *task;
        for (int i = 0; i < 50; ++i) launch_like(tx, copy, copy.instance);
      });
      return;
    }
    case Sabotage::kPlaceOnGone: {
      const model::InstanceId gone = gone_instance(state);
      const auto* task = first_task(state, [](const model::Task& t) { return runs(t) && t.instance; });
      if (!gone || task == nullptr) return;
      core_->change([&](model::Transaction& tx) {
        const model::Task copy = *task;
        launch_like(tx, copy, gone);
      });
      return;
    }
    case Sabotage::kDropTask: {
      const auto* task = first_task(state, runs);
      if (task == nullptr) return;
      core_->change([id = task->id](model::Transaction& tx) { tx.remove(id); });
      return;
    }
    case Sabotage::kWantAgain:
      return change_first(
          *core_, [](const model::Task& t) { return t.stop_wanted && t.last_status != model::TaskStatus::kStopped; },
          [](model::Task& t) { t.stop_wanted = false; });
    case Sabotage::kMoveTask: {
      if (state.instances().size() < 2) return;
      const model::InstanceId last = *state.instances().rbegin();
      return change_first(
          *core_, [last](const model::Task& t) { return runs(t) && t.instance && t.instance != last; },
          [last](model::Task& t) { t.instance = last; });
    }
    case Sabotage::kSameVersion:
      return change_first(
          *core_, [](const model::Task& t) { return t.last_status == model::TaskStatus::kPending; },
          [](model::Task& t) {
            t.last_status = model::TaskStatus::kActivating;
            --t.version;  // one that stays the same is counted up with the change's event
          });
    case Sabotage::kCompleteEarly: {
      const model::Service* service = first_service(state, is_deploying);
      if (service == nullptr) return;
      core_->change([id = service->id](model::Transaction& tx) {
        tx.update(id,
                  [](model::Service& entity) { entity.deployments.front().rollout = model::RolloutState::kCompleted; });
      });
      return;
    }
    case Sabotage::kReopen: {
      const auto& finished = state.finished_service_deployments();
      if (finished.empty()) return;
      core_->change([id = finished.begin()->second](model::Transaction& tx) {
        tx.update(
            id, [](model::ServiceDeployment& entity) { entity.status = model::ServiceDeploymentStatus::kInProgress; });
      });
      return;
    }
    default: return damage_deployments();
  }
}

void World::damage_deployments() {
  const model::State& state = core_->state();
  const auto change_record = [&](auto condition, void (*change)(model::ServiceDeployment&)) {
    for (const model::ServiceId service : state.services()) {
      for (const model::ServiceDeploymentId id : state.of(service).unfinished) {
        if (!condition(state.get(id))) continue;
        core_->change([&](model::Transaction& tx) { tx.update(id, change); });
        return;
      }
    }
  };
  switch (sabotage_) {
    case Sabotage::kStopProtected: {
      const model::Instant now = clock_.now();
      const auto* task = first_task(state, [&](const model::Task& t) {
        return runs(t) && t.service && !t.stop_wanted && t.is_protected(now) && t.health != model::Health::kUnhealthy &&
               state.get(t.service).status == model::ServiceStatus::kActive;
      });
      if (task == nullptr) return;
      core_->change([id = task->id](model::Transaction& tx) {
        model::request_stop(tx, id, model::StopCode::kServiceSchedulerInitiated, "Scaling activity: sabotage");
      });
      return;
    }
    case Sabotage::kSkipStage:
      return change_record(
          [](const model::ServiceDeployment& record) {
            return scheduler::shifts_traffic(record) && !record.rollback_to &&
                   record.stage == model::LifecycleStage::kScaleUp;
          },
          [](model::ServiceDeployment& record) { record.stage = model::LifecycleStage::kTestTrafficShift; });
    case Sabotage::kTripEarly:
      return change_record(
          [](const model::ServiceDeployment& record) {
            return record.status == model::ServiceDeploymentStatus::kInProgress;
          },
          [](model::ServiceDeployment& record) { record.breaker = model::MonitorStatus::kTriggered; });
    case Sabotage::kLoseTraffic: {
      const model::Service* service =
          first_service(state, [](const model::Service& one) { return one.traffic.size() > 1; });
      if (service == nullptr) return;
      core_->change([id = service->id](model::Transaction& tx) {
        tx.update(id, [](model::Service& entity) {
          for (model::TrafficShare& share : entity.traffic) share.production /= 2;
        });
      });
      return;
    }
    default: return;
  }
}

/// What an agent says instead of what is so.
void World::distort(api::SubmitTaskStateChangeRequest& report) const {
  if (sabotage_ != Sabotage::kWrongExit || !report.containers) return;
  for (api::ContainerStateChange& change : *report.containers) {
    if (change.exitCode) change.exitCode = *change.exitCode + 1;
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
