#pragma once
// A command in a container with a terminal: the instance's end of an ECS Exec session (spec/execute-command.md
// section 6).

#include "instances/channel.hpp"
#include "instances/docker/agent_core.hpp"

namespace drydock::instances::docker {

struct ExecSession;

/// Starts the command. Belongs to the executor's thread, like the functions of the channel.
std::shared_ptr<ExecSession> start_exec_session(CorePtr core, const ChannelRequest& request, ChannelEvents events);
Channel channel_of(const std::shared_ptr<ExecSession>& session);

/// The engine's id of the container that a channel is for; empty unless it runs.
std::string running_container(const AgentCore& core, const ChannelRequest& request);

/// The reason in what the engine writes into the terminal of a command that could not be started; nothing when the text
/// is the command's own.
std::optional<std::string> start_failure(std::string_view terminal, const ExecInfo& info);

/// The text in which a session ends that never began.
std::string start_failure_text(const std::string& reason);

}  // namespace drydock::instances::docker
