#pragma once
// Takes one container of a task from nothing to its end.

#include "instances/docker/agent_core.hpp"

namespace drydock::instances::docker {

/// Waits for what the container depends on, brings its image, creates and starts it, and stops it when the task has
/// to stop. Ends when the container is STOPPED or the agent closes. Continues from what task state says exists.
asio::awaitable<void> run_container(CorePtr core, RunPtr run, std::size_t index);

/// Takes over what the engine says of a container that has a docker id. `event_exit_code` is what an event told; it
/// counts when the engine knows the container no more.
asio::awaitable<void> refresh_container(CorePtr core, RunPtr run, std::size_t index,
                                        std::optional<int> event_exit_code);

/// Makes events of this container find it.
void remember_docker_id(AgentCore& core, const RunPtr& run, std::size_t index);

}  // namespace drydock::instances::docker
