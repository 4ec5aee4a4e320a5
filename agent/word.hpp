#pragma once
// The word `agent` of the command line.

#include <functional>

#include <CLI/CLI.hpp>

namespace drydock::agent {

/// Adds `agent` to `app`. Parsing it sets `chosen`, whose result is the exit code.
void add_word(CLI::App& app, std::function<int()>& chosen);

}  // namespace drydock::agent
