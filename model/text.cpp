// The wire's words for the model's enumerations.
#include <string_view>
#include "model/alarm.hpp"

#include "model/alarm.hpp"
#include "model/container_instance.hpp"
#include "model/daemon.hpp"
#include "model/daemon_task_definition.hpp"
#include "model/lifecycle.hpp"
#include "model/service.hpp"
#include "model/service_deployment.hpp"
#include "model/task.hpp"

namespace drydock::model {

const char* to_text(TaskStatus status) {
  switch (status) {
    case TaskStatus::kProvisioning: return "PROVISIONING";
    case TaskStatus::kPending: return "PENDING";
    case TaskStatus::kActivating: return "ACTIVATING";
    case TaskStatus::kRunning: return "RUNNING";
    case TaskStatus::kDeactivating: return "DEACTIVATING";
    case TaskStatus::kStopping: return "STOPPING";
    case TaskStatus::kDeprovisioning: return "DEPROVISIONING";
    case TaskStatus::kStopped: return "STOPPED";
  }
  return "";
}

const char* to_text(ContainerStatus status) {
  switch (status) {
    case ContainerStatus::kPending: return "PENDING";
    case ContainerStatus::kRunning: return "RUNNING";
    case ContainerStatus::kStopped: return "STOPPED";
  }
  return "";
}

const char* to_text(Health health) {
  switch (health) {
    case Health::kUnknown: return "UNKNOWN";
    case Health::kHealthy: return "HEALTHY";
    case Health::kUnhealthy: return "UNHEALTHY";
  }
  return "";
}

const char* to_text(LaunchType type) {
  switch (type) {
    case LaunchType::kEc2: return "EC2";
    case LaunchType::kFargate: return "FARGATE";
    case LaunchType::kExternal: return "EXTERNAL";
    case LaunchType::kManagedInstances: return "MANAGED_INSTANCES";
  }
  return "";
}

std::optional<LaunchType> parse_launch_type(std::string_view text) {
  if (text == "EC2") return LaunchType::kEc2;
  if (text == "FARGATE") return LaunchType::kFargate;
  if (text == "EXTERNAL") return LaunchType::kExternal;
  if (text == "MANAGED_INSTANCES") return LaunchType::kManagedInstances;
  return std::nullopt;
}

const char* to_text(StopCode code) {
  switch (code) {
    case StopCode::kNone: return "";
    case StopCode::kTaskFailedToStart: return "TaskFailedToStart";
    case StopCode::kEssentialContainerExited: return "EssentialContainerExited";
    case StopCode::kUserInitiated: return "UserInitiated";
    case StopCode::kServiceSchedulerInitiated: return "ServiceSchedulerInitiated";
    case StopCode::kSpotInterruption: return "SpotInterruption";
    case StopCode::kTerminationNotice: return "TerminationNotice";
  }
  return "";
}

const char* to_text(ServiceStatus status) {
  switch (status) {
    case ServiceStatus::kActive: return "ACTIVE";
    case ServiceStatus::kDraining: return "DRAINING";
    case ServiceStatus::kInactive: return "INACTIVE";
  }
  return "";
}

const char* to_text(SchedulingStrategy strategy) {
  return strategy == SchedulingStrategy::kReplica ? "REPLICA" : "DAEMON";
}

const char* to_text(RolloutState state) {
  switch (state) {
    case RolloutState::kInProgress: return "IN_PROGRESS";
    case RolloutState::kCompleted: return "COMPLETED";
    case RolloutState::kFailed: return "FAILED";
  }
  return "";
}

const char* to_text(DaemonTaskDefinitionStatus status) {
  switch (status) {
    case DaemonTaskDefinitionStatus::kActive: return "ACTIVE";
    case DaemonTaskDefinitionStatus::kDeleteInProgress: return "DELETE_IN_PROGRESS";
    case DaemonTaskDefinitionStatus::kDeleted: return "DELETED";
  }
  return "";
}

const char* to_text(DaemonStatus status) { return status == DaemonStatus::kActive ? "ACTIVE" : "DELETE_IN_PROGRESS"; }

const char* to_text(DaemonDeploymentStatus status) {
  switch (status) {
    case DaemonDeploymentStatus::kPending: return "PENDING";
    case DaemonDeploymentStatus::kInProgress: return "IN_PROGRESS";
    case DaemonDeploymentStatus::kSuccessful: return "SUCCESSFUL";
    case DaemonDeploymentStatus::kStopRequested: return "STOP_REQUESTED";
    case DaemonDeploymentStatus::kStopped: return "STOPPED";
    case DaemonDeploymentStatus::kRollbackInProgress: return "ROLLBACK_IN_PROGRESS";
    case DaemonDeploymentStatus::kRollbackSuccessful: return "ROLLBACK_SUCCESSFUL";
    case DaemonDeploymentStatus::kRollbackFailed: return "ROLLBACK_FAILED";
  }
  return "";
}

const char* to_text(InstanceStatus status) {
  switch (status) {
    case InstanceStatus::kActive: return "ACTIVE";
    case InstanceStatus::kDraining: return "DRAINING";
    case InstanceStatus::kInactive: return "INACTIVE";
  }
  return "";
}

const char* to_text(ServiceDeploymentStatus status) {
  switch (status) {
    case ServiceDeploymentStatus::kPending: return "PENDING";
    case ServiceDeploymentStatus::kInProgress: return "IN_PROGRESS";
    case ServiceDeploymentStatus::kStopRequested: return "STOP_REQUESTED";
    case ServiceDeploymentStatus::kRollbackRequested: return "ROLLBACK_REQUESTED";
    case ServiceDeploymentStatus::kRollbackInProgress: return "ROLLBACK_IN_PROGRESS";
    case ServiceDeploymentStatus::kSuccessful: return "SUCCESSFUL";
    case ServiceDeploymentStatus::kStopped: return "STOPPED";
    case ServiceDeploymentStatus::kRollbackSuccessful: return "ROLLBACK_SUCCESSFUL";
    case ServiceDeploymentStatus::kRollbackFailed: return "ROLLBACK_FAILED";
  }
  return "";
}

const char* to_text(AlarmState state) {
  switch (state) {
    case AlarmState::kInsufficientData: return "INSUFFICIENT_DATA";
    case AlarmState::kOk: return "OK";
    case AlarmState::kAlarm: return "ALARM";
  }
  return "";
}

const char* to_text(LifecycleStage stage) {
  switch (stage) {
    case LifecycleStage::kNone: return "";
    case LifecycleStage::kReconcileService: return "RECONCILE_SERVICE";
    case LifecycleStage::kPreScaleUp: return "PRE_SCALE_UP";
    case LifecycleStage::kScaleUp: return "SCALE_UP";
    case LifecycleStage::kPostScaleUp: return "POST_SCALE_UP";
    case LifecycleStage::kTestTrafficShift: return "TEST_TRAFFIC_SHIFT";
    case LifecycleStage::kPostTestTrafficShift: return "POST_TEST_TRAFFIC_SHIFT";
    case LifecycleStage::kPreProductionTrafficShift: return "PRE_PRODUCTION_TRAFFIC_SHIFT";
    case LifecycleStage::kProductionTrafficShift: return "PRODUCTION_TRAFFIC_SHIFT";
    case LifecycleStage::kPostProductionTrafficShift: return "POST_PRODUCTION_TRAFFIC_SHIFT";
    case LifecycleStage::kBakeTime: return "BAKE_TIME";
    case LifecycleStage::kCleanUp: return "CLEAN_UP";
  }
  return "";
}

const char* to_text(HookStatus status) {
  switch (status) {
    case HookStatus::kAwaitingAction: return "AWAITING_ACTION";
    case HookStatus::kInProgress: return "IN_PROGRESS";
    case HookStatus::kSucceeded: return "SUCCEEDED";
    case HookStatus::kFailed: return "FAILED";
    case HookStatus::kTimedOut: return "TIMED_OUT";
  }
  return "";
}

const char* to_text(MonitorStatus status) {
  switch (status) {
    case MonitorStatus::kDisabled: return "DISABLED";
    case MonitorStatus::kMonitoring: return "MONITORING";
    case MonitorStatus::kComplete: return "MONITORING_COMPLETE";
    case MonitorStatus::kTriggered: return "TRIGGERED";
  }
  return "";
}

}  // namespace drydock::model
