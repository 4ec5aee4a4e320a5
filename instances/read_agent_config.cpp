#include "instances/read_agent_config.hpp"

#include <fstream>
#include <iterator>

extern char** environ;

namespace drydock::instances {
namespace {

std::map<std::string, std::string> environment() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const std::size_t equals = text.find('=');
    if (equals != std::string::npos) variables[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return variables;
}

}  // namespace

std::expected<AgentConfig, std::string> read_agent_config(const std::string& path) {
  std::string text;
  if (!path.empty()) {
    std::ifstream file(path);
    if (!file) return std::unexpected("cannot read the instance configuration " + path);
    text.assign(std::istreambuf_iterator<char>(file), {});
  }
  auto config = parse_agent_config(text, environment());
  if (!config) return std::unexpected((path.empty() ? "environment" : path) + ": " + config.error());
  return config;
}

}  // namespace drydock::instances
