#pragma once
// /_drydock/agents/...: what `drydock agent` on other machines needs beside the agent protocol.

#include "server/admin/replies.hpp"
#include "server/core/core.hpp"
#include "server/logs/log_service.hpp"

namespace drydock::server {

/// POST logs/... (server/logs/agent_logs.hpp) and task-protection (server/task_endpoint/remote_protection.hpp).
AdminPath agents_path(Core& core, LogService& logs);

}  // namespace drydock::server
