#pragma once
// What a committed transaction changed, as rows: the form in which storage keeps State.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace drydock::model {

/// The kinds of rows, one table each: entities, and the counters that give them their ids. The numbers are stored;
/// never reuse one.
enum class EntityKind : std::uint8_t {
  kWorld = 1,
  kCluster = 2,
  kTaskDefinitionFamily = 3,
  kTaskDefinition = 4,
  kService = 5,
  kServiceEvent = 6,
  kContainerInstance = 7,
  kTask = 8,
  kAccountSetting = 9,
  kCapacityProvider = 10,
  kServiceRevision = 11,
  kServiceDeployment = 12,
  kTaskSet = 13,
  /// Row n holds the highest id that kind n ever gave, so that the id of an entity that is gone is not given again.
  kIdCounter = 14,
  kDaemonFamily = 15,
  kDaemonTaskDefinition = 16,
  kDaemon = 17,
  kDaemonRevision = 18,
  kDaemonDeployment = 19,
  kLogGroup = 23,
  kLogStream = 24,
  kParameter = 21,
  kSecret = 22,
  kInstanceGroup = 20,
  kScalableTarget = 25,
  kScalingPolicy = 26,
  kScheduledAction = 27,
  kScalingActivity = 28,
  kAlarm = 29,
  kMetricHour = 30,
  kEvent = 40,
  kEventRule = 41,
  kEventDelivery = 42,
  kNamespace = 33,
  kDiscoveryService = 34,
  kDiscoveryInstance = 35,
  kDiscoveryOperation = 36,
};

inline constexpr EntityKind kEntityKinds[] = {
    EntityKind::kWorld,
    EntityKind::kCluster,
    EntityKind::kTaskDefinitionFamily,
    EntityKind::kTaskDefinition,
    EntityKind::kService,
    EntityKind::kServiceEvent,
    EntityKind::kContainerInstance,
    EntityKind::kTask,
    EntityKind::kAccountSetting,
    EntityKind::kCapacityProvider,
    EntityKind::kServiceRevision,
    EntityKind::kServiceDeployment,
    EntityKind::kTaskSet,
    EntityKind::kIdCounter,
    EntityKind::kDaemonFamily,
    EntityKind::kDaemonTaskDefinition,
    EntityKind::kDaemon,
    EntityKind::kDaemonRevision,
    EntityKind::kDaemonDeployment,
    EntityKind::kParameter,
    EntityKind::kSecret,
    EntityKind::kInstanceGroup,
    EntityKind::kScalableTarget,
    EntityKind::kScalingPolicy,
    EntityKind::kScheduledAction,
    EntityKind::kScalingActivity,
    EntityKind::kAlarm,
    EntityKind::kMetricHour,
    EntityKind::kLogGroup,
    EntityKind::kLogStream,
    EntityKind::kEvent,
    EntityKind::kEventRule,
    EntityKind::kEventDelivery,
    EntityKind::kNamespace,
    EntityKind::kDiscoveryService,
    EntityKind::kDiscoveryInstance,
    EntityKind::kDiscoveryOperation,
};

/// Name of the kind's table.
constexpr const char* table_name(EntityKind kind) {
  switch (kind) {
    case EntityKind::kWorld: return "worlds";
    case EntityKind::kCluster: return "clusters";
    case EntityKind::kTaskDefinitionFamily: return "task_definition_families";
    case EntityKind::kTaskDefinition: return "task_definitions";
    case EntityKind::kService: return "services";
    case EntityKind::kServiceEvent: return "service_events";
    case EntityKind::kContainerInstance: return "container_instances";
    case EntityKind::kTask: return "tasks";
    case EntityKind::kAccountSetting: return "account_settings";
    case EntityKind::kCapacityProvider: return "capacity_providers";
    case EntityKind::kIdCounter: return "id_counters";
    case EntityKind::kServiceRevision: return "service_revisions";
    case EntityKind::kServiceDeployment: return "service_deployments";
    case EntityKind::kTaskSet: return "task_sets";
    case EntityKind::kDaemonFamily: return "daemon_task_definition_families";
    case EntityKind::kDaemonTaskDefinition: return "daemon_task_definitions";
    case EntityKind::kDaemon: return "daemons";
    case EntityKind::kDaemonRevision: return "daemon_revisions";
    case EntityKind::kDaemonDeployment: return "daemon_deployments";
    case EntityKind::kParameter: return "parameters";
    case EntityKind::kSecret: return "secrets";
    case EntityKind::kInstanceGroup: return "instance_groups";
    case EntityKind::kScalableTarget: return "scalable_targets";
    case EntityKind::kScalingPolicy: return "scaling_policies";
    case EntityKind::kScheduledAction: return "scheduled_actions";
    case EntityKind::kScalingActivity: return "scaling_activities";
    case EntityKind::kAlarm: return "alarms";
    case EntityKind::kMetricHour: return "metric_hours";
    case EntityKind::kLogGroup: return "log_groups";
    case EntityKind::kLogStream: return "log_streams";
    case EntityKind::kEvent: return "events";
    case EntityKind::kEventRule: return "event_rules";
    case EntityKind::kEventDelivery: return "event_deliveries";
    case EntityKind::kNamespace: return "namespaces";
    case EntityKind::kDiscoveryService: return "discovery_services";
    case EntityKind::kDiscoveryInstance: return "discovery_instances";
    case EntityKind::kDiscoveryOperation: return "discovery_operations";
  }
  return "";
}

/// One row written (body present) or deleted (body absent).
struct RowChange {
  EntityKind kind;
  std::uint64_t id;
  std::optional<std::string> body;
};

/// All rows of one transaction, in the order of their first touch; at most one entry per (kind, id).
struct ChangeSet {
  std::uint64_t sequence = 0;  // of the commit, increasing by one
  std::vector<RowChange> rows;
};

}  // namespace drydock::model
