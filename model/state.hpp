#pragma once
// All entities, in memory, with the indexes that operations and planners ask. Owned by the core thread; changed
// through Transaction only. Iteration over the indexes is in a fixed order; the tables themselves are not iterated.

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "model/entity_traits.hpp"
#include "model/explain.hpp"
#include "model/instance_pool.hpp"

namespace drydock::model {

/// Finds a text's hash whether it is a string or a view.
struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};
/// What is found by a text, and never listed: there may be many, and to find one shall not depend on how many.
template <class T>
using ByText = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;

/// The tasks of one deployment by what they count as (spec/services.md sections 1, 3 and 4).
struct DeploymentTasks {
  std::set<TaskId> starting;    // wanted, not yet RUNNING
  std::set<TaskId> healthy;     // wanted, RUNNING, healthy or without a health check
  std::set<TaskId> evaluating;  // wanted, RUNNING, health check without a verdict yet
  std::set<TaskId> unhealthy;   // wanted, RUNNING, health check failed
  std::set<TaskId> stopping;    // to be stopped, not yet STOPPED
  /// Wanted tasks that a capacity provider strategy placed, by provider.
  std::map<std::string, int, std::less<>> by_provider;
  /// How many of the healthy ones each Availability Zone has: to see a balance shall not need a look at every task.
  std::map<std::string, int, std::less<>> healthy_by_zone;
  [[nodiscard]] std::size_t running() const { return healthy.size() + evaluating.size() + unhealthy.size(); }
  [[nodiscard]] bool empty() const { return starting.empty() && running() == 0 && stopping.empty(); }
};

struct ServiceIndex {
  std::map<std::uint64_t, DeploymentTasks> deployments;
  std::set<ServiceEventId> events;  // oldest first
  std::set<ServiceRevisionId> revisions;
  std::set<ServiceDeploymentId, std::greater<>> service_deployments;  // newest first
  std::set<ServiceDeploymentId> unfinished;                           // the ones among them that are not at their end
  std::map<std::uint64_t, TaskSetId> task_sets;                       // by the digits of their ids
  int running = 0;
  int pending = 0;
};

struct InstanceIndex {
  std::set<TaskId> tasks;  // not STOPPED
  int cpu_units = 0;
  int memory_mib = 0;
  std::map<HostPort, int> ports;
  std::map<std::string, int, std::less<>> gpus;  // ids in use
  int network_interfaces = 0;                    // of awsvpc tasks
  int load = 0;                                  // tasks that are not daemonic
  int running = 0;
  int pending = 0;
  /// Where placement finds the instance, and what it finds; none for an INACTIVE one.
  InstancePool* pool = nullptr;
  Room room;
};

/// The instances of a cluster, not INACTIVE ones, that name a capacity provider.
struct ProviderInstances {
  std::set<InstanceId> all;
  std::set<InstanceId> loaded;  // with a task that is not daemonic and not STOPPED
};

struct LaunchTypeCounts {
  int running_tasks = 0;
  int pending_tasks = 0;
  int active_services = 0;
  int draining_services = 0;
};

/// Where the tasks of a group are: the scope of spread and distinctInstance.
struct GroupIndex {
  std::map<InstanceId, int> instances;
  /// The same by the pools of the instances, of those that are in one. In no order that means anything.
  std::unordered_map<const InstancePool*, int> pools;
};

struct ClusterIndex {
  std::map<std::string, ServiceId, std::less<>> services;  // ACTIVE and DRAINING: a name is taken once
  /// INACTIVE ones: their names are free, and one name may have several, newest last.
  std::map<std::string, std::set<ServiceId>, std::less<>> inactive_services;
  std::set<ServiceId> daemons;                                   // ACTIVE services of strategy DAEMON
  std::map<std::string, DaemonId, std::less<>> managed_daemons;  // not gone: a name is taken once
  std::set<InstanceId> instances;
  std::set<InstanceId> draining;
  int registered_instances = 0;           // not INACTIVE
  std::map<PoolKey, InstancePool> pools;  // the same ones
  std::set<TaskId> wanted;                // desiredStatus RUNNING
  std::set<TaskId> unwanted;              // desiredStatus STOPPED
  int tasks_not_stopped = 0;
  std::map<LaunchType, LaunchTypeCounts> counts;
  ByText<GroupIndex> groups;  // of tasks that are not STOPPED and have an instance
  ByText<std::set<TaskId>> client_tokens;
  std::set<TaskId> protected_tasks;  // scale-in protection, wanted, not STOPPED; may have expired a moment ago
  /// How many tasks that are not STOPPED, services that are not INACTIVE and daemons use a capacity provider.
  std::map<std::string, int, std::less<>> provider_uses;
  std::set<CapacityProviderId> capacity_providers;  // of managed instances, which belong to a cluster
  std::set<TaskId> waiting;                         // in PROVISIONING, for an instance
  /// By the name that the instances' attributes have, whether there is such a provider or not.
  std::map<std::string, ProviderInstances, std::less<>> provider_instances;
};

struct FamilyIndex {
  std::map<int, TaskDefinitionId> revisions;
  std::set<int> active;
  std::set<int> inactive;
  std::set<int> deleting;
};

struct DaemonIndex {
  std::map<InstanceId, std::set<TaskId>> tasks;  // not STOPPED
  std::set<DaemonDeploymentId> deployments;      // oldest first
  std::set<DaemonRevisionId> revisions;
};

/// Who still runs a daemon task definition.
struct DaemonDefinitionUse {
  std::set<DaemonId> daemons;  // not gone
  int tasks = 0;               // not STOPPED
};

struct DaemonFamilyIndex {
  std::map<int, DaemonTaskDefinitionId> revisions;
  std::set<int> active;
};

struct ScalableTargetIndex {
  std::map<std::string, ScalingPolicyId, std::less<>> policies;
  std::map<std::string, ScheduledActionId, std::less<>> scheduled_actions;
};

struct WorldIndex {
  std::map<std::string, ClusterId, std::less<>> clusters;
  int active_clusters = 0;
  std::map<std::string, FamilyId, std::less<>> families;
  std::map<std::pair<std::string, std::string>, AccountSettingId> account_settings;  // by principal and name
  std::map<std::string, CapacityProviderId, std::less<>> capacity_providers;
  std::map<std::string, InstanceGroupId, std::less<>> instance_groups;
  /// The ACTIVE clusters that a capacity provider is associated with.
  std::map<std::string, std::set<ClusterId>, std::less<>> provider_clusters;
  std::map<std::string, DaemonFamilyId, std::less<>> daemon_families;
  // By resource id, e.g. service/web/shop.
  std::map<std::string, ScalableTargetId, std::less<>> scalable_targets;
  std::map<std::string, std::set<ScalingActivityId, std::greater<>>, std::less<>> scaling_activities;  // newest first
  std::map<std::string, AlarmId, std::less<>> alarms;
  // By metric key (model/metric_key.hpp).
  std::map<std::string, std::set<AlarmId>, std::less<>> metric_alarms;
  std::map<std::string, std::map<Instant, MetricHourId>, std::less<>> metrics;
  std::set<std::pair<Instant, MetricHourId>> metric_hours;  // oldest first
  std::map<std::string, LogGroupId, std::less<>> log_groups;
  std::map<std::string, ParameterId, std::less<>> parameters;
  std::map<std::string, NamespaceId, std::less<>> namespaces;  // by key, ns-...
  std::map<std::string, NamespaceId, std::less<>> namespace_names;
  std::map<std::string, DiscoveryServiceId, std::less<>> discovery_services;  // by key, srv-...
  std::set<DiscoveryOperationId> discovery_operations;                        // oldest first
  std::map<std::string, DiscoveryOperationId, std::less<>> discovery_operation_keys;
  std::map<std::string, SecretId, std::less<>> secrets;    // those scheduled for deletion, too: their names are taken
  std::set<std::pair<Instant, SecretId>> deleted_secrets;  // by the end of their recovery windows
  std::map<std::string, EventRuleId, std::less<>> event_rules;
  std::set<EventId> events;  // the kept ones, oldest first
};

/// One table of State.
template <class T>
struct Rows {
  static constexpr EntityKind kKind = EntityTraits<T>::kKind;
  std::unordered_map<std::uint64_t, T> rows;
  std::uint64_t last_id = 0;
};

class State {
 public:
  State();
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  /// Nullptr when there is no such entity.
  [[nodiscard]] const World* find(WorldId id) const { return lookup<World>(id); }
  [[nodiscard]] const Cluster* find(ClusterId id) const { return lookup<Cluster>(id); }
  [[nodiscard]] const Family* find(FamilyId id) const { return lookup<Family>(id); }
  [[nodiscard]] const TaskDefinition* find(TaskDefinitionId id) const { return lookup<TaskDefinition>(id); }
  [[nodiscard]] const Service* find(ServiceId id) const { return lookup<Service>(id); }
  [[nodiscard]] const ServiceEvent* find(ServiceEventId id) const { return lookup<ServiceEvent>(id); }
  [[nodiscard]] const ContainerInstance* find(InstanceId id) const { return lookup<ContainerInstance>(id); }
  [[nodiscard]] const Task* find(TaskId id) const { return lookup<Task>(id); }
  [[nodiscard]] const AccountSetting* find(AccountSettingId id) const { return lookup<AccountSetting>(id); }
  [[nodiscard]] const CapacityProvider* find(CapacityProviderId id) const { return lookup<CapacityProvider>(id); }
  [[nodiscard]] const ServiceRevision* find(ServiceRevisionId id) const { return lookup<ServiceRevision>(id); }
  [[nodiscard]] const ServiceDeployment* find(ServiceDeploymentId id) const { return lookup<ServiceDeployment>(id); }
  [[nodiscard]] const TaskSet* find(TaskSetId id) const { return lookup<TaskSet>(id); }
  [[nodiscard]] const DaemonFamily* find(DaemonFamilyId id) const { return lookup<DaemonFamily>(id); }
  [[nodiscard]] const DaemonTaskDefinition* find(DaemonTaskDefinitionId id) const {
    return lookup<DaemonTaskDefinition>(id);
  }
  [[nodiscard]] const Daemon* find(DaemonId id) const { return lookup<Daemon>(id); }
  [[nodiscard]] const DaemonRevision* find(DaemonRevisionId id) const { return lookup<DaemonRevision>(id); }
  [[nodiscard]] const DaemonDeployment* find(DaemonDeploymentId id) const { return lookup<DaemonDeployment>(id); }
  [[nodiscard]] const ScalableTarget* find(ScalableTargetId id) const { return lookup<ScalableTarget>(id); }
  [[nodiscard]] const ScalingPolicy* find(ScalingPolicyId id) const { return lookup<ScalingPolicy>(id); }
  [[nodiscard]] const ScheduledAction* find(ScheduledActionId id) const { return lookup<ScheduledAction>(id); }
  [[nodiscard]] const ScalingActivity* find(ScalingActivityId id) const { return lookup<ScalingActivity>(id); }
  [[nodiscard]] const Alarm* find(AlarmId id) const { return lookup<Alarm>(id); }
  [[nodiscard]] const MetricHour* find(MetricHourId id) const { return lookup<MetricHour>(id); }
  [[nodiscard]] const LogGroup* find(LogGroupId id) const { return lookup<LogGroup>(id); }
  [[nodiscard]] const LogStream* find(LogStreamId id) const { return lookup<LogStream>(id); }
  [[nodiscard]] const Parameter* find(ParameterId id) const { return lookup<Parameter>(id); }
  [[nodiscard]] const Secret* find(SecretId id) const { return lookup<Secret>(id); }
  [[nodiscard]] const InstanceGroup* find(InstanceGroupId id) const { return lookup<InstanceGroup>(id); }
  [[nodiscard]] const Event* find(EventId id) const { return lookup<Event>(id); }
  [[nodiscard]] const EventRule* find(EventRuleId id) const { return lookup<EventRule>(id); }
  [[nodiscard]] const EventDelivery* find(EventDeliveryId id) const { return lookup<EventDelivery>(id); }
  [[nodiscard]] const Namespace* find(NamespaceId id) const { return lookup<Namespace>(id); }
  [[nodiscard]] const DiscoveryService* find(DiscoveryServiceId id) const { return lookup<DiscoveryService>(id); }
  [[nodiscard]] const DiscoveryInstance* find(DiscoveryInstanceId id) const { return lookup<DiscoveryInstance>(id); }
  [[nodiscard]] const DiscoveryOperation* find(DiscoveryOperationId id) const { return lookup<DiscoveryOperation>(id); }
  /// The same for ids that an entity holds and that must resolve: a miss is a bug and stops the process.
  template <class IdType>
  [[nodiscard]] const auto& get(IdType id) const {
    const auto* entity = find(id);
    if (entity == nullptr) dangling_reference();
    return *entity;
  }

  [[nodiscard]] const World* world_named(std::string_view account, std::string_view region) const;
  [[nodiscard]] const Cluster* cluster_named(WorldId world, std::string_view name) const;
  [[nodiscard]] const Family* family_named(WorldId world, std::string_view name) const;
  [[nodiscard]] const TaskDefinition* revision_of(FamilyId family, int revision) const;
  [[nodiscard]] const TaskDefinition* latest_active(FamilyId family) const;
  [[nodiscard]] const DaemonFamily* daemon_family_named(WorldId world, std::string_view name) const;
  [[nodiscard]] const DaemonTaskDefinition* revision_of(DaemonFamilyId family, int revision) const;
  [[nodiscard]] const DaemonTaskDefinition* latest_active(DaemonFamilyId family) const;
  /// One that is not gone.
  [[nodiscard]] const Daemon* daemon_named(ClusterId cluster, std::string_view name) const;
  /// By the last part of their ARNs, of any daemon.
  [[nodiscard]] const DaemonRevision* daemon_revision_with(std::uint64_t digits) const;
  [[nodiscard]] const DaemonDeployment* daemon_deployment_named(std::string_view name) const;
  /// The service that has the name, else the newest INACTIVE one that had it.
  [[nodiscard]] const Service* service_named(ClusterId cluster, std::string_view name) const;
  [[nodiscard]] const Task* task_with(const Uuid& id) const;
  [[nodiscard]] const ContainerInstance* instance_with(const Uuid& id) const;
  /// What was set for the principal itself.
  [[nodiscard]] const AccountSetting* account_setting(WorldId world, std::string_view principal,
                                                      std::string_view name) const;
  [[nodiscard]] const CapacityProvider* capacity_provider_named(WorldId world, std::string_view name) const;
  [[nodiscard]] const Parameter* parameter_named(WorldId world, std::string_view name) const;
  /// Also one that waits for its deletion.
  [[nodiscard]] const Secret* secret_named(WorldId world, std::string_view name) const;
  [[nodiscard]] const Namespace* namespace_named(WorldId world, std::string_view name) const;
  /// What the task is registered as in Cloud Map.
  [[nodiscard]] const std::set<DiscoveryInstanceId>& discovered_as(TaskId task) const;
  /// By the ids that users see: ns-... and srv-...
  [[nodiscard]] const Namespace* namespace_with(WorldId world, std::string_view key) const;
  [[nodiscard]] const DiscoveryService* discovery_service_with(WorldId world, std::string_view key) const;
  [[nodiscard]] const InstanceGroup* instance_group_named(WorldId world, std::string_view name) const;
  /// Null for an alarm of which nothing was said yet.
  [[nodiscard]] const Alarm* alarm_named(WorldId world, std::string_view name) const;
  /// Service deployments under way, of any world, whose configuration names the alarm.
  [[nodiscard]] const std::set<ServiceDeploymentId>& watching_alarm(std::string_view name) const;
  /// The task whose network interface has this attachment id.
  [[nodiscard]] const Task* task_with_attachment(const Uuid& id) const;
  /// By the last part of their ARNs.
  [[nodiscard]] const ServiceRevision* service_revision_with(std::uint64_t digits) const;
  [[nodiscard]] const ServiceDeployment* service_deployment_named(std::string_view name) const;
  [[nodiscard]] const ScalableTarget* scalable_target_named(WorldId world, std::string_view resource_id) const;
  /// By the identifier in its ARN.
  [[nodiscard]] const ScalingPolicy* scaling_policy_with(const Uuid& id) const;
  [[nodiscard]] const LogGroup* log_group_named(WorldId world, std::string_view name) const;
  [[nodiscard]] const LogStream* log_stream_named(LogGroupId group, std::string_view name) const;
  [[nodiscard]] const EventRule* event_rule_named(WorldId world, std::string_view name) const;
  /// The kept events of all worlds, oldest first.
  [[nodiscard]] const std::set<EventId>& events() const { return event_ids_; }
  [[nodiscard]] const std::map<std::string, EventRuleId, std::less<>>& webhooks() const { return webhooks_; }
  /// Deliveries under way by rule and target, oldest first.
  [[nodiscard]] const std::map<std::pair<EventRuleId, std::string>, std::set<EventDeliveryId>>& event_deliveries()
      const {
    return event_deliveries_;
  }
  /// Container instances that are not INACTIVE and run on this machine (ec2InstanceId), in any world.
  [[nodiscard]] const std::set<InstanceId>& instances_on(std::string_view machine) const;

  [[nodiscard]] const WorldIndex& of(WorldId id) const { return index_at(worlds_, id); }
  [[nodiscard]] const ClusterIndex& of(ClusterId id) const { return index_at(cluster_indexes_, id); }
  [[nodiscard]] const FamilyIndex& of(FamilyId id) const { return index_at(family_indexes_, id); }
  [[nodiscard]] const ServiceIndex& of(ServiceId id) const { return index_at(service_indexes_, id); }
  [[nodiscard]] const InstanceIndex& of(InstanceId id) const { return index_at(instance_indexes_, id); }
  [[nodiscard]] const DaemonFamilyIndex& of(DaemonFamilyId id) const { return index_at(daemon_family_indexes_, id); }
  [[nodiscard]] const DaemonDefinitionUse& of(DaemonTaskDefinitionId id) const {
    return index_at(daemon_definition_uses_, id);
  }
  [[nodiscard]] const DaemonIndex& of(DaemonId id) const { return index_at(daemon_indexes_, id); }

  [[nodiscard]] const ScalableTargetIndex& of(ScalableTargetId id) const {
    return index_at(scalable_target_indexes_, id);
  }

  [[nodiscard]] const NamespaceIndex& of(NamespaceId id) const { return index_at(namespace_indexes_, id); }
  [[nodiscard]] const DiscoveryServiceIndex& of(DiscoveryServiceId id) const {
    return index_at(discovery_service_indexes_, id);
  }
  [[nodiscard]] const LogGroupIndex& of(LogGroupId id) const { return index_at(log_group_indexes_, id); }

  [[nodiscard]] const std::set<WorldId>& worlds() const { return world_ids_; }
  [[nodiscard]] const std::set<ClusterId>& clusters() const { return cluster_ids_; }
  [[nodiscard]] const std::set<ServiceId>& services() const { return service_ids_; }
  [[nodiscard]] const std::set<InstanceId>& instances() const { return instance_ids_; }
  /// Tasks that run without a visible container instance and are not STOPPED.
  [[nodiscard]] const std::set<TaskId>& fargate_tasks() const { return fargate_tasks_; }
  /// Tasks under scale-in protection that are wanted, by when it ends, soonest first.
  [[nodiscard]] const std::set<std::pair<Instant, TaskId>>& protected_tasks() const { return protected_tasks_; }
  [[nodiscard]] const std::set<CapacityProviderId>& capacity_providers() const { return capacity_provider_ids_; }
  /// What disappears after a while, soonest first: (since when it is finished, id).
  [[nodiscard]] const std::set<std::pair<Instant, TaskId>>& stopped_tasks() const { return stopped_tasks_; }
  [[nodiscard]] const std::set<std::pair<Instant, ServiceId>>& inactive_services() const { return inactive_services_; }
  [[nodiscard]] const std::set<std::pair<Instant, InstanceId>>& inactive_instances() const {
    return inactive_instances_;
  }

  /// The highest id that was ever given to an entity of this kind; 0 before the first.
  [[nodiscard]] std::uint64_t last_id(EntityKind kind) const;
  [[nodiscard]] const std::set<std::pair<Instant, ServiceDeploymentId>>& finished_service_deployments() const {
    return finished_service_deployments_;
  }
  [[nodiscard]] const std::set<DaemonId>& daemons() const { return daemon_ids_; }
  /// By when they were gone, soonest first.
  [[nodiscard]] const std::set<std::pair<Instant, DaemonId>>& gone_daemons() const { return gone_daemons_; }
  /// Those of status DELETE_IN_PROGRESS.
  [[nodiscard]] const std::set<DaemonTaskDefinitionId>& deleting_daemon_definitions() const {
    return deleting_daemon_definitions_;
  }

  [[nodiscard]] std::size_t task_count() const { return std::get<Rows<Task>>(tables_).rows.size(); }

  /// Why a service or a cluster's last RunTask was held back. Not stored: planning again derives it again.
  Explanations explanations;

 private:
  friend class Transaction;
  friend class StateLoader;

  template <class T>
  const T* lookup(KeyOf<T> id) const {
    const auto& rows = std::get<Rows<T>>(tables_).rows;
    const auto it = rows.find(id.value);
    return it == rows.end() ? nullptr : &it->second;
  }
  template <class Index, class IdType>
  static const Index& index_at(const std::unordered_map<IdType, Index>& indexes, IdType id) {
    static const Index kEmpty;
    const auto it = indexes.find(id);
    return it == indexes.end() ? kEmpty : it->second;
  }
  [[noreturn]] static void dangling_reference();

  /// Adds the entity to the indexes (present = true) or takes it out (false). Before a change it must be taken out
  /// with the old value and after it put in with the new one.
  void index(const World& world, bool present);
  void index(const Cluster& cluster, bool present);
  void index(const Family& family, bool present);
  void index(const TaskDefinition& definition, bool present);
  void index(const Service& service, bool present);
  void index(const ServiceEvent& event, bool present);
  void index(const ContainerInstance& instance, bool present);
  void index(const Task& task, bool present);
  void index(const AccountSetting& setting, bool present);
  void index(const CapacityProvider& provider, bool present);
  void index(const ServiceRevision& revision, bool present);
  void index(const ServiceDeployment& deployment, bool present);
  void index(const TaskSet& set, bool present);
  void index(const DaemonFamily& family, bool present);
  void index(const DaemonTaskDefinition& definition, bool present);
  void index(const Daemon& daemon, bool present);
  void index(const DaemonRevision& revision, bool present);
  void index(const DaemonDeployment& deployment, bool present);
  void index(const ScalableTarget& target, bool present);
  void index(const ScalingPolicy& policy, bool present);
  void index(const ScheduledAction& action, bool present);
  void index(const ScalingActivity& activity, bool present);
  void index(const Alarm& alarm, bool present);
  void index(const MetricHour& hour, bool present);
  void index(const LogGroup& group, bool present);
  void index(const LogStream& stream, bool present);
  void index(const Parameter& parameter, bool present);
  void index(const Secret& secret, bool present);
  void index(const InstanceGroup& group, bool present);
  void index(const Event& event, bool present);
  void index(const EventRule& rule, bool present);
  void index(const EventDelivery& delivery, bool present);
  void index(const Namespace& room, bool present);
  void index(const DiscoveryService& service, bool present);
  void index(const DiscoveryInstance& instance, bool present);
  void index(const DiscoveryOperation& operation, bool present);
  void index_in_provider(const ContainerInstance& instance, bool present);
  /// The same for an entity that changed, without a step for where it stays in its place.
  template <class T>
  void reindex(const T& was, const T& is) {
    index(was, false);
    index(is, true);
  }
  void reindex(const Service& was, const Service& is);
  void reindex(const ContainerInstance& was, const ContainerInstance& is);
  void reindex(const Task& was, const Task& is);
  struct TaskIndex;
  static const std::vector<TaskIndex>& task_indexes();
  void index_names(const Task& task, bool present);
  void index_wanted(const Task& task, bool present);
  void index_token(const Task& task, bool present);
  void index_protection(const Task& task, bool present);
  void index_in_cluster(const Task& task, bool present);
  void index_in_group(const Task& task, bool present);
  void index_in_service(const Task& task, bool present);
  void index_in_daemon(const Task& task, bool present);
  void index_in_instance(const Task& task, bool present);
  void index_reservation(const Task& task, bool present);
  void index_without_instance(const Task& task, bool present);
  void index_in_pool(const ContainerInstance& instance, bool present);
  void index_groups_in_pool(const InstanceIndex& instance, bool present);
  /// To be called after each edit: instances whose tasks changed move within their pools, if their room did.
  void settle_rooms();

  std::tuple<Rows<World>, Rows<Cluster>, Rows<Family>, Rows<TaskDefinition>, Rows<Service>, Rows<ServiceEvent>,
             Rows<ContainerInstance>, Rows<Task>, Rows<AccountSetting>, Rows<CapacityProvider>, Rows<ServiceRevision>,
             Rows<ServiceDeployment>, Rows<TaskSet>, Rows<DaemonFamily>, Rows<DaemonTaskDefinition>, Rows<Daemon>,
             Rows<DaemonRevision>, Rows<DaemonDeployment>, Rows<ScalableTarget>, Rows<ScalingPolicy>,
             Rows<ScheduledAction>, Rows<ScalingActivity>, Rows<Alarm>, Rows<MetricHour>, Rows<LogGroup>,
             Rows<LogStream>, Rows<Parameter>, Rows<Secret>, Rows<InstanceGroup>, Rows<Namespace>,
             Rows<DiscoveryService>, Rows<DiscoveryInstance>, Rows<DiscoveryOperation>, Rows<Event>, Rows<EventRule>,
             Rows<EventDelivery>>
      tables_;
  std::map<std::pair<std::string, std::string>, WorldId> world_names_;
  std::unordered_map<WorldId, WorldIndex> worlds_;
  std::unordered_map<ClusterId, ClusterIndex> cluster_indexes_;
  std::unordered_map<FamilyId, FamilyIndex> family_indexes_;
  std::unordered_map<ServiceId, ServiceIndex> service_indexes_;
  std::unordered_map<InstanceId, InstanceIndex> instance_indexes_;
  std::vector<InstanceId> unsettled_;
  std::unordered_map<Uuid, TaskId> task_uuids_;
  std::unordered_map<Uuid, InstanceId> instance_uuids_;
  std::set<WorldId> world_ids_;
  std::unordered_map<Uuid, TaskId> attachment_uuids_;
  ByText<std::set<InstanceId>> machines_;
  std::set<ClusterId> cluster_ids_;
  std::set<ServiceId> service_ids_;
  std::set<InstanceId> instance_ids_;
  std::set<TaskId> fargate_tasks_;
  std::set<CapacityProviderId> capacity_provider_ids_;
  std::set<std::pair<Instant, TaskId>> protected_tasks_;
  std::unordered_map<DaemonFamilyId, DaemonFamilyIndex> daemon_family_indexes_;
  std::set<DaemonTaskDefinitionId> deleting_daemon_definitions_;
  std::unordered_map<DaemonTaskDefinitionId, DaemonDefinitionUse> daemon_definition_uses_;
  std::unordered_map<DaemonId, DaemonIndex> daemon_indexes_;
  std::map<std::uint64_t, DaemonRevisionId> daemon_revision_digits_;
  std::map<std::string, DaemonDeploymentId, std::less<>> daemon_deployment_names_;
  std::set<DaemonId> daemon_ids_;
  std::set<std::pair<Instant, DaemonId>> gone_daemons_;
  std::set<std::pair<Instant, TaskId>> stopped_tasks_;
  std::set<std::pair<Instant, ServiceId>> inactive_services_;
  std::set<std::pair<Instant, InstanceId>> inactive_instances_;
  std::unordered_map<std::uint64_t, ServiceRevisionId> revision_digits_;
  ByText<ServiceDeploymentId> service_deployment_names_;
  std::set<std::pair<Instant, ServiceDeploymentId>> finished_service_deployments_;
  std::map<std::string, std::set<ServiceDeploymentId>, std::less<>> alarm_watchers_;
  std::unordered_map<ScalableTargetId, ScalableTargetIndex> scalable_target_indexes_;
  std::unordered_map<LogGroupId, LogGroupIndex> log_group_indexes_;
  std::unordered_map<NamespaceId, NamespaceIndex> namespace_indexes_;
  std::unordered_map<TaskId, std::set<DiscoveryInstanceId>> discovered_tasks_;
  std::unordered_map<DiscoveryServiceId, DiscoveryServiceIndex> discovery_service_indexes_;
  std::unordered_map<Uuid, ScalingPolicyId> scaling_policy_uuids_;
  std::set<EventId> event_ids_;
  std::map<std::string, EventRuleId, std::less<>> webhooks_;
  std::map<std::pair<EventRuleId, std::string>, std::set<EventDeliveryId>> event_deliveries_;
};

}  // namespace drydock::model
