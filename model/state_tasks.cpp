// The indexes of tasks. Each is told apart by what of a task it depends on, since most changes of a task leave it where
// it is in nearly all of them.

#include <algorithm>
#include <tuple>

#include "model/keep.hpp"
#include "model/state.hpp"

namespace drydock::model {
namespace {

bool counts_as_pending(const Task& task) { return task.last_status < TaskStatus::kRunning && !task.stop_wanted; }
bool counts_as_running(const Task& task) { return task.last_status == TaskStatus::kRunning; }
bool is_stopped(const Task& task) { return task.last_status == TaskStatus::kStopped; }

/// As what a service counts it.
enum class Standing : std::uint8_t { kStopped, kStopping, kStarting, kUnhealthy, kEvaluating, kHealthy };

Standing standing_of(const Task& task) {
  if (is_stopped(task)) return Standing::kStopped;
  if (task.stop_wanted) return Standing::kStopping;
  if (task.last_status != TaskStatus::kRunning) return Standing::kStarting;
  if (task.health == Health::kUnhealthy) return Standing::kUnhealthy;
  if (task.health_checked && task.health == Health::kUnknown) return Standing::kEvaluating;
  return Standing::kHealthy;
}

/// Whether two tasks have the same key, which `of` makes of references.
template <class KeyOfTask>
bool same(const Task& was, const Task& is, KeyOfTask of) {
  return of(was) == of(is);
}

bool same_names(const Task& was, const Task& is) {
  return same(was, is, [](const Task& t) { return std::tuple(t.uuid, t.network ? t.network->id : Uuid{}); });
}

bool same_wanted(const Task& was, const Task& is) {
  return same(was, is, [](const Task& t) { return std::tuple(t.cluster, t.stop_wanted); });
}

bool same_token(const Task& was, const Task& is) {
  return same(was, is, [](const Task& t) { return std::tie(t.cluster, t.client_token); });
}

bool same_protection(const Task& was, const Task& is) {
  return same(was, is,
              [](const Task& t) { return std::tuple(t.cluster, is_stopped(t) || t.stop_wanted, t.protected_until); });
}

bool same_in_cluster(const Task& was, const Task& is) {
  return was.capacity_provider == is.capacity_provider && same(was, is, [](const Task& t) {
           return std::tuple(t.cluster, t.launch_type, is_stopped(t), counts_as_running(t), counts_as_pending(t),
                             t.waits_for_instance());
         });
}

bool same_in_group(const Task& was, const Task& is) {
  return was.group == is.group &&
         same(was, is, [](const Task& t) { return std::tuple(t.cluster, is_stopped(t) ? InstanceId{} : t.instance); });
}

bool same_in_service(const Task& was, const Task& is) {
  return was.capacity_provider == is.capacity_provider && was.availability_zone == is.availability_zone &&
         same(was, is, [](const Task& t) {
           return std::tuple(t.service, t.deployment, standing_of(t), counts_as_running(t), counts_as_pending(t));
         });
}

bool same_in_daemon(const Task& was, const Task& is) {
  return same(was, is,
              [](const Task& t) { return std::tuple(t.daemon, t.daemon_definition, t.instance, is_stopped(t)); });
}

bool same_in_instance(const Task& was, const Task& is) {
  return same(was, is, [](const Task& t) {
    return std::tuple(is_stopped(t) ? InstanceId{} : t.instance, counts_as_running(t), counts_as_pending(t));
  });
}

bool same_gpus(const Task& was, const Task& is) {
  return std::ranges::equal(was.containers, is.containers, {}, &TaskContainer::gpu_ids, &TaskContainer::gpu_ids);
}

bool same_reservation(const Task& was, const Task& is) {
  return was.reservation == is.reservation && same_gpus(was, is) && same(was, is, [](const Task& t) {
           return std::tuple(is_stopped(t) ? InstanceId{} : t.instance, t.network.has_value(), t.daemonic);
         });
}

bool same_without_instance(const Task& was, const Task& is) {
  return same(was, is, [](const Task& t) { return std::tuple(is_stopped(t), t.stopped_at, t.launch_type); });
}

}  // namespace

/// One of them: whether a change leaves a task in its place, and how it comes and goes.
struct State::TaskIndex {
  bool (*same)(const Task& was, const Task& is);
  void (State::*keep)(const Task& task, bool present);
};

const std::vector<State::TaskIndex>& State::task_indexes() {
  static const std::vector<TaskIndex> kAll = {
      {same_names, &State::index_names},
      {same_wanted, &State::index_wanted},
      {same_token, &State::index_token},
      {same_protection, &State::index_protection},
      {same_in_cluster, &State::index_in_cluster},
      {same_in_group, &State::index_in_group},
      {same_in_service, &State::index_in_service},
      {same_in_daemon, &State::index_in_daemon},
      {same_in_instance, &State::index_in_instance},
      {same_reservation, &State::index_reservation},
      {same_without_instance, &State::index_without_instance},
  };
  return kAll;
}

void State::index(const Task& task, bool present) {
  for (const TaskIndex& index : task_indexes()) (this->*index.keep)(task, present);
}

void State::reindex(const Task& was, const Task& is) {
  for (const TaskIndex& index : task_indexes()) {
    if (index.same(was, is)) continue;
    (this->*index.keep)(was, false);
    (this->*index.keep)(is, true);
  }
}

void State::index_names(const Task& task, bool present) {
  keep_mapped(task_uuids_, task.uuid, task.id, present);
  if (task.network) keep_mapped(attachment_uuids_, task.network->id, task.id, present);
}

void State::index_wanted(const Task& task, bool present) {
  ClusterIndex& cluster = cluster_indexes_[task.cluster];
  keep(task.stop_wanted ? cluster.unwanted : cluster.wanted, task.id, present);
}

void State::index_token(const Task& task, bool present) {
  if (task.client_token.empty()) return;
  auto& tokens = cluster_indexes_[task.cluster].client_tokens;
  const auto token = tokens.try_emplace(task.client_token).first;
  keep(token->second, task.id, present);
  if (token->second.empty()) tokens.erase(token);
}

void State::index_protection(const Task& task, bool present) {
  if (is_stopped(task) || task.stop_wanted || task.protected_until == Instant{}) return;
  keep(cluster_indexes_[task.cluster].protected_tasks, task.id, present);
  keep(protected_tasks_, std::pair(task.protected_until, task.id), present);
}

void State::index_in_cluster(const Task& task, bool present) {
  if (is_stopped(task)) return;
  ClusterIndex& cluster = cluster_indexes_[task.cluster];
  const int step = present ? 1 : -1;
  cluster.tasks_not_stopped += step;
  if (!task.capacity_provider.empty()) count(cluster.provider_uses, task.capacity_provider, step);
  LaunchTypeCounts& counts = cluster.counts[task.launch_type];
  if (counts_as_running(task)) counts.running_tasks += step;
  if (counts_as_pending(task)) counts.pending_tasks += step;
  if (task.waits_for_instance()) keep(cluster.waiting, task.id, present);
}

void State::index_in_group(const Task& task, bool present) {
  if (is_stopped(task) || !task.instance) return;
  auto& groups = cluster_indexes_[task.cluster].groups;
  const auto group = groups.try_emplace(task.group).first;
  const int step = present ? 1 : -1;
  count(group->second.instances, task.instance, step);
  if (const InstancePool* pool = instance_indexes_[task.instance].pool) count(group->second.pools, pool, step);
  if (group->second.instances.empty()) groups.erase(group);
}

void State::index_in_service(const Task& task, bool present) {
  if (!task.service) return;
  ServiceIndex& service = service_indexes_[task.service];
  const int step = present ? 1 : -1;
  if (counts_as_running(task)) service.running += step;
  if (counts_as_pending(task)) service.pending += step;
  if (is_stopped(task)) return;
  DeploymentTasks& tasks = service.deployments[task.deployment];
  switch (standing_of(task)) {
    case Standing::kStopped: break;
    case Standing::kStopping: keep(tasks.stopping, task.id, present); break;
    case Standing::kStarting: keep(tasks.starting, task.id, present); break;
    case Standing::kUnhealthy: keep(tasks.unhealthy, task.id, present); break;
    case Standing::kEvaluating: keep(tasks.evaluating, task.id, present); break;
    case Standing::kHealthy:
      keep(tasks.healthy, task.id, present);
      count(tasks.healthy_by_zone, task.availability_zone, step);
      break;
  }
  if (!task.capacity_provider.empty() && !task.stop_wanted) count(tasks.by_provider, task.capacity_provider, step);
  if (tasks.empty()) service.deployments.erase(task.deployment);
}

void State::index_in_daemon(const Task& task, bool present) {
  if (!task.daemon || is_stopped(task)) return;
  daemon_definition_uses_[task.daemon_definition].tasks += present ? 1 : -1;
  auto& tasks = daemon_indexes_[task.daemon].tasks;
  keep(tasks[task.instance], task.id, present);
  if (tasks[task.instance].empty()) tasks.erase(task.instance);
}

void State::index_in_instance(const Task& task, bool present) {
  if (is_stopped(task) || !task.instance) return;
  InstanceIndex& instance = instance_indexes_[task.instance];
  const int step = present ? 1 : -1;
  if (counts_as_running(task)) instance.running += step;
  if (counts_as_pending(task)) instance.pending += step;
}

void State::index_reservation(const Task& task, bool present) {
  if (is_stopped(task) || !task.instance) return;
  InstanceIndex& instance = instance_indexes_[task.instance];
  const int step = present ? 1 : -1;
  keep(instance.tasks, task.id, present);
  instance.cpu_units += step * task.reservation.cpu_units;
  instance.memory_mib += step * task.reservation.memory_mib;
  for (const HostPort& port : task.reservation.ports) count(instance.ports, port, step);
  for (const TaskContainer& container : task.containers) {
    for (const std::string& id : container.gpu_ids) count(instance.gpus, id, step);
  }
  if (task.network) instance.network_interfaces += step;
  if (!task.daemonic) {
    instance.load += step;
    const ContainerInstance* host = find(task.instance);
    if (host != nullptr && host->status != InstanceStatus::kInactive) index_in_provider(*host, true);
  }
  unsettled_.push_back(task.instance);
}

void State::index_without_instance(const Task& task, bool present) {
  if (is_stopped(task)) {
    keep(stopped_tasks_, std::pair(task.stopped_at, task.id), present);
  } else if (task.launch_type == LaunchType::kFargate) {
    keep(fargate_tasks_, task.id, present);
  }
}

}  // namespace drydock::model
