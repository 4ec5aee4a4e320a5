#pragma once
// From the number that a kind of entity is stored under to its type.

#include <utility>

#include "model/entity_traits.hpp"

namespace drydock::model {

/// Calls f.operator()<T>() for the entity T of this kind; `otherwise` for counters, and for what this program does not
/// know.
template <class F, class Result>
Result with_entity_type(EntityKind kind, F&& f, Result otherwise) {
  switch (kind) {
    case EntityKind::kWorld: return std::forward<F>(f).template operator()<World>();
    case EntityKind::kCluster: return std::forward<F>(f).template operator()<Cluster>();
    case EntityKind::kTaskDefinitionFamily: return std::forward<F>(f).template operator()<Family>();
    case EntityKind::kTaskDefinition: return std::forward<F>(f).template operator()<TaskDefinition>();
    case EntityKind::kService: return std::forward<F>(f).template operator()<Service>();
    case EntityKind::kServiceEvent: return std::forward<F>(f).template operator()<ServiceEvent>();
    case EntityKind::kContainerInstance: return std::forward<F>(f).template operator()<ContainerInstance>();
    case EntityKind::kTask: return std::forward<F>(f).template operator()<Task>();
    case EntityKind::kAccountSetting: return std::forward<F>(f).template operator()<AccountSetting>();
    case EntityKind::kCapacityProvider: return std::forward<F>(f).template operator()<CapacityProvider>();
    case EntityKind::kServiceRevision: return std::forward<F>(f).template operator()<ServiceRevision>();
    case EntityKind::kServiceDeployment: return std::forward<F>(f).template operator()<ServiceDeployment>();
    case EntityKind::kTaskSet: return std::forward<F>(f).template operator()<TaskSet>();
    case EntityKind::kDaemonFamily: return std::forward<F>(f).template operator()<DaemonFamily>();
    case EntityKind::kDaemonTaskDefinition: return std::forward<F>(f).template operator()<DaemonTaskDefinition>();
    case EntityKind::kDaemon: return std::forward<F>(f).template operator()<Daemon>();
    case EntityKind::kDaemonRevision: return std::forward<F>(f).template operator()<DaemonRevision>();
    case EntityKind::kDaemonDeployment: return std::forward<F>(f).template operator()<DaemonDeployment>();
    case EntityKind::kInstanceGroup: return std::forward<F>(f).template operator()<InstanceGroup>();
    case EntityKind::kScalableTarget: return std::forward<F>(f).template operator()<ScalableTarget>();
    case EntityKind::kScalingPolicy: return std::forward<F>(f).template operator()<ScalingPolicy>();
    case EntityKind::kScheduledAction: return std::forward<F>(f).template operator()<ScheduledAction>();
    case EntityKind::kScalingActivity: return std::forward<F>(f).template operator()<ScalingActivity>();
    case EntityKind::kAlarm: return std::forward<F>(f).template operator()<Alarm>();
    case EntityKind::kMetricHour: return std::forward<F>(f).template operator()<MetricHour>();
    case EntityKind::kLogGroup: return std::forward<F>(f).template operator()<LogGroup>();
    case EntityKind::kLogStream: return std::forward<F>(f).template operator()<LogStream>();
    case EntityKind::kParameter: return std::forward<F>(f).template operator()<Parameter>();
    case EntityKind::kSecret: return std::forward<F>(f).template operator()<Secret>();
    case EntityKind::kEvent: return std::forward<F>(f).template operator()<Event>();
    case EntityKind::kEventRule: return std::forward<F>(f).template operator()<EventRule>();
    case EntityKind::kEventDelivery: return std::forward<F>(f).template operator()<EventDelivery>();
    case EntityKind::kNamespace: return std::forward<F>(f).template operator()<Namespace>();
    case EntityKind::kDiscoveryService: return std::forward<F>(f).template operator()<DiscoveryService>();
    case EntityKind::kDiscoveryInstance: return std::forward<F>(f).template operator()<DiscoveryInstance>();
    case EntityKind::kDiscoveryOperation: return std::forward<F>(f).template operator()<DiscoveryOperation>();
    case EntityKind::kIdCounter: break;
  }
  return otherwise;
}

}  // namespace drydock::model
