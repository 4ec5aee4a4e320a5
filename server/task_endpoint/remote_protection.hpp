#pragma once
// POST /_drydock/agents/task-protection: the agent's API for task protection, for containers of `drydock agent` on
// other machines.

#include "server/core/core.hpp"
#include "server/http/message.hpp"

namespace drydock::server {

/// {taskArn, clusterArn, requestId, hasRole, updates, body}: {status, body}, what the container is answered.
void protect_remotely(Core& core, const http::Request& request, http::ReplyFn reply);

}  // namespace drydock::server
