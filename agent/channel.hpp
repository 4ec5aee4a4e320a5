#pragma once
// The instance's end of a channel that the server asked for (instances/remote/channel_frames.hpp).

#include <memory>

#include "agent/web_socket.hpp"
#include "instances/docker/agent.hpp"

namespace drydock::agent {

/// Connects, opens the channel and carries it until either side ends it. `target` is binary.
asio::awaitable<void> carry_channel(asio::any_io_executor executor, WebSocketTarget target,
                                    std::shared_ptr<instances::docker::DockerAgent> agent,
                                    instances::ChannelRequest request);

}  // namespace drydock::agent
