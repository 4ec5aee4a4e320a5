#pragma once
// Removes what tasks leave behind.

#include "instances/docker/agent_core.hpp"

namespace drydock::instances::docker {

/// After the clean-up wait: removes the containers of a stopped task and forgets it.
asio::awaitable<void> clean_up(CorePtr core, RunPtr run);

/// Deals with containers of this instance that belong to no task of the control plane: those that run (or never ran)
/// are stopped and removed at once, those that ended are kept for the clean-up wait after their end.
asio::awaitable<void> remove_orphan(CorePtr core, ContainerSummary container);

}  // namespace drydock::instances::docker
