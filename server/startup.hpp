#pragma once
// What is read from files and the environment before the parts of a Drydock are made.

#include <expected>
#include <string>

#include "instances/agent_config.hpp"
#include "server/options.hpp"
#include "server/wire/authenticator.hpp"

namespace drydock::server {

/// The settings of this machine's container instance; `path` may be empty. The error is fit to be shown as it is.
std::expected<instances::AgentConfig, std::string> read_agent_config(const std::string& path);

/// Whose requests are whose, and whether their signatures are verified. The error is fit to be shown as it is.
std::expected<wire::AuthenticationPolicy, std::string> authentication_policy(const ServeOptions& options);

}  // namespace drydock::server
