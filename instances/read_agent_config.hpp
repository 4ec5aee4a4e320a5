#pragma once
// Where the settings of a container instance come from: a file and this process's environment.

#include <expected>
#include <string>

#include "instances/agent_config.hpp"

namespace drydock::instances {

/// `path` of a config file may be empty. The error is fit to be shown as it is.
std::expected<AgentConfig, std::string> read_agent_config(const std::string& path);

}  // namespace drydock::instances
