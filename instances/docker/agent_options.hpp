#pragma once
// How a Docker agent is set up.

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "instances/agent_config.hpp"
#include "instances/docker/container_names.hpp"
#include "instances/fingerprint.hpp"
#include "instances/launch/object_reads.hpp"
#include "instances/log_sink.hpp"

namespace drydock::instances::docker {

class TaskEndpoint;

struct DockerAgentOptions {
  std::string socket_path = "/var/run/docker.sock";
  AgentConfig config;
  std::string drydock_id;     // of this Drydock (its data directory); label io.drydock.id
  InstanceIdentity identity;  // instance_id is also the label io.drydock.instance
  /// The instance group that it is a machine of, also the label io.drydock.group; empty: none.
  std::string group;
  /// What it registers instead of the engine's CPU and memory.
  std::optional<MachineSize> size;
  /// ARN from an earlier registration of the same instance, or empty.
  std::string container_instance_arn;
  /// A host nobody sees (for Fargate tasks): runs tasks, but neither registers nor opens a session.
  bool hidden = false;
  /// Creates and starts in progress at the same time.
  std::size_t parallel_launches = 16;
  /// Where containers reach metadata and credentials (metadata/task_endpoint.hpp); null: nowhere.
  std::shared_ptr<TaskEndpoint> task_endpoint;
  /// How often the use of CPU and memory is reported.
  std::chrono::milliseconds usage_interval{std::chrono::minutes(1)};
  /// Where lines of awslogs containers go; without it nobody reads them.
  std::shared_ptr<const LogSink> logs;
  /// Where they are read: an executor with one thread of its own; the agent's when not set.
  boost::asio::any_io_executor log_executor;
  /// Reads an object of S3, and answers on the agent's executor. Not set: there are none.
  ReadObject read_object;
};

}  // namespace drydock::instances::docker
