#pragma once
// `drydock agent`: this machine's Docker engine as a container instance of a Drydock elsewhere.

#include <expected>
#include <string>

#include "agent/settings.hpp"

namespace drydock::agent {

/// Runs until SIGTERM or SIGINT; the process's exit code. The error is fit to be shown as it is.
std::expected<int, std::string> run(const Settings& settings);

}  // namespace drydock::agent
