#pragma once
// The agent's API for task protection, which containers find at ECS_AGENT_URI (spec/task-metadata.md section 6).

#include <functional>
#include <string>

#include "server/core/core.hpp"

namespace drydock::server {

struct ProtectionCall {
  std::string request_id;
  std::string task_arn;  // empty: nobody knows who asks
  std::string cluster_arn;
  bool has_role = false;  // the agent asks ECS with the task's role
  bool updates = false;
  std::string body;  // of an update
};

struct ProtectionAnswer {
  unsigned status = 200;
  std::string body;  // JSON
};

/// Asks the ECS API about the task; `reply` comes once what it tells is durable.
void call_task_protection(Core& core, ProtectionCall call, std::move_only_function<void(ProtectionAnswer)> reply);

}  // namespace drydock::server
