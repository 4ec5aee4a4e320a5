#include "scheduler/reconciler/work_queue.hpp"

#include "scheduler/capacity_providers/groups.hpp"

namespace drydock::scheduler {
namespace {

WorkKey key(model::TaskId id) { return {WorkKey::Kind::kTask, id.value}; }
WorkKey key(model::ServiceId id) { return {WorkKey::Kind::kService, id.value}; }
WorkKey key(model::ClusterId id) { return {WorkKey::Kind::kCluster, id.value}; }
WorkKey key(model::CapacityProviderId id) { return {WorkKey::Kind::kCapacityProvider, id.value}; }
WorkKey key(model::DaemonId id) { return {WorkKey::Kind::kDaemon, id.value}; }
WorkKey key(model::DaemonTaskDefinitionId id) { return {WorkKey::Kind::kDaemonDefinition, id.value}; }
WorkKey key(model::AlarmId id) { return {WorkKey::Kind::kAlarm, id.value}; }
WorkKey key(model::InstanceGroupId id) { return {WorkKey::Kind::kInstanceGroup, id.value}; }
WorkKey waiting_in(model::ClusterId id) { return {WorkKey::Kind::kWaitingTasks, id.value}; }
WorkKey metric_of(model::CapacityProviderId id) { return {WorkKey::Kind::kProviderMetric, id.value}; }
WorkKey key(model::EventRuleId id) { return {WorkKey::Kind::kEventRule, id.value}; }
WorkKey key(model::ScheduledActionId id) { return {WorkKey::Kind::kScheduledAction, id.value}; }

}  // namespace

template <class IdType>
void WorkQueue::keep_waiting(Waiting<IdType>& waiting, model::ClusterId cluster, IdType id, bool wants) {
  if (wants) {
    waiting[cluster].insert(id);
  } else if (const auto it = waiting.find(cluster); it != waiting.end()) {
    it->second.erase(id);
  }
}

void WorkQueue::provider_touched(const model::State& state, model::ClusterId cluster, std::string_view name) {
  const auto* provider = state.capacity_provider_named(state.get(cluster).world, name);
  if (provider == nullptr) return;
  if (const auto* group = group_of(state, *provider)) add(key(group->id));
}

void WorkQueue::task_touched(const model::State& state, const model::Task& task) {
  if (task.service) add(key(task.service));
  if (task.waits_for_instance()) add(waiting_in(task.cluster));
  const model::ContainerInstance* host = state.find(task.instance);
  const std::string* provider = host == nullptr ? nullptr : model::capacity_provider_attribute(*host);
  if (provider == nullptr) provider = &task.capacity_provider;
  if (!provider->empty()) provider_touched(state, task.cluster, *provider);
  if (const auto it = watching_tasks_.find(task.cluster); it != watching_tasks_.end()) {
    for (const model::ServiceId service : it->second) add(key(service));  // any order: what is ready is in its own
  }
  if (task.daemon) add(key(task.daemon));
  if (task.protected_until != model::Instant{}) add({WorkKey::Kind::kExpiry, 0});
  if (task.last_status == model::TaskStatus::kStopped) {
    capacity_changed(state, task.cluster);
    add({WorkKey::Kind::kExpiry, 0});
    if (state.deleting_daemon_definitions().contains(task.daemon_definition)) add(key(task.daemon_definition));
    return;
  }
  // Other tasks may be placed on an instance once its daemons run.
  if (task.daemon && task.last_status == model::TaskStatus::kRunning) capacity_changed(state, task.cluster);
  add(key(task.id));
}

void WorkQueue::touched(const model::State& state, std::span<const model::Touched> entities) {
  for (const model::Touched& entity : entities) {
    switch (entity.kind) {
      case model::EntityKind::kTask: {
        const model::Task* task = state.find(model::TaskId{entity.id});
        if (task != nullptr) task_touched(state, *task);
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
        look_at_zone(state, model::InstanceId{entity.id});
        const model::ContainerInstance* instance = state.find(model::InstanceId{entity.id});
        if (instance == nullptr) break;
        if (const std::string* provider = model::capacity_provider_attribute(*instance)) {
          provider_touched(state, instance->cluster, *provider);
        }
        capacity_changed(state, instance->cluster);
        for (const model::ServiceId daemon : state.of(instance->cluster).daemons) add(key(daemon));
        for (const auto& [name, daemon] : state.of(instance->cluster).managed_daemons) add(key(daemon));
        if (instance->status == model::InstanceStatus::kActive) break;
        add({WorkKey::Kind::kExpiry, 0});
        for (const model::TaskId task : state.of(instance->id).tasks) {
          if (const auto service = state.get(task).service) add(key(service));
        }
        break;
      }
      case model::EntityKind::kCluster:
        // A provider that came may be what a service waits for.
        capacity_changed(state, model::ClusterId{entity.id});
        add(key(model::ClusterId{entity.id}));
        if (const model::Cluster* cluster = state.find(model::ClusterId{entity.id})) all_groups(state, cluster->world);
        break;
      case model::EntityKind::kCapacityProvider:
        add(key(model::CapacityProviderId{entity.id}));
        add(metric_of(model::CapacityProviderId{entity.id}));
        // It may be gone.
        for (const model::WorldId world : state.worlds()) all_groups(state, world);
        break;
      case model::EntityKind::kInstanceGroup: add(key(model::InstanceGroupId{entity.id})); break;
      case model::EntityKind::kDaemonTaskDefinition: add(key(model::DaemonTaskDefinitionId{entity.id})); break;
      case model::EntityKind::kDaemon: {
        add(key(model::DaemonId{entity.id}));
        for (const model::DaemonTaskDefinitionId id : state.deleting_daemon_definitions()) add(key(id));
        const model::Daemon* daemon = state.find(model::DaemonId{entity.id});
        if (daemon == nullptr) break;
        capacity_changed(state, daemon->cluster);
        if (daemon->status == model::DaemonStatus::kGone) add({WorkKey::Kind::kExpiry, 0});
        break;
      }
      case model::EntityKind::kAlarm: {
        add(key(model::AlarmId{entity.id}));
        const model::Alarm* alarm = state.find(model::AlarmId{entity.id});
        if (alarm == nullptr) break;
        for (const model::ServiceDeploymentId id : state.watching_alarm(alarm->name)) {
          add(key(state.get(id).service));
        }
        break;
      }
      case model::EntityKind::kDaemonDeployment: {
        const auto* deployment = state.find(model::DaemonDeploymentId{entity.id});
        if (deployment != nullptr) add(key(deployment->daemon));
        break;
      }
      case model::EntityKind::kScheduledAction: add(key(model::ScheduledActionId{entity.id})); break;
      case model::EntityKind::kEventRule: add(key(model::EventRuleId{entity.id})); break;
      case model::EntityKind::kMetricHour: {
        const model::MetricHour* hour = state.find(model::MetricHourId{entity.id});
        if (hour == nullptr) break;
        const auto& watched = state.of(hour->world).metric_alarms;
        const auto alarms = watched.find(hour->metric);
        if (alarms == watched.end()) break;
        for (const model::AlarmId alarm : alarms->second) add(key(alarm));
        break;
      }
      default: break;
    }
  }
}

void WorkQueue::look_at_zone(const model::State& state, model::InstanceId id) {
  const model::ContainerInstance* instance = state.find(id);
  const bool usable =
      instance != nullptr && instance->status == model::InstanceStatus::kActive && instance->agent_connected;
  const auto known = zone_of_.find(id);
  if (known != zone_of_.end()) {
    const auto& [cluster, zone] = known->second;
    if (usable && zone == instance->availability_zone) return;
    ZoneInstances& zones = zones_[cluster];
    zones[zone].erase(id);
    if (zones[zone].empty()) zones.erase(zone);
    if (zones.empty()) zones_.erase(cluster);
    zone_of_.erase(known);
  }
  if (!usable) return;
  auto& there = zones_[instance->cluster][instance->availability_zone];
  there.insert(id);
  zone_of_.emplace(id, std::pair(instance->cluster, instance->availability_zone));
  if (there.size() > 1) return;
  if (const auto it = watching_zones_.find(instance->cluster); it != watching_zones_.end()) {
    for (const model::ServiceId service : it->second) add(key(service));  // any order: what is ready is in its own
  }
}

const ZoneInstances& WorkQueue::zones_of(model::ClusterId cluster) const {
  static const ZoneInstances kNone;
  const auto it = zones_.find(cluster);
  return it == zones_.end() ? kNone : it->second;
}

void WorkQueue::all_groups(const model::State& state, model::WorldId world) {
  for (const auto& [name, group] : state.of(world).instance_groups) add(key(group));
}

void WorkQueue::everything(const model::State& state) {
  zones_.clear();
  zone_of_.clear();
  for (const model::InstanceId id : state.instances()) look_at_zone(state, id);
  for (const model::ServiceId id : state.services()) add(key(id));
  for (const model::ClusterId cluster : state.clusters()) {
    add(key(cluster));
    if (!state.of(cluster).waiting.empty()) add(waiting_in(cluster));
    for (const auto* tasks : {&state.of(cluster).wanted, &state.of(cluster).unwanted}) {
      for (const model::TaskId id : *tasks) {
        if (state.get(id).last_status != model::TaskStatus::kStopped) add(key(id));
      }
    }
  }
  for (const model::CapacityProviderId id : state.capacity_providers()) {
    add(key(id));
    add(metric_of(id));
  }
  for (const model::DaemonId id : state.daemons()) add(key(id));
  for (const model::DaemonTaskDefinitionId id : state.deleting_daemon_definitions()) add(key(id));
  for (const model::WorldId world : state.worlds()) {
    all_groups(state, world);
    for (const auto& [name, alarm] : state.of(world).alarms) add(key(alarm));
    for (const auto& [name, rule] : state.of(world).event_rules) add(key(rule));
    for (const auto& [resource, target] : state.of(world).scalable_targets) {
      for (const auto& [name, action] : state.of(target).scheduled_actions) add(key(action));
    }
  }
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
  if (entity != nullptr) keep_waiting(waiting_for_capacity_, entity->cluster, service, wants);
}

void WorkQueue::wants_capacity(const model::State& state, model::DaemonId daemon, bool wants) {
  const model::Daemon* entity = state.find(daemon);
  if (entity != nullptr) keep_waiting(waiting_daemons_, entity->cluster, daemon, wants);
}

void WorkQueue::watches_tasks(const model::State& state, model::ServiceId service, bool watches) {
  const model::Service* entity = state.find(service);
  if (entity != nullptr) keep_waiting(watching_tasks_, entity->cluster, service, watches);
}

void WorkQueue::watches_zones(const model::State& state, model::ServiceId service, bool watches) {
  const model::Service* entity = state.find(service);
  if (entity != nullptr) keep_waiting(watching_zones_, entity->cluster, service, watches);
}

void WorkQueue::capacity_changed(const model::State& state, model::ClusterId cluster) {
  if (!state.of(cluster).waiting.empty()) add(waiting_in(cluster));
  if (const auto it = waiting_for_capacity_.find(cluster); it != waiting_for_capacity_.end()) {
    for (const model::ServiceId service : it->second) add(key(service));  // any order: what is ready is in its own
  }
  if (const auto it = waiting_daemons_.find(cluster); it != waiting_daemons_.end()) {
    for (const model::DaemonId daemon : it->second) add(key(daemon));  // any order: what is ready is in its own
  }
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

std::optional<model::Instant> WorkQueue::next_action() const {
  // One key stands for all that expires, and one for each metric: few entries are passed over.
  for (const auto& [when, key] : timers_) {
    if (key.kind != WorkKey::Kind::kExpiry && key.kind != WorkKey::Kind::kProviderMetric) return when;
  }
  return std::nullopt;
}

}  // namespace drydock::scheduler
