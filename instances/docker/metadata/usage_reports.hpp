#pragma once
// Tells the control plane what the containers of services use: the source of the metrics CPUUtilization and
// MemoryUtilization (spec/agent-protocol.md, TCS).

#include "instances/docker/agent_core.hpp"

namespace drydock::instances::docker {

/// Every options.usage_interval, with one question to the engine for each container. Until the agent closes.
asio::awaitable<void> report_usage(CorePtr core);

}  // namespace drydock::instances::docker
