#pragma once
// FireLens: a task's log router gets the lines of its other containers, over the engine's driver fluentd and a socket
// that both sides see. As AWS's agent does it; what it keeps in files on the machine are a volume and files in the
// router's container here, so that the engine may be elsewhere. Pure.

#include <expected>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "instances/docker/firelens/router_config.hpp"
#include "instances/docker/tar.hpp"
#include "instances/docker/volumes.hpp"
#include "instances/instance_link.hpp"

namespace drydock::instances::docker {

/// The task's log router; none: it has none.
std::optional<std::size_t> router_of(const TaskPayload& task);
/// Whether the container's lines go to the router (log driver awsfirelens).
bool is_routed(const api::ContainerDefinition& definition);

/// Containers whose lines are routed start after the router, unless it waits for others itself.
void start_router_first(TaskPayload& task);

/// Where the socket is: a volume of the task's own, at /var/run in the router's container.
EngineVolume socket_volume(const Owner& owner, const TaskPayload& task);
std::string socket_bind(const TaskPayload& task);

/// Where a router whose root file system is read-only gets a volume, or its configuration could not be put there; what
/// its image has at that place is in it. Empty: it needs none.
std::string config_volume(const api::ContainerDefinition& router);

/// Variables of the router beside its own: what the references in its configuration stand for. Secret.
LogOptions router_environment(const TaskPayload& task);
/// FLUENT_HOST and FLUENT_PORT of a routed container, for programs that send themselves. `router_address`: of the
/// router's own network.
LogOptions routed_environment(const TaskPayload& task, const std::string& router_address);

/// HostConfig.LogConfig of a routed container. `socket_directory`: the volume's, on the engine's machine.
nlohmann::json routed_log_config(const TaskPayload& task, const api::ContainerDefinition& definition,
                                 const std::string& socket_directory);

/// The ARN of the user's file if it comes from S3; empty: it does not.
std::string external_object(const TaskPayload& task);

/// The configuration, and the user's file from S3 if it has one, at their places in the router's container.
/// `machine`: id of the EC2 instance. The error is the agent's.
std::expected<std::vector<TarFile>, std::string> router_files(const TaskPayload& task, const std::string& machine,
                                                              const std::string& external);

}  // namespace drydock::instances::docker
