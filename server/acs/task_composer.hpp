#pragma once
// What agents on other machines are told of tasks, from State and the roles' credentials. Runs on the core thread.

#include <string>
#include <vector>

#include "server/acs/protocol/agent_session.hpp"
#include "server/core/core.hpp"
#include "server/real_clock.hpp"
#include "server/task_endpoint/role_sessions.hpp"

namespace drydock::server::acs {

/// What is the same for all tasks of a session.
struct ComposerFacts {
  model::InstanceId instance;
  std::string server_url;
  bool names_endpoint = false;
  bool drydock = false;
};

class TaskComposer {
 public:
  explicit TaskComposer(Core& core) : core_(core), roles_(core.settings().credential_seed) {}

  TaskMessage compose(const instances::TaskPayload& payload, const ComposerFacts& facts);
  /// Those of an instance that are not STOPPED.
  [[nodiscard]] std::vector<KnownTask> tasks(model::InstanceId instance) const;
  std::vector<TaskCredentials> credentials(const std::string& task_arn);
  /// Null when there is no such task.
  [[nodiscard]] const model::Task* find(const std::string& task_arn) const;

 private:
  TaskCredentials credentials_of(TaskCredentials::Role role, const std::string& role_name, const std::string& task_arn);

  Core& core_;
  RealClock clock_;  // of the machines that the containers live on
  RoleSessions roles_;
};

}  // namespace drydock::server::acs
