#include "tests/simulation/invariants.hpp"

#include "model/codec.hpp"
#include "model/fields.hpp"
#include "scheduler/deployments/rolling.hpp"

namespace drydock::simulation {
namespace {

constexpr int kFirstDynamicPort = 32768;

[[noreturn]] void violated(const std::string& what) { throw Violation(what); }

std::string name(const model::Task& task) { return "task " + model::to_hex(task.uuid); }

template <class T>
T decode(const std::string& body) {
  T entity;
  model::codec::Reader reader(body);
  list_fields(entity, reader);
  if (reader.failed()) violated("a row cannot be read");
  return entity;
}

bool counts_as_healthy(const model::Task& task) {
  return !task.stop_wanted && task.last_status == model::TaskStatus::kRunning &&
         task.health != model::Health::kUnhealthy && (!task.health_checked || task.health == model::Health::kHealthy);
}

}  // namespace

void Invariants::restart(const model::State& state) {
  tasks_.clear();
  services_.clear();
  lifecycle_.restart(state);
  events_.restart();
  for (std::uint64_t i = 1; i <= highest_[model::EntityKind::kTask]; ++i) {
    const model::Task* task = state.find(model::TaskId{i});
    if (task == nullptr) continue;
    const bool live = !task->stop_wanted && task->last_status != model::TaskStatus::kStopped;
    tasks_[task->id] = {live, counts_as_healthy(*task), task->protected_until};
    services_[task->service].live += live ? 1 : 0;
    services_[task->service].healthy += counts_as_healthy(*task) ? 1 : 0;
  }
}

void Invariants::committed(const model::State& state, std::span<const model::Touched> touched) {
  struct Changes {
    int created = 0;
    int healthy_stopped = 0;
    int live = 0;
    int healthy = 0;
  };
  lifecycle_.committed(state, touched);
  events_.committed(state, touched);
  std::map<model::ServiceId, Changes> changes;
  for (const model::Touched& entity : touched) {
    highest_[entity.kind] = std::max(highest_[entity.kind], entity.id);
    if (entity.kind == model::EntityKind::kContainerInstance) {
      const model::ContainerInstance* instance = state.find(model::InstanceId{entity.id});
      if (instance != nullptr && instance->status == model::InstanceStatus::kInactive) lost_.insert(instance->id);
    }
    if (entity.kind == model::EntityKind::kService) {
      const model::Service* service = state.find(model::ServiceId{entity.id});
      if (service != nullptr) check_deployment(state, *service);
    }
    if (entity.kind != model::EntityKind::kTask) continue;
    const model::TaskId id{entity.id};
    const model::Task* task = state.find(id);
    if (task == nullptr) {
      tasks_.erase(id);
      continue;
    }
    const bool is_new = !tasks_.contains(id);
    SeenTask& seen = tasks_[id];
    const SeenTask now{!task->stop_wanted && task->last_status != model::TaskStatus::kStopped, counts_as_healthy(*task),
                       task->protected_until};
    if (!is_new && seen.live && !now.live) check_protection(state, *task, seen);
    Changes& change = changes[task->service];
    if (is_new) ++change.created;
    if (is_new && task->service) check_daemon(state, *task);
    if (is_new) check_placement(state, *task);
    if (task->daemon && now.live) check_managed_daemon(state, *task);
    if (seen.healthy && task->stop_wanted && task->stop_code == model::StopCode::kServiceSchedulerInitiated) {
      ++change.healthy_stopped;
    }
    change.live += static_cast<int>(now.live) - static_cast<int>(seen.live);
    change.healthy += static_cast<int>(now.healthy) - static_cast<int>(seen.healthy);
    seen = now;
  }
  for (const auto& [id, change] : changes) {
    if (!id) continue;
    const SeenService before = services_[id];
    services_[id] = {before.live + change.live, before.healthy + change.healthy};
    const model::Service* service = state.find(id);
    if (service == nullptr || service->status != model::ServiceStatus::kActive) continue;
    if (service->strategy != model::SchedulingStrategy::kReplica) continue;
    // Task sets have their scale instead.
    if (service->deployments.empty()) continue;
    auto bounds =
        scheduler::rolling_bounds(service->desired_count, service->minimum_healthy_percent, service->maximum_percent);
    if (LifecycleInvariants::shifts(state, *service)) {
      // Each revision has bounds of its own, and one that starts nothing may be beyond them since the desired count
      // went down; tasks without traffic may all go at once.
      bounds.upper = std::max(bounds.upper * static_cast<int>(service->deployments.size()), bounds.upper + before.live);
      bounds.lower = 0;
    }
    const std::string counts = "service " + service->name + " desired " + std::to_string(service->desired_count) +
                               " min " + std::to_string(service->minimum_healthy_percent) + " max " +
                               std::to_string(service->maximum_percent) + ": live " + std::to_string(before.live) +
                               " -> " + std::to_string(services_[id].live) + ", healthy " +
                               std::to_string(before.healthy) + " -> " + std::to_string(services_[id].healthy);
    if (change.created > 0 && services_[id].live > std::max(bounds.upper, before.live)) {
      violated("more tasks than maximumPercent allows: " + counts);
    }
    if (pace_.healthy_after.count() == 0 && change.healthy_stopped > 0 &&
        services_[id].healthy < std::min(bounds.lower, before.healthy)) {
      violated("healthy tasks stopped below minimumHealthyPercent: " + counts);
    }
  }
}

/// A service's list of deployments and the record of the latest one tell the same story.
void Invariants::check_deployment(const model::State& state, const model::Service& service) const {
  if (service.status != model::ServiceStatus::kActive || service.deployments.empty()) return;
  using Status = model::ServiceDeploymentStatus;
  const model::Deployment& primary = service.deployments.front();
  const std::string what = "service " + service.name + ": ";
  const model::ServiceRevision* revision = state.find(primary.revision);
  if (revision == nullptr || revision->digits != primary.digits) violated(what + "PRIMARY without its revision");
  const model::ServiceDeployment* record = state.find(service.deploying);
  if (record == nullptr) {
    // History is forgotten after a while, but never what is under way.
    if (primary.rollout == model::RolloutState::kInProgress) violated(what + "PRIMARY without a service deployment");
    return;
  }
  const std::string status = to_text(record->status);
  const bool back = record->rollback_to != model::ServiceRevisionId{};
  if ((back ? record->rollback_to : record->target.revision) != primary.revision) {
    violated(what + "PRIMARY is not what is deployed in " + status);
  }
  switch (primary.rollout) {
    case model::RolloutState::kInProgress:
      if (model::is_terminal(record->status)) violated(what + "IN_PROGRESS in " + status);
      break;
    case model::RolloutState::kCompleted:
      if (record->status != Status::kSuccessful && record->status != Status::kRollbackSuccessful) {
        violated(what + "COMPLETED in " + status);
      }
      if (service.last_completed != primary.revision) violated(what + "COMPLETED and cannot be gone back to");
      break;
    case model::RolloutState::kFailed:
      if (record->status != Status::kStopped && record->status != Status::kRollbackFailed) {
        violated(what + "FAILED in " + status);
      }
      break;
  }
  std::set<std::uint64_t> digits;
  for (const model::Deployment& deployment : service.deployments) {
    if (!digits.insert(deployment.digits).second) violated(what + "one deployment twice");
  }
}

void Invariants::deployment_written(const model::ServiceDeployment& before,
                                    const model::ServiceDeployment* after) const {
  using Status = model::ServiceDeploymentStatus;
  if (after == nullptr || before.status == after->status) return;
  const std::string change = std::string(to_text(before.status)) + " to " + to_text(after->status);
  if (model::is_terminal(before.status)) violated("a service deployment went from " + change);
  // spec/services.md section 9. What is written at once may have taken several steps.
  static const std::map<Status, std::set<Status>> kNever = {
      {Status::kInProgress, {Status::kPending}},
      {Status::kStopRequested,
       {Status::kPending, Status::kInProgress, Status::kRollbackRequested, Status::kRollbackInProgress,
        Status::kSuccessful, Status::kRollbackSuccessful, Status::kRollbackFailed}},
      {Status::kRollbackRequested, {Status::kPending, Status::kInProgress, Status::kStopRequested}},
      {Status::kRollbackInProgress,
       {Status::kPending, Status::kInProgress, Status::kStopRequested, Status::kRollbackRequested, Status::kSuccessful,
        Status::kStopped}},
  };
  const auto never = kNever.find(before.status);
  if (never != kNever.end() && never->second.contains(after->status)) {
    violated("a service deployment went from " + change);
  }
}

void Invariants::check_protection(const model::State& state, const model::Task& task, const SeenTask& before) const {
  if (before.protected_until <= clock_.now() || task.protected_until <= clock_.now()) return;
  // Protection is no reason to keep a task whose health check fails.
  if (task.health == model::Health::kUnhealthy) return;
  const model::Service* service = state.find(task.service);
  // What is deleted takes its protected tasks along, and so does a task set.
  if (service == nullptr || service->status != model::ServiceStatus::kActive || service->deployments.empty()) return;
  if (task.stop_code == model::StopCode::kServiceSchedulerInitiated && task.stopped_reason.starts_with("Scaling")) {
    violated(name(task) + " was protected and is stopped: " + task.stopped_reason);
  }
}

void Invariants::check_daemon(const model::State& state, const model::Task& created) const {
  const model::Service* service = state.find(created.service);
  if (service == nullptr || service->strategy != model::SchedulingStrategy::kDaemon) return;
  for (std::uint64_t i = 1; i < created.id.value; ++i) {
    const model::Task* task = state.find(model::TaskId{i});
    if (task != nullptr && task->service == created.service && task->instance == created.instance &&
        task->last_status != model::TaskStatus::kStopped) {
      violated("two tasks of DAEMON service " + service->name + " on one instance");
    }
  }
}

void Invariants::check_managed_daemon(const model::State& state, const model::Task& task) const {
  for (const model::TaskId id : state.of(task.instance).tasks) {
    if (id != task.id && state.get(id).daemon == task.daemon && !state.get(id).stop_wanted) {
      violated("two wanted tasks of a daemon on one instance: " + name(task));
    }
  }
}

void Invariants::writing(const model::RowChange& row, const std::string* before) {
  highest_[row.kind] = std::max(highest_[row.kind], row.id);
  if (row.kind == model::EntityKind::kTask) {
    const auto old = before == nullptr ? model::Task{} : decode<model::Task>(*before);
    const auto now = row.body ? decode<model::Task>(*row.body) : model::Task{};
    task_written(row.id, before == nullptr ? nullptr : &old, row.body ? &now : nullptr);
  }
  if (row.kind == model::EntityKind::kServiceDeployment && before != nullptr) {
    const auto old = decode<model::ServiceDeployment>(*before);
    const auto now = row.body ? decode<model::ServiceDeployment>(*row.body) : model::ServiceDeployment{};
    deployment_written(old, row.body ? &now : nullptr);
    if (model::is_terminal(old.status) && row.body && *row.body != *before) {
      violated("a service deployment that has ended changed");
    }
  }
  if (row.kind == model::EntityKind::kService && !row.body && before != nullptr) {
    const auto old = decode<model::Service>(*before);
    if (old.status != model::ServiceStatus::kInactive ||
        old.inactive_at + pace_.inactive_service_retention > clock_.now()) {
      violated("service " + old.name + " disappeared");
    }
  }
  if (row.kind == model::EntityKind::kService && row.body && before != nullptr) {
    const auto old = decode<model::Service>(*before);
    const auto now = decode<model::Service>(*row.body);
    if (now.status < old.status) violated("service " + old.name + " came back");
  }
}

void Invariants::task_written(std::uint64_t id, const model::Task* before, const model::Task* after) const {
  if (before == nullptr) return;
  if (after == nullptr) {
    if (before->last_status != model::TaskStatus::kStopped ||
        before->stopped_at + pace_.stopped_task_retention > clock_.now()) {
      violated(name(*before) + " disappeared");
    }
    return;
  }
  const std::string what = name(*after) + " (row " + std::to_string(id) + "): ";
  if (after->last_status < before->last_status) {
    violated(what + "from " + to_text(before->last_status) + " back to " + to_text(after->last_status));
  }
  if (after->last_status != before->last_status && after->version <= before->version) violated(what + "same version");
  if (after->version < before->version) violated(what + "version went back");
  if (before->stop_wanted && !after->stop_wanted) violated(what + "is wanted again");
  if (before->ever_running && !after->ever_running) violated(what + "never ran after all");
  // Managed termination protection: no task goes with its instance.
  if (before->stop_code != after->stop_code && after->stop_code == model::StopCode::kTerminationNotice) {
    violated(what + "terminated with its instance");
  }
  if (before->instance && after->instance != before->instance) violated(what + "moved");
  const bool ends =
      before->last_status != model::TaskStatus::kStopped && after->last_status == model::TaskStatus::kStopped;
  // A task that is lost with its instance ends without a word from its containers.
  if (!ends || lost_.contains(after->instance)) return;
  for (std::size_t i = 0; i < after->containers.size(); ++i) {
    const auto exit = exits_.find({model::to_hex(after->uuid), "c" + std::to_string(i)});
    if (exit != exits_.end() && after->containers[i].exit_code != exit->second) {
      violated(what + "container " + std::to_string(i) + " exited with " + std::to_string(exit->second) + ", not " +
               std::to_string(after->containers[i].exit_code.value_or(-1)) + "; " + after->stopped_reason);
    }
    if (after->ever_running && exit == exits_.end()) violated(what + "STOPPED although its container runs");
  }
}

void Invariants::reported(const api::SubmitTaskStateChangeRequest& request) {
  const std::string arn = request.task.value_or("");
  const std::string task = arn.substr(arn.rfind('/') + 1);
  if (!request.containers) return;
  for (const api::ContainerStateChange& change : *request.containers) {
    const auto key = std::pair(task, change.containerName.value_or(""));
    if (change.runtimeId) {
      runtime_ids_[key].insert(*change.runtimeId);
      if (runtime_ids_[key].size() > 1) violated("container " + key.second + " of task " + task + " started twice");
    }
    if (change.exitCode) {
      const auto [known, first] = exits_.emplace(key, *change.exitCode);
      if (!first && known->second != *change.exitCode) violated("task " + task + " exits twice");
    }
  }
}

void Invariants::check_capacity(const model::State& state) const {
  struct Used {
    int cpu = 0;
    int memory = 0;
    std::set<model::HostPort> ports;
  };
  std::map<model::InstanceId, Used> all;
  const auto highest = highest_.find(model::EntityKind::kTask);
  if (highest == highest_.end()) return;
  for (std::uint64_t i = 1; i <= highest->second; ++i) {
    const model::Task* task = state.find(model::TaskId{i});
    if (task == nullptr || task->last_status == model::TaskStatus::kStopped || !task->instance) continue;
    Used& used = all[task->instance];
    used.cpu += task->reservation.cpu_units;
    used.memory += task->reservation.memory_mib;
    for (const model::HostPort& port : task->reservation.ports) {
      // A machine gives a dynamic port to the next task while the report of the last one's end is on its way.
      if (port.port >= kFirstDynamicPort) continue;
      if (!used.ports.insert(port).second)
        violated(name(*task) + ": host port " + std::to_string(port.port) + " twice");
    }
  }
  for (const auto& [id, used] : all) {
    const model::ContainerInstance& instance = state.get(id);
    if (used.cpu > instance.cpu_units || used.memory > instance.memory_mib) {
      violated("instance " + model::to_hex(instance.uuid) + " is over-committed");
    }
    if (instance.status == model::InstanceStatus::kInactive) violated("tasks on an INACTIVE instance");
  }
}

test::RowMap Invariants::rows_of(const model::State& state) const {
  test::RowMap rows;
  for (const auto& [kind, highest] : highest_) {
    for (std::uint64_t i = 1; i <= highest; ++i) {
      model::RowChange row = model::row_of(state, kind, i);
      if (row.body) rows.emplace(std::pair(kind, i), std::move(*row.body));
    }
  }
  return rows;
}

void Invariants::check_rows(const model::State& state, const test::RowMap* stored) const {
  const test::RowMap rows = rows_of(state);
  if (test::indexes_after_restart(rows) != test::indexes_of(state)) violated("the indexes do not follow from the rows");
  if (stored != nullptr && rows != *stored) violated("memory is not what is stored");
}

}  // namespace drydock::simulation
