#pragma once
// Removes what tasks leave behind.

#include "instances/docker/agent_core.hpp"

namespace drydock::instances::docker {

/// After the clean-up wait: removes the containers of a stopped task and forgets it.
asio::awaitable<void> clean_up(CorePtr core, RunPtr run);

/// The control plane knows these tasks and no others. Everything else of this instance goes: containers that run (or
/// never ran) are stopped and removed at once, even when the agent closes meanwhile; those that ended are kept for the
/// clean-up wait after their end.
asio::awaitable<void> remove_orphans(CorePtr core, std::set<std::string> known_task_arns);

/// A container that belongs to no task goes, at once or, when it has ended, after the clean-up wait.
asio::awaitable<void> remove_orphan(CorePtr core, ContainerSummary container);

/// Stops and removes one container, whatever becomes of the agent.
void expel(const AgentCore& core, const std::string& docker_id);

}  // namespace drydock::instances::docker
