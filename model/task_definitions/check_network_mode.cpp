// Members that do not go with a network mode.

#include <string>
#include <string_view>

#include "model/task_definitions/members.hpp"
#include "model/task_definitions/rules.hpp"

namespace drydock::model::task_definitions {

Verdict check_network_mode(const Request& request) {
  const std::string_view mode = network_mode(request);
  const auto refuse_in_mode = [&](const std::string& what) {
    return refuse(what + " not supported when networkMode=" + std::string(mode) + ".");
  };
  for (const auto& container : items(request.containerDefinitions)) {
    if (mode != "bridge" && !items(container.links).empty()) return refuse_in_mode("Links are");
    if (mode != "awsvpc") continue;
    const std::string on_container = " on container when networkMode=awsvpc.";
    if (!items(container.extraHosts).empty()) return refuse("Extra hosts are not supported" + on_container);
    if (!items(container.dnsServers).empty()) return refuse("DNS servers are not supported" + on_container);
    if (!items(container.dnsSearchDomains).empty()) {
      return refuse("DNS search domains are not supported" + on_container);
    }
    if (given(container.hostname)) return refuse("hostname is not supported" + on_container);
    if (container.disableNetworking.value_or(false)) {
      return refuse("Disable Networking is not supported" + on_container);
    }
  }
  return std::nullopt;
}

}  // namespace drydock::model::task_definitions
