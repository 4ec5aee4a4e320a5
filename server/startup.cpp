#include "server/startup.hpp"

#include <chrono>
#include <fstream>
#include <iterator>
#include <utility>

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

ReadPatience read_patience(const ServeOptions& options) {
  ReadPatience patience;
  if (options.virtual_clock) patience.brief = std::chrono::seconds(1);
  return patience;
}

CoreOptions core_options(const ServeOptions& options, const model::LogLines& logs, instances::ReadObject read_object) {
  CoreOptions core;
  core.settings.logs = &logs;
  core.pace = options.aws_pace ? scheduler::aws_pace() : scheduler::fast_pace();
  core.settings.strict = options.strict;
  core.settings.automatic_instances = options.instances_in_all;
  core.settings.quotas = options.quotas;
  core.kept_events = options.event_history;
  core.images = options.images;
  core.read_object = std::move(read_object);
  core.pace.limits = scheduler::limits_of(options.quotas, options.strict, options.aws_pace);
  return core;
}

}  // namespace drydock::server
