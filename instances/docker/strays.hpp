#pragma once
// Containers of this instance that exist or run although the agent did not wait for them any more. A request that was
// under way when an earlier life of the agent ended, or that timed out, is carried out by the engine all the same: the
// container is created, or starts, after everything was listed and settled.

#include "instances/docker/agent_core.hpp"

namespace drydock::instances::docker {

/// The engine says, by its list or an event, that this container of ours exists. One that the agent still waits for or
/// may still be asked for is left to the task that will take it over; any other one is stopped and removed.
void notice_container(const CorePtr& core, const ContainerSummary& container);

/// A container that its task gave up before it ran: a start that is under way all the same is undone. An empty id is
/// none.
void check_given_up(const CorePtr& core, const std::string& docker_id);

}  // namespace drydock::instances::docker
