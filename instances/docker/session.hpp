#pragma once
// The agent's connection with the engine and its session with the control plane.

#include "instances/docker/agent_core.hpp"

namespace drydock::instances::docker {

/// Connects, registers, listens to events, reconnects; until the agent closes.
asio::awaitable<void> run_session(CorePtr core, std::shared_ptr<Signal> cluster_hint);

}  // namespace drydock::instances::docker
