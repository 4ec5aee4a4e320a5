#pragma once
// Looks for host ports that nobody uses.

#include <optional>
#include <string>

#include "instances/agent_config.hpp"

namespace drydock::instances::docker {

/// First of `count` consecutive ports inside `within` that can be bound on this machine right now, searched upwards
/// from `from` and then from the beginning. Absent when there is no such row. The ports are not held: they may be
/// taken by somebody else before the engine gets to them.
std::optional<int> free_port_row(int count, const std::string& protocol, PortRange within, int from);

}  // namespace drydock::instances::docker
