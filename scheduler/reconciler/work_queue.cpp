#include "scheduler/reconciler/work_queue.hpp"

namespace drydock::scheduler {
namespace {

WorkKey key(model::TaskId id) { return {WorkKey::Kind::kTask, id.value}; }
WorkKey key(model::ServiceId id) { return {WorkKey::Kind::kService, id.value}; }
WorkKey key(model::ClusterId id) { return {WorkKey::Kind::kCluster, id.value}; }
WorkKey key(model::CapacityProviderId id) { return {WorkKey::Kind::kCapacityProvider, id.value}; }

}  // namespace

void WorkQueue::touched(const model::State& state, std::span<const model::Touched> entities) {
  for (const model::Touched& entity : entities) {
    switch (entity.kind) {
      case model::EntityKind::kTask: {
        const model::Task* task = state.find(model::TaskId{entity.id});
        if (task == nullptr) break;
        if (task->service) add(key(task->service));
        if (task->protected_until != model::Instant{}) add({WorkKey::Kind::kExpiry, 0});
        if (task->last_status == model::TaskStatus::kStopped) {
          capacity_changed(task->cluster);
          add({WorkKey::Kind::kExpiry, 0});
        } else {
          add(key(task->id));
        }
        break;
      }
      case model::EntityKind::kService:
        add(key(model::ServiceId{entity.id}));
        add({WorkKey::Kind::kExpiry, 0});
        break;
      case model::EntityKind::kServiceDeployment: {
        const auto* record = state.find(model::ServiceDeploymentId{entity.id});
        if (record != nullptr) add(key(record->service));
        add({WorkKey::Kind::kExpiry, 0});
        break;
      }
      case model::EntityKind::kTaskSet: {
        const model::TaskSet* set = state.find(model::TaskSetId{entity.id});
        if (set != nullptr) add(key(set->service));
        break;
      }
      case model::EntityKind::kContainerInstance: {
        const model::ContainerInstance* instance = state.find(model::InstanceId{entity.id});
        if (instance == nullptr) break;
        capacity_changed(instance->cluster);
        for (const model::ServiceId daemon : state.of(instance->cluster).daemons) add(key(daemon));
        if (instance->status == model::InstanceStatus::kActive) break;
        add({WorkKey::Kind::kExpiry, 0});
        for (const model::TaskId task : state.of(instance->id).tasks) {
          if (const auto service = state.get(task).service) add(key(service));
        }
        break;
      }
      case model::EntityKind::kCluster:
        // A provider that came may be what a service waits for.
        capacity_changed(model::ClusterId{entity.id});
        add(key(model::ClusterId{entity.id}));
        break;
      case model::EntityKind::kCapacityProvider: add(key(model::CapacityProviderId{entity.id})); break;
      default: break;
    }
  }
}

void WorkQueue::everything(const model::State& state) {
  for (const model::ServiceId id : state.services()) add(key(id));
  for (const model::ClusterId cluster : state.clusters()) {
    add(key(cluster));
    for (const auto* tasks : {&state.of(cluster).wanted, &state.of(cluster).unwanted}) {
      for (const model::TaskId id : *tasks) {
        if (state.get(id).last_status != model::TaskStatus::kStopped) add(key(id));
      }
    }
  }
  for (const model::CapacityProviderId id : state.capacity_providers()) add(key(id));
  add({WorkKey::Kind::kExpiry, 0});
}

void WorkQueue::at(model::Instant when, WorkKey key) {
  const auto it = timer_of_.find(key);
  if (it != timer_of_.end()) {
    if (it->second <= when) return;
    timers_.erase({it->second, key});
    it->second = when;
  } else {
    timer_of_.emplace(key, when);
  }
  timers_.insert({when, key});
}

void WorkQueue::wants_capacity(const model::State& state, model::ServiceId service, bool wants) {
  const model::Service* entity = state.find(service);
  if (entity == nullptr) return;
  if (wants) {
    waiting_for_capacity_[entity->cluster].insert(service);
  } else if (const auto it = waiting_for_capacity_.find(entity->cluster); it != waiting_for_capacity_.end()) {
    it->second.erase(service);
  }
}

void WorkQueue::capacity_changed(model::ClusterId cluster) {
  const auto it = waiting_for_capacity_.find(cluster);
  if (it == waiting_for_capacity_.end()) return;
  for (const model::ServiceId service : it->second) add(key(service));
}

void WorkQueue::wake(model::Instant now) {
  while (!timers_.empty() && timers_.begin()->first <= now) {
    const WorkKey due = timers_.begin()->second;
    timers_.erase(timers_.begin());
    timer_of_.erase(due);
    add(due);
  }
}

std::optional<WorkKey> WorkQueue::pop() {
  if (ready_.empty()) return std::nullopt;
  const WorkKey first = *ready_.begin();
  ready_.erase(ready_.begin());
  return first;
}

std::optional<model::Instant> WorkQueue::next_timer() const {
  if (timers_.empty()) return std::nullopt;
  return timers_.begin()->first;
}

}  // namespace drydock::scheduler
