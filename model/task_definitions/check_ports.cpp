// Port mappings: ports, ranges, names, and the ports that share one network namespace.

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/task_definitions/members.hpp"
#include "model/task_definitions/port_range.hpp"
#include "model/task_definitions/rules.hpp"

namespace drydock::model::task_definitions {
namespace {

constexpr std::size_t kMaxPortRanges = 100;
constexpr std::size_t kMaxPortName = 64;

struct UsedPorts {
  PortRange ports;
  std::string_view protocol;
  bool is_range;
};

std::string_view protocol_of(const api::PortMapping& mapping) {
  return given(mapping.protocol) ? std::string_view(*mapping.protocol) : std::string_view("tcp");
}

bool is_port_name(std::string_view name) {
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyz0123456789_-";
  return name.size() <= kMaxPortName && !name.starts_with('-') &&
         name.find_first_not_of(kAllowed) == std::string_view::npos;
}

std::string in_container(const api::ContainerDefinition& container) {
  return " for container '" + std::string(text(container.name)) + "'.";
}

Verdict check_mapping(std::string_view mode, const api::ContainerDefinition& container,
                      const api::PortMapping& mapping) {
  if (given(mapping.containerPortRange)) {
    if (mapping.containerPort || mapping.hostPort) return refuse("cannot specify both single port and port range");
    if (mode == "host" || !parse_port_range(*mapping.containerPortRange)) {
      return refuse("Invalid 'containerPortRange' setting" + in_container(container));
    }
    return std::nullopt;
  }
  if (!mapping.containerPort || *mapping.containerPort < 1 || *mapping.containerPort > kMaxPort) {
    return refuse("Invalid 'containerPort' setting" + in_container(container));
  }
  if (!mapping.hostPort) return std::nullopt;
  if (shares_host_ports(mode) && *mapping.hostPort != *mapping.containerPort) {
    return refuse("When networkMode=" + std::string(mode) +
                  ", the host ports and container ports in port mappings must match.");
  }
  if (*mapping.hostPort < 0 || *mapping.hostPort > kMaxPort) {
    return refuse("Invalid 'hostPort' setting" + in_container(container));
  }
  return std::nullopt;
}

bool overlap(const PortRange& a, const PortRange& b) { return a.first <= b.last && b.first <= a.last; }

PortRange ports_of(const api::PortMapping& mapping) {
  if (given(mapping.containerPortRange)) return *parse_port_range(*mapping.containerPortRange);
  const int port = static_cast<int>(*mapping.containerPort);
  return {port, port};
}

/// A range of container ports may not meet another port of its protocol: in its container, or in the task where
/// containers share their network.
Verdict check_overlaps(const Request& request) {
  const bool shared = shares_host_ports(network_mode(request));
  std::vector<UsedPorts> used;
  for (const auto& container : items(request.containerDefinitions)) {
    if (!shared) used.clear();
    for (const auto& mapping : items(container.portMappings)) {
      const UsedPorts now{ports_of(mapping), protocol_of(mapping), given(mapping.containerPortRange)};
      const bool met = std::any_of(used.begin(), used.end(), [&](const UsedPorts& earlier) {
        return (earlier.is_range || now.is_range) && earlier.protocol == now.protocol &&
               overlap(earlier.ports, now.ports);
      });
      if (met) return refuse("container port is used multiple times in task");
      used.push_back(now);
    }
  }
  return std::nullopt;
}

/// A fixed host port can be taken once per protocol in a task; TCP and UDP may share a number.
Verdict check_host_ports(const Request& request) {
  const bool shared = shares_host_ports(network_mode(request));
  std::set<std::pair<int, std::string_view>> taken;
  for (const auto& container : items(request.containerDefinitions)) {
    for (const auto& mapping : items(container.portMappings)) {
      const auto port = static_cast<int>((shared ? mapping.containerPort : mapping.hostPort).value_or(0));
      if (port == 0 || taken.insert({port, protocol_of(mapping)}).second) continue;
      const std::string protocol = protocol_of(mapping) == "udp" ? "UDP" : "TCP";
      return refuse(protocol + " host port '" + std::to_string(port) + "' is mapped multiple times in task.");
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<PortRange> parse_port_range(std::string_view text) {
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto first = whole_number(text.substr(0, dash));
  const auto last = whole_number(text.substr(dash + 1));
  if (!first || !last || *first < 1 || *first >= *last || *last > kMaxPort) return std::nullopt;
  return PortRange{*first, *last};
}

Verdict check_ports(const Request& request) {
  const std::string_view mode = network_mode(request);
  std::set<std::string_view> names;
  for (const auto& container : items(request.containerDefinitions)) {
    if (mode == "none" && !items(container.portMappings).empty()) {
      return refuse("Port mappings are not supported when networkMode=none.");
    }
    std::size_t ranges = 0;
    for (const auto& mapping : items(container.portMappings)) {
      if (auto no = check_mapping(mode, container, mapping)) return no;
      if (given(mapping.containerPortRange) && ++ranges > kMaxPortRanges) {
        return refuse("container port ranges can have at most 100 items");
      }
      if (!given(mapping.name)) continue;
      if (!is_port_name(*mapping.name)) {
        return refuse("Invalid port mapping name '" + *mapping.name + "'" + in_container(container));
      }
      if (!names.insert(*mapping.name).second) return refuse("port mapping name is already used");
    }
  }
  return first_refusal(request, check_overlaps, check_host_ports);
}

}  // namespace drydock::model::task_definitions
