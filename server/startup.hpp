#pragma once
// What is read from files and the environment before the parts of a Drydock are made.

#include <expected>
#include <string>

#include "instances/agent_config.hpp"
#include "server/buckets/object_reader.hpp"
#include "server/core/core.hpp"
#include "server/options.hpp"
#include "server/wire/authenticator.hpp"

namespace drydock::server {

/// The settings of this machine's container instance; `path` may be empty. The error is fit to be shown as it is.
std::expected<instances::AgentConfig, std::string> read_agent_config(const std::string& path);

/// Whose requests are whose, and whether their signatures are verified. The error is fit to be shown as it is.
std::expected<wire::AuthenticationPolicy, std::string> authentication_policy(const ServeOptions& options);

/// In virtual time the same requests give the same history, except for files that hang.
ReadPatience read_patience(const ServeOptions& options);

/// `logs` must outlive the core.
CoreOptions core_options(const ServeOptions& options, const model::LogLines& logs, instances::ReadObject read_object);

}  // namespace drydock::server
