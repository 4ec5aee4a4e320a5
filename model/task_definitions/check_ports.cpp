// Port mappings: ports, ranges, names, and the ports that share one network namespace.

#include <charconv>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
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
  return " for container '" + std::string(text(container.name)) + "'";
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

/// Bridge mode may publish one container port on several host ports; a range may not meet anything, and where
/// containers share their network a port can be listened on once.
Verdict check_overlaps(const Request& request) {
  const bool shared = shares_host_ports(network_mode(request));
  std::vector<UsedPorts> used;
  for (const auto& container : items(request.containerDefinitions)) {
    if (!shared) used.clear();
    const std::size_t own = used.size();
    for (const auto& mapping : items(container.portMappings)) {
      const UsedPorts now{ports_of(mapping), protocol_of(mapping), given(mapping.containerPortRange)};
      for (std::size_t i = 0; i < used.size(); ++i) {
        if (!overlap(used[i].ports, now.ports)) continue;
        if (used[i].protocol != now.protocol) {
          if (i < own) continue;
          return refuse("A container port cannot be exposed for multiple protocols" + in_container(container));
        }
        if (shared || now.is_range || used[i].is_range) return refuse("container port is used multiple times in task");
      }
      used.push_back(now);
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<PortRange> parse_port_range(std::string_view text) {
  PortRange range{};
  const char* const end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, range.first);
  if (first.ec != std::errc{} || first.ptr == end || *first.ptr != '-') return std::nullopt;
  const auto last = std::from_chars(first.ptr + 1, end, range.last);
  if (last.ec != std::errc{} || last.ptr != end) return std::nullopt;
  if (range.first < 1 || range.first >= range.last || range.last > kMaxPort) return std::nullopt;
  return range;
}

Verdict check_ports(const Request& request) {
  const std::string_view mode = network_mode(request);
  std::set<std::string_view> names;
  for (const auto& container : items(request.containerDefinitions)) {
    if (mode == "none" && !items(container.portMappings).empty()) {
      return refuse("Port mappings are not supported when networkMode=none");
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
  return check_overlaps(request);
}

}  // namespace drydock::model::task_definitions
