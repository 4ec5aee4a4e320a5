#pragma once
// Ending what a session started: the engine has no call for it, and closing its terminal ends nothing.

#include <memory>
#include <string>

#include "instances/docker/engine_client.hpp"

namespace drydock::instances::docker {

/// The environment variable by which the processes of a session are known.
std::string session_variable(const std::string& session_id);

/// Hangs up the processes of a session, as the end of a terminal does, and kills what is left of them a second later.
/// `pid` is the first one's, by the engine's count. Where that count is not ours (an engine in another pid namespace,
/// or a user who may not signal them) the same is done from inside the container, which has to have a shell, tr
/// and grep for it.
asio::awaitable<void> end_session_processes(std::shared_ptr<EngineClient> engine, std::string container,
                                            std::string session_id, int pid);

/// The part of it that does not wait: true when the first process was hung up.
bool hang_up(const std::string& session_id, int pid);

}  // namespace drydock::instances::docker
