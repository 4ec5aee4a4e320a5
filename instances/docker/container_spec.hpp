#pragma once
// From one container of a task payload to the engine's create request. Pure.

#include <expected>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "instances/agent_config.hpp"
#include "instances/docker/container_names.hpp"
#include "instances/instance_link.hpp"

namespace drydock::instances::docker {

struct SpecContext {
  Owner owner;
  std::optional<PortRange> dynamic_ports;  // for hostPort 0; absent: the engine chooses
  /// Of an awsvpc task: the container whose network this one joins; empty for the first.
  std::string network_container_id;
  /// Of a task whose containers share processes or memory: the container whose they join; empty for the first.
  std::string namespace_container_id;
  /// First host port chosen for a containerPortRange such as "7000-7003/tcp" (port_range_key).
  std::map<std::string, int> host_ranges;
  /// Variables beside those of the container definition.
  std::vector<std::pair<std::string, std::string>> environment;
  /// Of containers that name none themselves; empty: the engine's own.
  std::vector<std::string> name_servers;
  /// The engine's runtime for containers with GPUs.
  std::string nvidia_runtime;
  /// Of a container whose lines go to the task's log router: where their socket is, on the engine's machine.
  std::string socket_directory;
};

/// Body of POST /containers/create. The error is the container's reason ("HostConfigError: …").
std::expected<std::string, std::string> container_spec(const SpecContext& context, const TaskPayload& task,
                                                       const ContainerPayload& container);

/// "7000-7003" → {7000, 7003}
std::optional<PortRange> parse_port_range(const std::string& text);
std::string port_range_key(const api::PortMapping& mapping);

/// Whether the task's network mode publishes ports on the host.
bool publishes_ports(const TaskPayload& task);

/// The container whose network the others of an awsvpc task share: the first essential one that waits for no other
/// essential one. Absent in other network modes.
std::optional<std::size_t> network_owner(const TaskPayload& task);
/// Whether container `index` joins the network owner's network. Those that the owner waits for cannot.
bool joins_network(const TaskPayload& task, std::size_t index);

/// The container that the others of a task wait for because they share its network, processes (pidMode) or memory
/// (ipcMode). Absent where nothing is shared.
std::optional<std::size_t> namespace_owner(const TaskPayload& task);
/// Whether container `index` joins the processes or memory of the owner: not if the owner waits for it.
bool joins_namespaces(const TaskPayload& task, std::size_t index);

}  // namespace drydock::instances::docker
