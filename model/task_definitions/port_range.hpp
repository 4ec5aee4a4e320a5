#pragma once
// `containerPortRange`: "lo-hi". Internal to model/task_definitions/.

#include <optional>
#include <string_view>

namespace drydock::model::task_definitions {

inline constexpr int kMaxPort = 65535;

struct PortRange {
  int first;
  int last;
};

/// The range a text names, with 1 <= first < last <= 65535; nothing when it is malformed.
std::optional<PortRange> parse_port_range(std::string_view text);

}  // namespace drydock::model::task_definitions
