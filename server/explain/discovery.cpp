// What a service asks of Cloud Map and Service Connect in vain.
#include <set>

#include "model/arn.hpp"
#include "server/explain/without_effect.hpp"

namespace drydock::server {
namespace {

/// The names of what the proxy, which relays TCP, does not do.
std::set<std::string> ignored_options(const api::ServiceConnectConfiguration& configuration) {
  std::set<std::string> names;
  if (configuration.accessLogConfiguration) names.insert("accessLogConfiguration");
  if (configuration.logConfiguration) names.insert("logConfiguration");
  if (!configuration.services) return names;
  for (const api::ServiceConnectService& service : *configuration.services) {
    if (service.tls) names.insert("tls");
    if (service.ingressPortOverride) names.insert("ingressPortOverride");
    if (service.timeout && service.timeout->perRequestTimeoutSeconds) names.insert("perRequestTimeoutSeconds");
    if (!service.clientAliases) continue;
    for (const api::ServiceConnectClientAlias& alias : *service.clientAliases) {
      if (alias.testTrafficRules) names.insert("testTrafficRules");
    }
  }
  return names;
}

std::string joined(const std::set<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

bool exists(const model::State& state, const model::Service& service, const std::string& registry) {
  const auto arn = model::parse_arn(registry);
  return arn && !arn->path.empty() &&
         state.discovery_service_with(state.get(service.cluster).world, arn->path[0]) != nullptr;
}

}  // namespace

Reasons without_effect(const model::State& state, const model::Service& service, model::Instant now) {
  Reasons reasons;
  if (service.settings && service.settings->serviceRegistries) {
    for (const api::ServiceRegistry& registry : *service.settings->serviceRegistries) {
      const std::string arn = registry.registryArn.value_or("");
      if (exists(state, service, arn)) continue;
      reasons.push_back({now,
                         "SERVICE_REGISTRY",
                         "There is no service registry " + arn + ": tasks are registered nowhere.",
                         "aws servicediscovery list-services shows those that there are.",
                         {}});
    }
  }
  if (service.deployments.empty() || !service.deployments.front().settings) return reasons;
  const auto& configuration = service.deployments.front().settings->serviceConnectConfiguration;
  if (!configuration || !configuration->enabled.value_or(false)) return reasons;
  if (const auto names = ignored_options(*configuration); !names.empty()) {
    reasons.push_back({now,
                       "SERVICE_CONNECT_OPTIONS",
                       "Service Connect's proxy relays TCP, and these have no effect: " + joined(names) + ".",
                       "Names, addresses and idleTimeoutSeconds work without them.",
                       {}});
  }
  return reasons;
}

}  // namespace drydock::server
