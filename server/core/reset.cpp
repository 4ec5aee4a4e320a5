// Forgetting everything, or all of an account or region, for tests that want a fresh start without a new process.
#include <algorithm>
#include <iterator>

#include "model/arn.hpp"
#include "scheduler/autoscaling/policies.hpp"
#include "scheduler/daemons/history.hpp"
#include "scheduler/events/deliveries.hpp"
#include "scheduler/reconciler/service_deployments.hpp"
#include "server/core/core.hpp"
#include "server/core/snapshots.hpp"

namespace drydock::server {
namespace {

template <class Ids>
void remove_all(model::Transaction& tx, const Ids& ids) {
  const std::vector<typename Ids::value_type> copy(ids.begin(), ids.end());
  for (const auto id : copy) tx.remove(id);
}

void remove_cluster(model::Transaction& tx, model::ClusterId cluster) {
  const model::State& state = tx.state();
  remove_all(tx, state.of(cluster).wanted);
  remove_all(tx, state.of(cluster).unwanted);
  tx.remove(cluster);
}

/// Scaling with its history, alarms and metrics.
void remove_scaling(model::Transaction& tx, model::WorldId world) {
  const model::State& state = tx.state();
  std::vector<model::ScalableTargetId> targets;
  for (const auto& [resource, id] : state.of(world).scalable_targets) targets.push_back(id);
  for (const auto id : targets) scheduler::remove_target(tx, id);
  std::vector<model::ScalingActivityId> activities;
  for (const auto& [resource, ids] : state.of(world).scaling_activities) {
    activities.insert(activities.end(), ids.begin(), ids.end());
  }
  for (const auto id : activities) tx.remove(id);
  std::vector<model::MetricHourId> hours;
  for (const auto& [hour, id] : state.of(world).metric_hours) hours.push_back(id);
  for (const auto id : hours) tx.remove(id);
}

template <class Index>
void remove_values(model::Transaction& tx, const Index& index) {
  std::vector<typename Index::mapped_type> ids;
  for (const auto& [key, id] : index) ids.push_back(id);
  for (const auto id : ids) tx.remove(id);
}

void remove_namespaces(model::Transaction& tx, model::WorldId world) {
  const model::State& state = tx.state();
  std::vector<model::NamespaceId> rooms;
  for (const auto& [key, id] : state.of(world).namespaces) rooms.push_back(id);
  for (const auto room : rooms) {
    std::vector<model::DiscoveryServiceId> services;
    for (const auto& [name, id] : state.of(room).services) services.push_back(id);
    for (const auto service : services) {
      remove_values(tx, state.of(service).instances);
      tx.remove(service);
    }
    tx.remove(room);
  }
  remove_all(tx, state.of(world).discovery_operations);
}

void remove_log_groups(model::Transaction& tx, model::WorldId world) {
  std::vector<model::LogGroupId> groups;
  for (const auto& [name, id] : tx.state().of(world).log_groups) groups.push_back(id);
  for (const auto id : groups) {
    remove_values(tx, tx.state().of(id).streams);
    tx.remove(id);
  }
}

/// Rules with what is on its way to their targets, and the history.
void remove_events(model::Transaction& tx, model::WorldId world) {
  std::vector<model::EventRuleId> rules;
  for (const auto& [name, id] : tx.state().of(world).event_rules) rules.push_back(id);
  for (const model::EventRuleId id : rules) scheduler::remove_rule(tx, id);
  remove_all(tx, tx.state().of(world).events);
}

/// Families of task definitions, or of daemon task definitions, with their revisions.
template <class Families>
void remove_families(model::Transaction& tx, const Families& families) {
  std::vector<typename Families::mapped_type> ids;
  for (const auto& [name, id] : families) ids.push_back(id);
  for (const auto id : ids) {
    remove_values(tx, tx.state().of(id).revisions);
    tx.remove(id);
  }
}

}  // namespace

bool Core::reset(const Extent& extent) {
  const auto included = [&](model::WorldId id) {
    const model::World& world = state_.get(id);
    if (holds_snapshots(world)) return false;
    return extent.includes(world.account, world.region);
  };
  const auto in_extent = [&](model::ClusterId id) { return included(state_.get(id).world); };
  std::vector<model::ClusterId> clusters;
  std::vector<model::ServiceId> services;
  std::vector<model::DaemonId> daemons;
  std::vector<model::InstanceId> instances;
  std::ranges::copy_if(state_.clusters(), std::back_inserter(clusters), in_extent);
  std::ranges::copy_if(state_.services(), std::back_inserter(services),
                       [&](model::ServiceId id) { return in_extent(state_.get(id).cluster); });
  std::ranges::copy_if(state_.instances(), std::back_inserter(instances),
                       [&](model::InstanceId id) { return in_extent(state_.get(id).cluster); });
  std::ranges::copy_if(state_.daemons(), std::back_inserter(daemons),
                       [&](model::DaemonId id) { return in_extent(state_.get(id).cluster); });
  const bool done = change([&](model::Transaction& tx) {
    for (const model::WorldId world : state_.worlds()) {
      if (!included(world)) continue;
      remove_families(tx, state_.of(world).families);
      remove_families(tx, state_.of(world).daemon_families);
      remove_values(tx, state_.of(world).account_settings);
      remove_values(tx, state_.of(world).capacity_providers);
      remove_values(tx, state_.of(world).instance_groups);
      remove_scaling(tx, world);
      remove_values(tx, state_.of(world).alarms);
      remove_log_groups(tx, world);
      remove_values(tx, state_.of(world).parameters);
      remove_values(tx, state_.of(world).secrets);
      remove_events(tx, world);
      remove_namespaces(tx, world);
    }
    for (const model::DaemonId daemon : daemons) scheduler::remove_daemon(tx, daemon);
    for (const model::ServiceId service : services) {
      scheduler::remove_service(tx, service);
    }
    remove_all(tx, instances);
    for (const model::ClusterId cluster : clusters) remove_cluster(tx, cluster);
  });
  if (!done) return false;
  for (const model::InstanceId instance : instances) links_.erase(instance);
  for (const model::ServiceId service : services) state_.explanations.services.erase(service);
  for (const model::ClusterId cluster : clusters) state_.explanations.clusters.erase(cluster);
  const auto gone = [&](const auto& entry) { return state_.find(entry.first) == nullptr; };
  std::erase_if(state_.explanations.tasks, gone);
  std::erase_if(state_.explanations.capacity_providers, gone);
  if (extent.everything()) {
    links_.clear();
    fargate_.reset();
    told_.clear();
  }
  return true;
}

std::vector<std::string> Core::fargate_task_arns() const {
  std::vector<std::string> arns;
  for (const model::TaskId id : state_.fargate_tasks()) arns.push_back(model::arn_of(state_, state_.get(id)));
  return arns;
}

}  // namespace drydock::server
