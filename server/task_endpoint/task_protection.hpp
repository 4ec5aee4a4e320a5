#pragma once
// The agent's API for task protection, which containers find at ECS_AGENT_URI (spec/task-metadata.md section 6).

#include <functional>
#include <string>

#include "server/core/core.hpp"
#include "server/task_http/questions.hpp"

namespace drydock::server {

struct ProtectionAnswer {
  unsigned status = 200;
  std::string body;  // JSON
};

/// Asks the ECS API about the task; `reply` comes once what it tells is durable.
void call_task_protection(Core& core, task_http::ProtectionCall call,
                          std::move_only_function<void(ProtectionAnswer)> reply);

}  // namespace drydock::server
