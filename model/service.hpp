#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api-spec/generated/types.hpp"
#include "model/clock.hpp"
#include "model/ids.hpp"
#include "model/lifecycle.hpp"
#include "model/task.hpp"

namespace drydock::model {

enum class ServiceStatus : std::uint8_t { kActive, kDraining, kInactive };
enum class SchedulingStrategy : std::uint8_t { kReplica, kDaemon };
enum class RolloutState : std::uint8_t { kInProgress, kCompleted, kFailed };

const char* to_text(ServiceStatus status);
const char* to_text(SchedulingStrategy strategy);
const char* to_text(RolloutState state);

/// One version of a service on its way in or out. The first of Service::deployments is PRIMARY, the others ACTIVE.
struct Deployment {
  std::uint64_t digits = 0;  // id is ecs-svc/<19 digits>
  TaskDefinitionId task_definition;
  LaunchType launch_type = LaunchType::kEc2;
  RolloutState rollout = RolloutState::kInProgress;
  std::string rollout_reason;
  int desired_count = 0;
  int failed_tasks = 0;          // consecutive; reset when a task reaches RUNNING
  int health_failures = 0;       // tasks replaced for their health since the last one that got healthy
  bool ever_running = false;     // some task of it reached RUNNING
  ServiceRevisionId revision;    // none for a task set
  std::string platform_version;  // Fargate, resolved
  std::shared_ptr<const api::NetworkConfiguration> network;
  /// The rest of what a deployment fixes: platform family, capacity provider strategy, Service Connect, volumes, VPC
  /// Lattice. Members with a field of their own stay absent here. Null when there is nothing.
  std::shared_ptr<const api::Deployment> settings;
  Instant last_failure_at{};  // of a task that never reached RUNNING; start throttling counts from here
  Instant created_at{};
  Instant updated_at{};
};

/// A message that must not be repeated while its cause lasts (spec/services.md section 2).
struct SuppressedMessage {
  std::string text;
  Instant said_at{};
};

/// A port of this machine's loopback that leads to the running tasks of a service.
struct LocalPort {
  std::string container;
  int container_port = 0;
  int port = 0;
  friend bool operator==(const LocalPort&, const LocalPort&) = default;
};

/// spec/resources.md section 6 and spec/services.md. Running and pending counts are derived from tasks.
struct Service {
  ServiceId id;
  ClusterId cluster;
  std::string name;
  ServiceStatus status = ServiceStatus::kActive;
  SchedulingStrategy strategy = SchedulingStrategy::kReplica;
  LaunchType launch_type = LaunchType::kEc2;
  int desired_count = 0;
  int minimum_healthy_percent = 100;
  int maximum_percent = 200;
  TaskDefinitionId task_definition;
  /// Settings that are shown as the user gave them (with defaults): load balancers, registries, placement, network,
  /// deployment controller, tags behaviour and so on. Counts, status, deployments and events stay absent here.
  std::shared_ptr<const api::Service> settings;
  std::shared_ptr<const api::CreateServiceRequest> created_with;  // CreateService's idempotency rule
  std::vector<api::Tag> tags;
  std::vector<Deployment> deployments;  // PRIMARY first, then newest to oldest
  ServiceDeploymentId deploying;        // the history of the PRIMARY deployment; the latest there is
  ServiceRevisionId last_completed;     // what a rollback returns to; none while it is being returned to
  TaskSetId primary_task_set;
  /// Which revision has which share of the traffic; empty before the first BLUE_GREEN, LINEAR or CANARY deployment.
  std::vector<TrafficShare> traffic;
  std::vector<SuppressedMessage> suppressed;
  bool steady = false;  // "has reached a steady state." was said since the last change
  /// Tasks that were started in a zone with too few, in place of others that are still to go from zones with too many.
  std::vector<TaskId> rebalancing;
  bool unbalanced = false;  // "is not AZ balanced" was said last
  Instant launch_minute{};  // since when the launches are counted, for the task launch rate
  int launches = 0;
  std::vector<LocalPort> local_ports;  // given when its tasks first could be reached, kept as long as it exists
  std::string created_by;
  std::string infrastructure_role;  // of an Express service
  Instant created_at{};
  Instant inactive_at{};
};

/// One line of a service's Events tab.
struct ServiceEvent {
  ServiceEventId id;
  ServiceId service;
  Uuid uuid;
  Instant created_at{};
  std::string message;
};

}  // namespace drydock::model
