#include "model/state.hpp"

#include <cstdio>
#include <cstdlib>

#include "model/gpus.hpp"
#include "model/keep.hpp"

namespace drydock::model {
namespace {

Room room_of(const ContainerInstance& instance, const InstanceIndex& used) {
  return {instance.cpu_units - used.cpu_units, instance.memory_mib - used.memory_mib, instance.uuid, instance.id};
}

}  // namespace

State::State() = default;

void State::dangling_reference() {
  std::fputs("drydock: an entity refers to another that does not exist; this is a bug\n", stderr);
  std::abort();
}

std::uint64_t State::last_id(EntityKind kind) const {
  std::uint64_t last = 0;
  const auto look = [&](const auto& table) {
    if (table.kKind == kind) last = table.last_id;
  };
  std::apply([&](const auto&... tables) { (look(tables), ...); }, tables_);
  return last;
}

const World* State::world_named(std::string_view account, std::string_view region) const {
  const auto it = world_names_.find({std::string(account), std::string(region)});
  return it == world_names_.end() ? nullptr : find(it->second);
}

const Cluster* State::cluster_named(WorldId world, std::string_view name) const {
  const auto& clusters = of(world).clusters;
  const auto it = clusters.find(name);
  return it == clusters.end() ? nullptr : find(it->second);
}

const Family* State::family_named(WorldId world, std::string_view name) const {
  const auto& families = of(world).families;
  const auto it = families.find(name);
  return it == families.end() ? nullptr : find(it->second);
}

const TaskDefinition* State::revision_of(FamilyId family, int revision) const {
  const auto& revisions = of(family).revisions;
  const auto it = revisions.find(revision);
  return it == revisions.end() ? nullptr : find(it->second);
}

const TaskDefinition* State::latest_active(FamilyId family) const {
  const auto& active = of(family).active;
  return active.empty() ? nullptr : revision_of(family, *active.rbegin());
}

const DaemonFamily* State::daemon_family_named(WorldId world, std::string_view name) const {
  const auto& families = of(world).daemon_families;
  const auto it = families.find(name);
  return it == families.end() ? nullptr : find(it->second);
}

const DaemonTaskDefinition* State::revision_of(DaemonFamilyId family, int revision) const {
  const auto& revisions = of(family).revisions;
  const auto it = revisions.find(revision);
  return it == revisions.end() ? nullptr : find(it->second);
}

const DaemonTaskDefinition* State::latest_active(DaemonFamilyId family) const {
  const auto& active = of(family).active;
  return active.empty() ? nullptr : revision_of(family, *active.rbegin());
}

const Daemon* State::daemon_named(ClusterId cluster, std::string_view name) const {
  const auto& daemons = of(cluster).managed_daemons;
  const auto it = daemons.find(name);
  return it == daemons.end() ? nullptr : find(it->second);
}

const DaemonRevision* State::daemon_revision_with(std::uint64_t digits) const {
  const auto it = daemon_revision_digits_.find(digits);
  return it == daemon_revision_digits_.end() ? nullptr : find(it->second);
}

const DaemonDeployment* State::daemon_deployment_named(std::string_view name) const {
  const auto it = daemon_deployment_names_.find(name);
  return it == daemon_deployment_names_.end() ? nullptr : find(it->second);
}

const Service* State::service_named(ClusterId cluster, std::string_view name) const {
  const ClusterIndex& index = of(cluster);
  if (const auto it = index.services.find(name); it != index.services.end()) return find(it->second);
  const auto it = index.inactive_services.find(name);
  return it == index.inactive_services.end() ? nullptr : find(*it->second.rbegin());
}

const Task* State::task_with(const Uuid& id) const {
  const auto it = task_uuids_.find(id);
  return it == task_uuids_.end() ? nullptr : find(it->second);
}

const ContainerInstance* State::instance_with(const Uuid& id) const {
  const auto it = instance_uuids_.find(id);
  return it == instance_uuids_.end() ? nullptr : find(it->second);
}

const AccountSetting* State::account_setting(WorldId world, std::string_view principal, std::string_view name) const {
  const auto& settings = of(world).account_settings;
  const auto it = settings.find({std::string(principal), std::string(name)});
  return it == settings.end() ? nullptr : find(it->second);
}

const CapacityProvider* State::capacity_provider_named(WorldId world, std::string_view name) const {
  const auto& providers = of(world).capacity_providers;
  const auto it = providers.find(name);
  return it == providers.end() ? nullptr : find(it->second);
}

const Parameter* State::parameter_named(WorldId world, std::string_view name) const {
  const auto& all = of(world).parameters;
  const auto it = all.find(name);
  return it == all.end() ? nullptr : find(it->second);
}

const Secret* State::secret_named(WorldId world, std::string_view name) const {
  const auto& all = of(world).secrets;
  const auto it = all.find(name);
  return it == all.end() ? nullptr : find(it->second);
}

const InstanceGroup* State::instance_group_named(WorldId world, std::string_view name) const {
  const auto& groups = of(world).instance_groups;
  const auto it = groups.find(name);
  return it == groups.end() ? nullptr : find(it->second);
}

const Alarm* State::alarm_named(WorldId world, std::string_view name) const {
  const auto& alarms = of(world).alarms;
  const auto it = alarms.find(name);
  return it == alarms.end() ? nullptr : find(it->second);
}

const std::set<ServiceDeploymentId>& State::watching_alarm(std::string_view name) const {
  static const std::set<ServiceDeploymentId> kNone;
  const auto it = alarm_watchers_.find(name);
  return it == alarm_watchers_.end() ? kNone : it->second;
}

const Task* State::task_with_attachment(const Uuid& id) const {
  const auto it = attachment_uuids_.find(id);
  return it == attachment_uuids_.end() ? nullptr : find(it->second);
}

const ServiceRevision* State::service_revision_with(std::uint64_t digits) const {
  const auto it = revision_digits_.find(digits);
  return it == revision_digits_.end() ? nullptr : find(it->second);
}

const ServiceDeployment* State::service_deployment_named(std::string_view name) const {
  const auto it = service_deployment_names_.find(name);
  return it == service_deployment_names_.end() ? nullptr : find(it->second);
}

const std::set<InstanceId>& State::instances_on(std::string_view machine) const {
  static const std::set<InstanceId> kNone;
  const auto it = machines_.find(machine);
  return it == machines_.end() ? kNone : it->second;
}

const ScalableTarget* State::scalable_target_named(WorldId world, std::string_view resource_id) const {
  const auto& targets = of(world).scalable_targets;
  const auto it = targets.find(resource_id);
  return it == targets.end() ? nullptr : find(it->second);
}

const ScalingPolicy* State::scaling_policy_with(const Uuid& id) const {
  const auto it = scaling_policy_uuids_.find(id);
  return it == scaling_policy_uuids_.end() ? nullptr : find(it->second);
}

const LogGroup* State::log_group_named(WorldId world, std::string_view name) const {
  const auto& groups = of(world).log_groups;
  const auto it = groups.find(name);
  return it == groups.end() ? nullptr : find(it->second);
}

const LogStream* State::log_stream_named(LogGroupId group, std::string_view name) const {
  const auto& streams = of(group).streams;
  const auto it = streams.find(name);
  return it == streams.end() ? nullptr : find(it->second);
}

const EventRule* State::event_rule_named(WorldId world, std::string_view name) const {
  const auto& rules = of(world).event_rules;
  const auto it = rules.find(name);
  return it == rules.end() ? nullptr : find(it->second);
}

void State::index(const World& world, bool present) {
  keep_mapped(world_names_, std::pair(world.account, world.region), world.id, present);
  keep(world_ids_, world.id, present);
}

void State::index(const Cluster& cluster, bool present) {
  WorldIndex& world = worlds_[cluster.world];
  keep_mapped(world.clusters, cluster.name, cluster.id, present);
  if (cluster.status == ClusterStatus::kActive) world.active_clusters += present ? 1 : -1;
  keep(cluster_ids_, cluster.id, present);
  if (cluster.status != ClusterStatus::kActive || !cluster.settings || !cluster.settings->capacityProviders) return;
  auto& users = worlds_[cluster.world].provider_clusters;
  for (const std::string& provider : *cluster.settings->capacityProviders) {
    keep(users[provider], cluster.id, present);
    if (users[provider].empty()) users.erase(provider);
  }
}

void State::index(const Family& family, bool present) {
  keep_mapped(worlds_[family.world].families, family.name, family.id, present);
}

void State::index(const TaskDefinition& definition, bool present) {
  FamilyIndex& family = family_indexes_[definition.family];
  keep_mapped(family.revisions, definition.revision, definition.id, present);
  if (definition.status == TaskDefinitionStatus::kActive) keep(family.active, definition.revision, present);
  if (definition.status == TaskDefinitionStatus::kInactive) keep(family.inactive, definition.revision, present);
  if (definition.status == TaskDefinitionStatus::kDeleteInProgress) keep(family.deleting, definition.revision, present);
}

void State::index(const DaemonFamily& family, bool present) {
  keep_mapped(worlds_[family.world].daemon_families, family.name, family.id, present);
}

void State::index(const DaemonTaskDefinition& definition, bool present) {
  DaemonFamilyIndex& family = daemon_family_indexes_[definition.family];
  keep_mapped(family.revisions, definition.revision, definition.id, present);
  if (definition.status == DaemonTaskDefinitionStatus::kActive) keep(family.active, definition.revision, present);
  if (definition.status == DaemonTaskDefinitionStatus::kDeleteInProgress) {
    keep(deleting_daemon_definitions_, definition.id, present);
  }
}

void State::index(const Service& service, bool present) {
  ClusterIndex& cluster = cluster_indexes_[service.cluster];
  if (service.status == ServiceStatus::kInactive) {
    auto& namesakes = cluster.inactive_services[service.name];
    keep(namesakes, service.id, present);
    if (namesakes.empty()) cluster.inactive_services.erase(service.name);
  } else {
    keep_mapped(cluster.services, service.name, service.id, present);
  }
  keep(service_ids_, service.id, present);
  if (service.strategy == SchedulingStrategy::kDaemon && service.status == ServiceStatus::kActive) {
    keep(cluster.daemons, service.id, present);
  }
  LaunchTypeCounts& counts = cluster.counts[service.launch_type];
  const int step = present ? 1 : -1;
  if (service.status == ServiceStatus::kActive) counts.active_services += step;
  if (service.status == ServiceStatus::kDraining) counts.draining_services += step;
  if (service.status == ServiceStatus::kInactive) {
    keep(inactive_services_, std::pair(service.inactive_at, service.id), present);
  } else if (service.settings && service.settings->capacityProviderStrategy) {
    for (const auto& item : *service.settings->capacityProviderStrategy) {
      count(cluster.provider_uses, item.capacityProvider.value_or(""), step);
    }
  }
}

void State::reindex(const Service& was, const Service& is) {
  const bool same_place = std::tie(was.cluster, was.name, was.status, was.strategy, was.launch_type, was.inactive_at) ==
                          std::tie(is.cluster, is.name, is.status, is.strategy, is.launch_type, is.inactive_at);
  // Settings are made anew when they change.
  if (same_place && was.settings == is.settings) return;
  index(was, false);
  index(is, true);
}

void State::index(const ServiceEvent& event, bool present) {
  keep(service_indexes_[event.service].events, event.id, present);
}

void State::index(const ContainerInstance& instance, bool present) {
  ClusterIndex& cluster = cluster_indexes_[instance.cluster];
  keep(cluster.instances, instance.id, present);
  if (instance.status == InstanceStatus::kDraining) keep(cluster.draining, instance.id, present);
  keep_mapped(instance_uuids_, instance.uuid, instance.id, present);
  keep(instance_ids_, instance.id, present);
  index_in_pool(instance, present);
  if (instance.status == InstanceStatus::kInactive) {
    keep(inactive_instances_, std::pair(instance.inactive_at, instance.id), present);
    return;
  }
  cluster.registered_instances += present ? 1 : -1;
  index_in_provider(instance, present);
  if (instance.ec2_instance_id.empty()) return;
  std::set<InstanceId>& machine = machines_[instance.ec2_instance_id];
  keep(machine, instance.id, present);
  if (machine.empty()) machines_.erase(instance.ec2_instance_id);
}

void State::reindex(const ContainerInstance& was, const ContainerInstance& is) {
  const auto place = [](const ContainerInstance& one) {
    return std::tie(one.uuid, one.cluster, one.status, one.agent_connected, one.ec2_instance_id, one.availability_zone,
                    one.cpu_units, one.memory_mib, one.inactive_at);
  };
  // Resources and attributes are made anew when they change.
  if (place(was) == place(is) && was.other_resources == is.other_resources && was.attributes == is.attributes) return;
  index(was, false);
  index(is, true);
}

/// Which of them have tasks changes with the tasks, too.
void State::index_in_provider(const ContainerInstance& instance, bool present) {
  const std::string* name = capacity_provider_attribute(instance);
  if (name == nullptr) return;
  auto& by_name = cluster_indexes_[instance.cluster].provider_instances;
  ProviderInstances& instances = by_name[*name];
  keep(instances.all, instance.id, present);
  keep(instances.loaded, instance.id, present && of(instance.id).load > 0);
  if (instances.all.empty()) by_name.erase(*name);
}

void State::index(const InstanceGroup& group, bool present) {
  keep_mapped(worlds_[group.world].instance_groups, group.name, group.id, present);
}

void State::index(const ServiceRevision& revision, bool present) {
  keep(service_indexes_[revision.service].revisions, revision.id, present);
  keep_mapped(revision_digits_, revision.digits, revision.id, present);
}

void State::index(const ServiceDeployment& deployment, bool present) {
  ServiceIndex& service = service_indexes_[deployment.service];
  keep(service.service_deployments, deployment.id, present);
  keep_mapped(service_deployment_names_, deployment.name, deployment.id, present);
  if (is_terminal(deployment.status)) {
    keep(finished_service_deployments_, std::pair(deployment.finished_at, deployment.id), present);
    return;
  }
  keep(service.unfinished, deployment.id, present);
  const auto* alarms = deployment.configuration && deployment.configuration->alarms
                           ? &deployment.configuration->alarms->alarmNames
                           : nullptr;
  if (alarms == nullptr || !*alarms) return;
  for (const std::string& name : **alarms) {
    keep(alarm_watchers_[name], deployment.id, present);
    if (alarm_watchers_[name].empty()) alarm_watchers_.erase(name);
  }
}

void State::index(const TaskSet& set, bool present) {
  keep_mapped(service_indexes_[set.service].task_sets, set.deployment.digits, set.id, present);
}

void State::index(const Daemon& daemon, bool present) {
  keep(daemon_ids_, daemon.id, present);
  if (daemon.status == DaemonStatus::kGone) {
    keep(gone_daemons_, std::pair(daemon.gone_at, daemon.id), present);
    return;
  }
  ClusterIndex& cluster = cluster_indexes_[daemon.cluster];
  keep_mapped(cluster.managed_daemons, daemon.name, daemon.id, present);
  for (const std::string& provider : daemon.capacity_providers)
    count(cluster.provider_uses, provider, present ? 1 : -1);
  keep(daemon_definition_uses_[daemon.definition].daemons, daemon.id, present);
}

void State::index(const DaemonRevision& revision, bool present) {
  keep(daemon_indexes_[revision.daemon].revisions, revision.id, present);
  keep_mapped(daemon_revision_digits_, revision.digits, revision.id, present);
}

void State::index(const DaemonDeployment& deployment, bool present) {
  keep(daemon_indexes_[deployment.daemon].deployments, deployment.id, present);
  keep_mapped(daemon_deployment_names_, deployment.name, deployment.id, present);
}

void State::index_in_pool(const ContainerInstance& instance, bool present) {
  InstanceIndex& index = instance_indexes_[instance.id];
  if (instance.status == InstanceStatus::kInactive) return;
  auto& pools = cluster_indexes_[instance.cluster].pools;
  const bool takes_tasks = instance.status == InstanceStatus::kActive && instance.agent_connected;
  const PoolKey key{takes_tasks, static_cast<int>(gpu_ids(instance).size()), instance.availability_zone,
                    instance.attributes};
  const auto pool = pools.try_emplace(key).first;
  if (present) {
    index.pool = &pool->second;
    index.room = room_of(instance, index);
    index.pool->insert(index.room);
    index_groups_in_pool(index, true);
    return;
  }
  index.pool->erase(index.room);
  index_groups_in_pool(index, false);
  index.pool = nullptr;
  if (pool->second.by_memory().empty()) pools.erase(pool);
}

/// An instance takes its tasks into another pool with it.
void State::index_groups_in_pool(const InstanceIndex& instance, bool present) {
  for (const TaskId id : instance.tasks) {
    const Task& task = get(id);
    count(cluster_indexes_[task.cluster].groups[task.group].pools, instance.pool, present ? 1 : -1);
  }
}

void State::settle_rooms() {
  for (const InstanceId id : unsettled_) {
    InstanceIndex& index = instance_indexes_[id];
    if (index.pool == nullptr) continue;
    const Room room = room_of(get(id), index);
    if (room == index.room) continue;
    index.pool->erase(index.room);
    index.room = room;
    index.pool->insert(index.room);
  }
  unsettled_.clear();
}

void State::index(const AccountSetting& setting, bool present) {
  keep_mapped(worlds_[setting.world].account_settings, std::pair(setting.principal, setting.name), setting.id, present);
}

void State::index(const CapacityProvider& provider, bool present) {
  keep_mapped(worlds_[provider.world].capacity_providers, provider.name, provider.id, present);
  keep(capacity_provider_ids_, provider.id, present);
  if (provider.cluster) keep(cluster_indexes_[provider.cluster].capacity_providers, provider.id, present);
}

void State::index(const ScalableTarget& target, bool present) {
  keep_mapped(worlds_[target.world].scalable_targets, target.resource_id(), target.id, present);
}

void State::index(const ScalingPolicy& policy, bool present) {
  keep_mapped(scalable_target_indexes_[policy.target].policies, policy.name, policy.id, present);
  keep_mapped(scaling_policy_uuids_, policy.uuid, policy.id, present);
}

void State::index(const ScheduledAction& action, bool present) {
  keep_mapped(scalable_target_indexes_[action.target].scheduled_actions, action.name, action.id, present);
}

void State::index(const ScalingActivity& activity, bool present) {
  auto& all = worlds_[activity.world].scaling_activities;
  const std::string resource = "service/" + activity.cluster + "/" + activity.service;
  auto& own = all[resource];
  keep(own, activity.id, present);
  if (own.empty()) all.erase(resource);
}

void State::index(const Alarm& alarm, bool present) {
  WorldIndex& world = worlds_[alarm.world];
  keep_mapped(world.alarms, alarm.name, alarm.id, present);
  auto& watchers = world.metric_alarms[alarm.metric];
  keep(watchers, alarm.id, present);
  if (watchers.empty()) world.metric_alarms.erase(alarm.metric);
}

void State::index(const MetricHour& hour, bool present) {
  WorldIndex& world = worlds_[hour.world];
  keep(world.metric_hours, std::pair(hour.hour, hour.id), present);
  auto& hours = world.metrics[hour.metric];
  keep_mapped(hours, hour.hour, hour.id, present);
  if (hours.empty()) world.metrics.erase(hour.metric);
}

void State::index(const LogGroup& group, bool present) {
  keep_mapped(worlds_[group.world].log_groups, group.name, group.id, present);
}

void State::index(const LogStream& stream, bool present) {
  keep_mapped(log_group_indexes_[stream.group].streams, stream.name, stream.id, present);
}

void State::index(const Event& event, bool present) {
  keep(event_ids_, event.id, present);
  keep(worlds_[event.world].events, event.id, present);
}

void State::index(const EventRule& rule, bool present) {
  keep_mapped(rule.world ? worlds_[rule.world].event_rules : webhooks_, rule.name, rule.id, present);
}

void State::index(const EventDelivery& delivery, bool present) {
  const std::pair way(delivery.rule, delivery.target);
  auto& waiting = event_deliveries_[way];
  keep(waiting, delivery.id, present);
  if (waiting.empty()) event_deliveries_.erase(way);
}

void State::index(const Parameter& parameter, bool present) {
  keep_mapped(worlds_[parameter.world].parameters, parameter.name, parameter.id, present);
}

void State::index(const Secret& secret, bool present) {
  WorldIndex& world = worlds_[secret.world];
  keep_mapped(world.secrets, secret.name, secret.id, present);
  if (secret.gone_at != Instant{}) keep(world.deleted_secrets, std::pair(secret.gone_at, secret.id), present);
}

}  // namespace drydock::model
