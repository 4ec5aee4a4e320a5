#include "server/operations/task_sets/task_set_view.hpp"

#include <algorithm>
#include <set>

#include "model/arn.hpp"
#include "model/deployment_counts.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations {
namespace {

bool has_task_on(const model::State& state, model::InstanceId instance, const model::TaskSet& set) {
  return std::ranges::any_of(state.of(instance).tasks, [&](model::TaskId id) {
    const model::Task& task = state.get(id);
    return task.service == set.service && task.deployment == set.deployment.digits;
  });
}

/// All tasks are there, RUNNING and healthy, and none is on an instance that it has to leave.
bool is_steady(const model::State& state, const model::TaskSet& set, int computed, const model::TaskCounts& counts) {
  if (counts.running != computed || counts.pending != 0) return false;
  const auto& deployments = state.of(set.service).deployments;
  const auto tasks = deployments.find(set.deployment.digits);
  if (tasks == deployments.end()) return true;
  if (!tasks->second.unhealthy.empty() || !tasks->second.evaluating.empty()) return false;
  const model::ClusterId cluster = state.get(set.service).cluster;
  return std::ranges::none_of(state.of(cluster).draining,
                              [&](model::InstanceId instance) { return has_task_on(state, instance, set); });
}

}  // namespace

api::TaskSet show_task_set(const model::State& state, const model::TaskSet& set, bool with_tags, model::Instant now) {
  const model::Service& service = state.get(set.service);
  api::TaskSet shown = *set.settings;
  shown.id = model::deployment_id(set.deployment.digits);
  shown.taskSetArn = model::arn_of(state, set);
  shown.serviceArn = model::arn_of(state, service);
  shown.clusterArn = model::arn_of(state, state.get(service.cluster));
  shown.status = set.draining ? "DRAINING" : set.id == service.primary_task_set ? "PRIMARY" : "ACTIVE";
  if (const auto* definition = state.find(set.deployment.task_definition)) {
    shown.taskDefinition = model::arn_of(state, *definition);
  }
  const int computed = model::computed_desired_count(service, set);
  const model::TaskCounts counts = model::count_tasks(state, service.id, set.deployment.digits);
  shown.computedDesiredCount = computed;
  shown.pendingCount = counts.pending;
  shown.runningCount = counts.running;
  shown.createdAt = timestamp(set.deployment.created_at);
  shown.updatedAt = timestamp(set.deployment.updated_at);
  shown.stabilityStatus = is_steady(state, set, computed, counts) ? "STEADY_STATE" : "STABILIZING";
  shown.stabilityStatusAt = timestamp(now);
  if (with_tags) shown.tags = set.tags;
  return shown;
}

std::vector<api::TaskSet> show_task_sets(const model::State& state, model::ServiceId service, bool with_tags,
                                         model::Instant now) {
  std::set<model::TaskSetId> oldest_first;
  for (const auto& [digits, id] : state.of(service).task_sets) oldest_first.insert(id);
  std::vector<api::TaskSet> shown;
  for (const model::TaskSetId id : oldest_first) shown.push_back(show_task_set(state, state.get(id), with_tags, now));
  return shown;
}

}  // namespace drydock::operations
