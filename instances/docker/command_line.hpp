#pragma once
// A command line as the SSM agent splits it: like a shell's words, without a shell's expansions.

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace drydock::instances::docker {

/// Single quotes keep everything, double quotes all but \" \\ \$ \` and \newline, a backslash keeps the next character.
/// The error says which quote is not closed.
std::expected<std::vector<std::string>, std::string> split_command_line(std::string_view line);

}  // namespace drydock::instances::docker
