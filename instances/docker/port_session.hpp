#pragma once
// A connection to a port in a container, or to one that the container reaches: the instance's end of port forwarding
// (spec/execute-command.md section 8).

#include "instances/channel.hpp"
#include "instances/docker/agent_core.hpp"

namespace drydock::instances::docker {

struct PortSession;

/// Connects. Belongs to the executor's thread, like the functions of the channel.
std::shared_ptr<PortSession> start_port_session(CorePtr core, const ChannelRequest& request, ChannelEvents events);
Channel channel_of(const std::shared_ptr<PortSession>& session);

}  // namespace drydock::instances::docker
