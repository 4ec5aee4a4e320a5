#pragma once
// Where the life of a container meets its log.

#include "instances/docker/agent_core.hpp"

namespace drydock::instances::docker {

/// Before the container is started: makes its log stream. The text is the reason why it cannot be started.
asio::awaitable<std::optional<std::string>> open_log(CorePtr core, RunPtr run, std::size_t index);
/// After it was started.
void follow_log(AgentCore& core, const TaskRun& run, std::size_t index);
/// Waits until everything it wrote is stored, when it has ended.
asio::awaitable<void> log_stored(CorePtr core, RunPtr run, std::size_t index);
/// A container of an earlier life: its log is read on from where it was.
asio::awaitable<void> adopt_log(CorePtr core, RunPtr run, std::size_t index, ContainerInfo info);

}  // namespace drydock::instances::docker
