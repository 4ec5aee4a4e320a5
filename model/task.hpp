#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api-spec/generated/types.hpp"
#include "model/boxed.hpp"
#include "model/clock.hpp"
#include "model/host_port.hpp"
#include "model/ids.hpp"

namespace drydock::model {

/// In rank order: lastStatus only moves forward (spec/task-lifecycle.md section 1).
enum class TaskStatus : std::uint8_t {
  kProvisioning,
  kPending,
  kActivating,
  kRunning,
  kDeactivating,
  kStopping,
  kDeprovisioning,
  kStopped,
};

enum class ContainerStatus : std::uint8_t { kPending, kRunning, kStopped };
enum class Health : std::uint8_t { kUnknown, kHealthy, kUnhealthy };
enum class LaunchType : std::uint8_t { kEc2, kFargate, kExternal, kManagedInstances };
enum class StopCode : std::uint8_t {
  kNone,
  kTaskFailedToStart,
  kEssentialContainerExited,
  kUserInitiated,
  kServiceSchedulerInitiated,
  kSpotInterruption,
  kTerminationNotice,
};

const char* to_text(TaskStatus status);
const char* to_text(ContainerStatus status);
const char* to_text(Health health);
const char* to_text(LaunchType type);
const char* to_text(StopCode code);
std::optional<LaunchType> parse_launch_type(std::string_view text);

struct NetworkBinding {
  std::string bind_ip;
  int container_port = 0;
  int host_port = 0;
  bool udp = false;
  std::string container_port_range;  // set instead of the single ports
  std::string host_port_range;
};

/// One container of a task; the same order as in the task definition. Name and image are the definition's.
struct TaskContainer {
  Uuid id;
  ContainerStatus status = ContainerStatus::kPending;
  Health health = Health::kUnknown;
  std::optional<int> exit_code;
  std::string reason;
  std::string runtime_id;
  std::string image_digest;
  std::vector<NetworkBinding> bindings;
  bool bindings_known = false;       // reported at all: an empty list is then shown
  std::vector<std::string> gpu_ids;  // of its instance, for this container alone until the task is STOPPED
};

/// The network interface of an awsvpc task (attachment type ElasticNetworkInterface).
struct NetworkAttachment {
  Uuid id;
  std::string status;  // PRECREATED, ATTACHING, ATTACHED, DETACHING, DELETED
  std::string subnet_id;
  std::string interface_id;
  std::string mac_address;
  std::string private_ipv4;
};

/// What a task takes from its instance from placement until it is STOPPED.
struct Reservation {
  int cpu_units = 0;
  int memory_mib = 0;
  std::vector<HostPort> ports;  // fixed ones, and dynamic ones once reported
  friend bool operator==(const Reservation&, const Reservation&) = default;
};

/// spec/resources.md section 5 and spec/task-lifecycle.md.
struct Task {
  TaskId id;
  Uuid uuid;
  ClusterId cluster;
  TaskDefinitionId task_definition;
  ServiceId service;             // none for a standalone task
  std::uint64_t deployment = 0;  // digits of the deployment's id
  InstanceId instance;           // none for Fargate
  DaemonId daemon;               // none but for a daemon's task, which has no task definition
  DaemonTaskDefinitionId daemon_definition;
  DaemonRevisionId daemon_revision;
  LaunchType launch_type = LaunchType::kEc2;
  TaskStatus last_status = TaskStatus::kPending;
  bool stop_wanted = false;     // desiredStatus STOPPED
  bool connected = false;       // connectivity
  bool ever_running = false;    // reached RUNNING
  bool health_checked = false;  // an essential container defines a health check
  bool execute_command = false;
  bool daemonic = false;  // of a daemon or a DAEMON service: it comes and goes with its instance
  Health health = Health::kUnknown;
  StopCode stop_code = StopCode::kNone;
  std::int64_t version = 1;  // one more with every state change that is an event
  std::string stopped_reason;
  std::string group;
  std::string started_by;
  std::string availability_zone;
  std::string platform_version;   // Fargate, resolved
  std::string capacity_provider;  // when a strategy chose it
  std::string client_token;       // RunTask
  std::uint64_t request_fingerprint = 0;
  std::shared_ptr<const api::TaskOverride> overrides;
  /// placementConstraints and placementStrategy of a standalone task that was to wait for an instance.
  std::shared_ptr<const api::RunTaskRequest> placement;
  std::vector<api::Tag> tags;
  std::vector<TaskContainer> containers;
  Boxed<NetworkAttachment> network;
  /// Where others reach the ports that it publishes, for a task without a network interface; empty until it is known.
  std::string host_ipv4;
  Reservation reservation;
  Instant created_at{};
  Instant connectivity_at{};
  Instant pull_started_at{};
  Instant pull_stopped_at{};
  Instant started_at{};
  Instant stopping_at{};
  Instant execution_stopped_at{};
  Instant stopped_at{};
  Instant protected_until{};  // scale-in protection; "never" for a task without

  /// In PROVISIONING until an instance of its capacity provider has room for it.
  [[nodiscard]] bool waits_for_instance() const {
    return last_status == TaskStatus::kProvisioning && !instance && launch_type != LaunchType::kFargate && !stop_wanted;
  }
  [[nodiscard]] bool is_protected(Instant now) const { return protected_until > now; }
};

}  // namespace drydock::model
