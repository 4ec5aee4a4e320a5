#pragma once
// One task from its first payload on: takes over what is on the engine already, then runs every container.

#include "instances/docker/agent_core.hpp"

namespace drydock::instances::docker {

/// Takes one payload. A task that is new is started; of one that is known only the wish to stop counts.
void accept_payload(const CorePtr& core, const TaskPayload& payload);

}  // namespace drydock::instances::docker
