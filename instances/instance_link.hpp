#pragma once
// What a control plane can tell a container instance, in the terms of the ECS agent protocol, and what an
// instance tells back. A simulated instance, the built-in Docker agent and AWS's own agent are the same here.

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api-spec/generated/types.hpp"
#include "api-spec/runtime/api_error.hpp"
#include "instances/channel.hpp"

namespace drydock::instances {

/// What a container gets that is resolved when its task is sent to the instance, and kept nowhere else (design.md rule
/// 9): it is for the engine alone, not for logs, metadata or the API.
struct ContainerSecrets {
  std::vector<std::pair<std::string, std::string>> environment;
  std::vector<std::pair<std::string, std::string>> log_options;
  std::string registry_auth;  // value of X-Registry-Auth for the image's pull; empty: none
};

/// One container of a task payload: the container definition with the overrides of the task and its environment files
/// already merged in.
struct ContainerPayload {
  std::string container_arn;
  std::shared_ptr<const api::ContainerDefinition> definition;
  std::string tagged_image{};  // what the task definition says, where `definition` has a digest instead; or empty
  std::vector<std::string> gpu_ids{};  // of the instance's GPUs, for this container alone
  ContainerSecrets secrets{};
};

/// What the control plane wants of one task on one instance (the Task of a PayloadMessage).
/// A payload for a task that the instance already knows changes nothing but the desired status, and that only
/// from RUNNING to STOPPED; sending it again is harmless.
struct TaskPayload {
  std::string task_arn;
  std::string cluster_arn;
  std::string desired_status;  // RUNNING or STOPPED
  std::string family;
  std::string version;  // revision of the task definition
  std::string group;
  std::string launch_type;   // EC2, EXTERNAL, FARGATE
  std::string network_mode;  // bridge, host, none, awsvpc
  std::string pid_mode;      // host, task; empty: each container its own
  std::string ipc_mode;      // host, task, none; empty: each container its own
  std::string service_name;  // empty for a standalone task
  std::string task_role;     // ARN or name of the task's role; empty: none
  std::int64_t sequence_number = 0;
  std::optional<int> cpu_units;   // task-level limit
  std::optional<int> memory_mib;  // task-level limit
  std::vector<ContainerPayload> containers;
  std::vector<api::Volume> volumes;
  /// Why the task cannot start although its instance could start it: what it needs beforehand could not be had. It ends
  /// with this stoppedReason, without any container. Empty: it can.
  std::string setup_error;
};

enum class CloseReason { kDeregistered, kShutdown };

/// One container instance as the control plane holds it. Calls come from the core thread and return at once.
class InstanceLink {
 public:
  virtual ~InstanceLink() = default;
  InstanceLink() = default;
  InstanceLink(const InstanceLink&) = delete;
  InstanceLink& operator=(const InstanceLink&) = delete;

  /// Hands over one task payload; what came of it is reported through ControlPlane.
  virtual void send(const TaskPayload& payload) = 0;
  /// The control plane will send no more. kDeregistered: the instance left its cluster. kShutdown: the server stops;
  /// containers go on running.
  virtual void close(CloseReason reason) = 0;
  /// Opens a channel into a container of one of its tasks; what became of it comes as an event.
  virtual Channel open_channel(const ChannelRequest& request, ChannelEvents events) = 0;
};

/// Health of one container (a PublishHealthRequest entry): HEALTHY, UNHEALTHY or UNKNOWN.
struct ContainerHealth {
  std::string task_arn;
  std::string container_name;
  std::string status;
};

/// What one container used since the last report (a PublishMetricsRequest entry).
struct ContainerUsage {
  std::string task_arn;
  std::string container_name;
  double cpu_units = 0;
  double memory_mib = 0;
};

/// Where a task is reached: at the address of its own network interface (awsvpc), else where its ports are published.
struct TaskAddress {
  std::string task_arn;
  std::string ipv4;
  std::string mac;
};

template <class Response>
using Reply = std::function<void(std::expected<Response, api::ApiError>)>;

/// What an instance tells the control plane. Each call becomes an operation through the one door to State; the reply
/// comes once the change is durable, on the executor the instance was given. A report that is answered with a server
/// fault must be sent again (the agent protocol's rule); one answered with InvalidParameterException is dropped.
struct ControlPlane {
  std::function<void(api::RegisterContainerInstanceRequest, Reply<api::RegisterContainerInstanceResponse>)>
      register_instance;
  std::function<void(api::SubmitTaskStateChangeRequest, Reply<api::SubmitTaskStateChangeResponse>)> submit_task_state;
  std::function<void(std::vector<ContainerHealth>)> publish_health;
  std::function<void(std::vector<ContainerUsage>)> publish_metrics;
  /// To be said before the task is reported RUNNING. May be left empty.
  std::function<void(TaskAddress)> publish_address;
  /// The agent's session with the control plane opened (true) or broke (false): agentConnected follows it.
  std::function<void(std::string container_instance_arn, bool connected)> session_changed;
};

}  // namespace drydock::instances
