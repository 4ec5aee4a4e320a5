#include "server/startup.hpp"

#include <fstream>
#include <iterator>
#include <map>

#include <spdlog/spdlog.h>

extern char** environ;

namespace drydock::server {
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

std::expected<instances::AgentConfig, std::string> read_agent_config(const std::string& path) {
  std::string text;
  if (!path.empty()) {
    std::ifstream file(path);
    if (!file) return std::unexpected("cannot read the instance configuration " + path);
    text.assign(std::istreambuf_iterator<char>(file), {});
  }
  auto config = instances::parse_agent_config(text, environment());
  if (!config) return std::unexpected((path.empty() ? "environment" : path) + ": " + config.error());
  for (const std::string& name : config->ignored) spdlog::info("instance setting {} has no effect here", name);
  return config;
}

std::expected<wire::AuthenticationPolicy, std::string> authentication_policy(const ServeOptions& options) {
  wire::AuthenticationPolicy policy;
  policy.defaults = {options.account, options.region};
  policy.require_signature = options.strict;
  policy.verify = options.verify_signatures;
  if (options.credentials.empty()) return policy;
  std::ifstream file(options.credentials);
  if (!file) return std::unexpected("cannot read the credentials " + options.credentials);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  auto credentials = wire::parse_credentials(text);
  if (!credentials) return std::unexpected(options.credentials + ": " + credentials.error());
  if (credentials->empty()) return std::unexpected(options.credentials + ": no access keys in it");
  policy.credentials = std::move(*credentials);
  return policy;
}

}  // namespace drydock::server
