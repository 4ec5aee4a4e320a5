#pragma once
// All parts of one running Drydock, connected: storage, core, agents, HTTP. One thread runs everything but storage's
// writing.

#include <expected>
#include <memory>
#include <string>

#include "server/options.hpp"

namespace drydock::server {

/// Runs until SIGTERM or SIGINT; the process's exit code. The error is fit to be shown as it is.
std::expected<int, std::string> run(const ServeOptions& options);

}  // namespace drydock::server
