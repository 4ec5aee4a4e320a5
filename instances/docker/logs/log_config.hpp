#pragma once
// The log driver that the engine is told for a container (spec/logs.md section 2).

#include <expected>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "api-spec/generated/types.hpp"

namespace drydock::instances::docker {

/// HostConfig.LogConfig; null for the engine's default. Lines of awslogs, splunk and, where the task has no log router
/// (firelens/firelens.hpp), awsfirelens are kept by the engine's json-file driver, from where Drydock reads those of
/// awslogs: Docker's own awslogs driver would need credentials in the engine. All other drivers get their options as
/// they are. The error is the container's reason.
/// `secret_options`: the values of logConfiguration.secretOptions.
std::expected<nlohmann::json, std::string> log_config(
    const api::ContainerDefinition& definition,
    const std::vector<std::pair<std::string, std::string>>& secret_options = {});

}  // namespace drydock::instances::docker
