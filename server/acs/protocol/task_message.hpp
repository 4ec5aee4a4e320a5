#pragma once
// From what a container instance is told inside Drydock to the Task of a PayloadMessage that AWS's container agent
// reads (spec/agent-protocol.md section 4). Pure.

#include <string>
#include <vector>

#include "instances/instance_link.hpp"
#include "model/clock.hpp"
#include "server/acs/protocol/envelope.hpp"

namespace drydock::server::acs {

/// Credentials of a role as the agent hands them to containers.
struct TaskCredentials {
  enum class Role { kTask, kExecution };
  Role role = Role::kTask;
  std::string id;  // the last part of the URL at which containers find them
  std::string role_arn;
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;
  model::Instant expiration{};
};

/// What a task needs on another machine beyond its payload.
struct TaskSurroundings {
  std::string server_url;        // of this Drydock, as the agent reaches it
  bool names_endpoint = false;   // containers are told where AWS's APIs are
  bool logs_by_role = false;     // the agent gives the log driver awslogs the execution role's credentials
  bool fault_injection = false;  // enableFaultInjection of the task definition
  std::vector<TaskCredentials> credentials{};
  std::vector<std::vector<std::string>> gpu_ids{};  // by container, in the payload's order
};

/// {credentialsId, accessKeyId, ...}
Json credentials_message(const TaskCredentials& credentials);

struct TaskMessage {
  Json task;
  /// Why AWS's agent cannot run this task although another instance could; empty: it can. A task that is to stop has
  /// none: whatever is known of it is enough.
  std::string problem;
};

TaskMessage task_message(const instances::TaskPayload& payload, const TaskSurroundings& around);

}  // namespace drydock::server::acs
