#include "server/startup.hpp"

#include <fstream>
#include <iterator>

#include <spdlog/spdlog.h>

#include "instances/read_agent_config.hpp"

namespace drydock::server {

std::expected<instances::AgentConfig, std::string> read_agent_config(const std::string& path) {
  auto config = instances::read_agent_config(path);
  if (!config) return config;
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
