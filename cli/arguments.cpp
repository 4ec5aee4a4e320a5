#include "cli/arguments.hpp"

namespace drydock::cli {
namespace {

constexpr const char* kMark = "--";

/// Whether the argument is an option whose value is the next argument.
bool takes_next(const CLI::App& word, const std::string& argument) {
  const bool is_long = argument.starts_with(kMark);
  if (is_long ? argument.find('=') != std::string::npos : argument.size() > 2) return false;
  const CLI::Option* option = word.get_option_no_throw(argument);
  return option != nullptr && option->get_items_expected_max() > 0;
}

}  // namespace

std::vector<std::string> with_command_marked(const CLI::App& app, std::vector<std::string> arguments) {
  if (arguments.empty() || arguments.front() != "exec") return arguments;
  const CLI::App& word = *app.get_subcommand("exec");
  bool has_task = false;
  for (std::size_t at = 1; at < arguments.size(); ++at) {
    const std::string& argument = arguments[at];
    if (argument == kMark) return arguments;
    if (argument.size() > 1 && argument.starts_with('-')) {
      if (takes_next(word, argument)) ++at;
    } else if (has_task) {
      arguments.insert(arguments.begin() + static_cast<std::ptrdiff_t>(at), kMark);
      return arguments;
    } else {
      has_task = true;
    }
  }
  return arguments;
}

}  // namespace drydock::cli
