#pragma once
// Which kind of row and which kind of id each entity has.

#include "model/account_setting.hpp"
#include "model/alarm.hpp"
#include "model/autoscaling.hpp"
#include "model/capacity_provider.hpp"
#include "model/change_set.hpp"
#include "model/cluster.hpp"
#include "model/container_instance.hpp"
#include "model/daemon.hpp"
#include "model/daemon_task_definition.hpp"
#include "model/discovery.hpp"
#include "model/event.hpp"
#include "model/instance_group.hpp"
#include "model/log_group.hpp"
#include "model/metric.hpp"
#include "model/parameter.hpp"
#include "model/secret.hpp"
#include "model/service.hpp"
#include "model/service_deployment.hpp"
#include "model/service_revision.hpp"
#include "model/task.hpp"
#include "model/task_definition.hpp"
#include "model/task_set.hpp"

namespace drydock::model {

template <class T>
struct EntityTraits;
template <>
struct EntityTraits<World> {
  using Key = WorldId;
  static constexpr EntityKind kKind = EntityKind::kWorld;
};
template <>
struct EntityTraits<Cluster> {
  using Key = ClusterId;
  static constexpr EntityKind kKind = EntityKind::kCluster;
};
template <>
struct EntityTraits<Family> {
  using Key = FamilyId;
  static constexpr EntityKind kKind = EntityKind::kTaskDefinitionFamily;
};
template <>
struct EntityTraits<TaskDefinition> {
  using Key = TaskDefinitionId;
  static constexpr EntityKind kKind = EntityKind::kTaskDefinition;
};
template <>
struct EntityTraits<Service> {
  using Key = ServiceId;
  static constexpr EntityKind kKind = EntityKind::kService;
};
template <>
struct EntityTraits<ServiceEvent> {
  using Key = ServiceEventId;
  static constexpr EntityKind kKind = EntityKind::kServiceEvent;
};
template <>
struct EntityTraits<ContainerInstance> {
  using Key = InstanceId;
  static constexpr EntityKind kKind = EntityKind::kContainerInstance;
};
template <>
struct EntityTraits<Task> {
  using Key = TaskId;
  static constexpr EntityKind kKind = EntityKind::kTask;
};
template <>
struct EntityTraits<AccountSetting> {
  using Key = AccountSettingId;
  static constexpr EntityKind kKind = EntityKind::kAccountSetting;
};
template <>
struct EntityTraits<CapacityProvider> {
  using Key = CapacityProviderId;
  static constexpr EntityKind kKind = EntityKind::kCapacityProvider;
};
template <>
struct EntityTraits<ServiceRevision> {
  using Key = ServiceRevisionId;
  static constexpr EntityKind kKind = EntityKind::kServiceRevision;
};
template <>
struct EntityTraits<ServiceDeployment> {
  using Key = ServiceDeploymentId;
  static constexpr EntityKind kKind = EntityKind::kServiceDeployment;
};
template <>
struct EntityTraits<TaskSet> {
  using Key = TaskSetId;
  static constexpr EntityKind kKind = EntityKind::kTaskSet;
};
template <>
struct EntityTraits<DaemonFamily> {
  using Key = DaemonFamilyId;
  static constexpr EntityKind kKind = EntityKind::kDaemonFamily;
};
template <>
struct EntityTraits<DaemonTaskDefinition> {
  using Key = DaemonTaskDefinitionId;
  static constexpr EntityKind kKind = EntityKind::kDaemonTaskDefinition;
};
template <>
struct EntityTraits<Daemon> {
  using Key = DaemonId;
  static constexpr EntityKind kKind = EntityKind::kDaemon;
};
template <>
struct EntityTraits<DaemonRevision> {
  using Key = DaemonRevisionId;
  static constexpr EntityKind kKind = EntityKind::kDaemonRevision;
};
template <>
struct EntityTraits<DaemonDeployment> {
  using Key = DaemonDeploymentId;
  static constexpr EntityKind kKind = EntityKind::kDaemonDeployment;
};
template <>
struct EntityTraits<ScalableTarget> {
  using Key = ScalableTargetId;
  static constexpr EntityKind kKind = EntityKind::kScalableTarget;
};
template <>
struct EntityTraits<ScalingPolicy> {
  using Key = ScalingPolicyId;
  static constexpr EntityKind kKind = EntityKind::kScalingPolicy;
};
template <>
struct EntityTraits<ScheduledAction> {
  using Key = ScheduledActionId;
  static constexpr EntityKind kKind = EntityKind::kScheduledAction;
};
template <>
struct EntityTraits<ScalingActivity> {
  using Key = ScalingActivityId;
  static constexpr EntityKind kKind = EntityKind::kScalingActivity;
};
template <>
struct EntityTraits<Alarm> {
  using Key = AlarmId;
  static constexpr EntityKind kKind = EntityKind::kAlarm;
};
template <>
struct EntityTraits<MetricHour> {
  using Key = MetricHourId;
  static constexpr EntityKind kKind = EntityKind::kMetricHour;
};
template <>
struct EntityTraits<LogGroup> {
  using Key = LogGroupId;
  static constexpr EntityKind kKind = EntityKind::kLogGroup;
};
template <>
struct EntityTraits<LogStream> {
  using Key = LogStreamId;
  static constexpr EntityKind kKind = EntityKind::kLogStream;
};

template <>
struct EntityTraits<Parameter> {
  using Key = ParameterId;
  static constexpr EntityKind kKind = EntityKind::kParameter;
};
template <>
struct EntityTraits<Secret> {
  using Key = SecretId;
  static constexpr EntityKind kKind = EntityKind::kSecret;
};

template <>
struct EntityTraits<InstanceGroup> {
  using Key = InstanceGroupId;
  static constexpr EntityKind kKind = EntityKind::kInstanceGroup;
};

template <>
struct EntityTraits<Namespace> {
  using Key = NamespaceId;
  static constexpr EntityKind kKind = EntityKind::kNamespace;
};
template <>
struct EntityTraits<DiscoveryService> {
  using Key = DiscoveryServiceId;
  static constexpr EntityKind kKind = EntityKind::kDiscoveryService;
};
template <>
struct EntityTraits<DiscoveryInstance> {
  using Key = DiscoveryInstanceId;
  static constexpr EntityKind kKind = EntityKind::kDiscoveryInstance;
};
template <>
struct EntityTraits<DiscoveryOperation> {
  using Key = DiscoveryOperationId;
  static constexpr EntityKind kKind = EntityKind::kDiscoveryOperation;
};
template <>
struct EntityTraits<Event> {
  using Key = EventId;
  static constexpr EntityKind kKind = EntityKind::kEvent;
};
template <>
struct EntityTraits<EventRule> {
  using Key = EventRuleId;
  static constexpr EntityKind kKind = EntityKind::kEventRule;
};
template <>
struct EntityTraits<EventDelivery> {
  using Key = EventDeliveryId;
  static constexpr EntityKind kKind = EntityKind::kEventDelivery;
};

template <class T>
using KeyOf = typename EntityTraits<T>::Key;

}  // namespace drydock::model
