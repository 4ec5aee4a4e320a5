#pragma once
// What CLI11 cannot be told: that a word's last positional is another program's command line.

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace drydock::cli {

/// The arguments (without the program's name), with `--` before the command of `drydock exec TASK COMMAND...`, unless
/// it is there: from its first word on everything is the command's, as with ssh and docker, whatever begins with a
/// dash.
std::vector<std::string> with_command_marked(const CLI::App& app, std::vector<std::string> arguments);

}  // namespace drydock::cli
