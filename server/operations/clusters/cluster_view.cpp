#include "server/operations/clusters/cluster_view.hpp"

#include "model/arn.hpp"

namespace drydock::operations {
namespace {

using model::LaunchType;

struct Totals {
  int running_tasks = 0;
  int pending_tasks = 0;
  int active_services = 0;
};

Totals totals_of(const model::ClusterIndex& index) {
  Totals totals;
  for (const auto& [type, counts] : index.counts) {
    totals.running_tasks += counts.running_tasks;
    totals.pending_tasks += counts.pending_tasks;
    totals.active_services += counts.active_services;
  }
  return totals;
}

std::vector<api::KeyValuePair> statistics_of(const model::ClusterIndex& index) {
  std::vector<api::KeyValuePair> statistics;
  const auto add = [&](std::string name, int value) { statistics.push_back({std::move(name), std::to_string(value)}); };
  const auto counts_of = [&](LaunchType type) {
    const auto it = index.counts.find(type);
    return it == index.counts.end() ? model::LaunchTypeCounts{} : it->second;
  };
  const model::LaunchTypeCounts ec2 = counts_of(LaunchType::kEc2);
  const model::LaunchTypeCounts fargate = counts_of(LaunchType::kFargate);
  const model::LaunchTypeCounts external = counts_of(LaunchType::kExternal);
  const model::LaunchTypeCounts managed = counts_of(LaunchType::kManagedInstances);
  add("runningEC2TasksCount", ec2.running_tasks);
  add("runningFargateTasksCount", fargate.running_tasks);
  add("pendingEC2TasksCount", ec2.pending_tasks);
  add("pendingFargateTasksCount", fargate.pending_tasks);
  add("runningExternalTasksCount", external.running_tasks);
  add("pendingExternalTasksCount", external.pending_tasks);
  add("runningManagedInstancesTasksCount", managed.running_tasks);
  add("pendingManagedInstancesTasksCount", managed.pending_tasks);
  add("activeEC2ServiceCount", ec2.active_services);
  add("activeFargateServiceCount", fargate.active_services);
  add("drainingEC2ServiceCount", ec2.draining_services);
  add("drainingFargateServiceCount", fargate.draining_services);
  add("activeExternalServiceCount", external.active_services);
  add("drainingExternalServiceCount", external.draining_services);
  add("activeManagedInstancesServiceCount", managed.active_services);
  add("drainingManagedInstancesServiceCount", managed.draining_services);
  return statistics;
}

}  // namespace

api::Cluster render_cluster(const model::State& state, const model::Cluster& cluster, const ClusterIncludes& include) {
  const model::ClusterIndex& index = state.of(cluster.id);
  const Totals totals = totals_of(index);
  api::Cluster shown;
  shown.clusterArn = model::arn_of(state, cluster);
  shown.clusterName = cluster.name;
  shown.status = cluster.status == model::ClusterStatus::kActive ? "ACTIVE" : "INACTIVE";
  shown.registeredContainerInstancesCount = index.registered_instances;
  shown.runningTasksCount = totals.running_tasks;
  shown.pendingTasksCount = totals.pending_tasks;
  shown.activeServicesCount = totals.active_services;
  shown.statistics.emplace();
  if (include.statistics) shown.statistics = statistics_of(index);
  shown.tags.emplace();
  if (include.tags) shown.tags = cluster.tags;
  shown.settings.emplace();
  shown.capacityProviders.emplace();
  shown.defaultCapacityProviderStrategy.emplace();
  if (cluster.settings == nullptr) return shown;
  const api::Cluster& stored = *cluster.settings;
  if (stored.status && cluster.status == model::ClusterStatus::kActive) shown.status = stored.status;
  if (include.settings && stored.settings) shown.settings = stored.settings;
  if (include.configurations) shown.configuration = stored.configuration;
  if (include.attachments) {
    shown.attachments = stored.attachments;
    shown.attachmentsStatus = stored.attachmentsStatus;
  }
  if (stored.capacityProviders) shown.capacityProviders = stored.capacityProviders;
  if (stored.defaultCapacityProviderStrategy) {
    shown.defaultCapacityProviderStrategy = stored.defaultCapacityProviderStrategy;
  }
  shown.serviceConnectDefaults = stored.serviceConnectDefaults;
  return shown;
}

}  // namespace drydock::operations
