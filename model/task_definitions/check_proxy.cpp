// App Mesh proxy configuration.

#include <algorithm>
#include <string>
#include <string_view>

#include "model/task_definitions/members.hpp"
#include "model/task_definitions/rules.hpp"

namespace drydock::model::task_definitions {

Verdict check_proxy(const Request& request) {
  if (!request.proxyConfiguration) return std::nullopt;
  const api::ProxyConfiguration& proxy = *request.proxyConfiguration;
  if (network_mode(request) != "awsvpc") {
    return refuse("APPMESH proxy configuration is only supported in networkMode=awsvpc");
  }
  const auto& containers = items(request.containerDefinitions);
  const bool known = std::any_of(containers.begin(), containers.end(), [&](const auto& container) {
    return text(container.name) == text(proxy.containerName);
  });
  if (!known) return refuse("Proxy container [" + std::string(text(proxy.containerName)) + "] does not exist");

  const auto has = [&](std::string_view name) {
    const auto& properties = items(proxy.properties);
    return std::any_of(properties.begin(), properties.end(),
                       [&](const auto& property) { return text(property.name) == name && given(property.value); });
  };
  if (!has("ProxyIngressPort")) return refuse("Ingress port not found");
  if (!has("ProxyEgressPort")) return refuse("Egress port not found");
  if (!has("AppPorts")) return refuse("App ports not found");
  if (!has("IgnoredUID") && !has("IgnoredGID")) return refuse("Ignored UID or GID not found");
  return std::nullopt;
}

}  // namespace drydock::model::task_definitions
