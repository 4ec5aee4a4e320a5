#pragma once
// What a container definition alone says of a container's configuration on a Docker engine, whoever makes the
// container: Drydock's own agent or AWS's.

#include <nlohmann/json_fwd.hpp>

#include "api-spec/generated/types.hpp"

namespace drydock::instances {

/// Healthcheck of the engine's Config; the check has a command.
nlohmann::json health_check_of(const api::HealthCheck& check);

// Parts of the engine's HostConfig.
void add_linux_parameters(const api::ContainerDefinition& definition, nlohmann::json& host);
/// Name servers, search domains and extra hosts.
void add_names(const api::ContainerDefinition& definition, nlohmann::json& host);
/// Privileges and ulimits.
void add_security(const api::ContainerDefinition& definition, nlohmann::json& host);

}  // namespace drydock::instances
