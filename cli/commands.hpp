#pragma once
// The words of the command line that talk to a running Drydock: status, ps, logs, ... (`serve` is the server's own).

#include <functional>

#include <CLI/CLI.hpp>

namespace drydock::cli {

/// What the command line asked for; its result is the exit code.
using Run = std::function<int()>;

/// Adds the words to `app`. Parsing one of them sets `chosen`.
void add_commands(CLI::App& app, Run& chosen);

}  // namespace drydock::cli
