#pragma once
// The credentials that tasks hold for their roles.

#include <map>
#include <string>

#include "server/operations/sts/role_credentials.hpp"

namespace drydock::server {

/// The ARN of a task's role: `role` itself, or that of a role of the task's account when it is only a name.
std::string role_arn(const std::string& role, const std::string& task_arn);

class RoleSessions {
 public:
  /// `seed`: what the secrets are made with; checks of signatures need the same one.
  explicit RoleSessions(std::string seed) : seed_(std::move(seed)) {}

  /// The credentials of a task under its credentials id: the same until an hour before they expire, then new ones.
  /// They are of the task's own account, as on AWS, whatever account the role's ARN was copied from.
  const operations::sts::RoleCredentials& of(const std::string& credentials_id, const std::string& role,
                                             const std::string& task_arn, model::Instant now);

 private:
  void forget_expired(model::Instant now);

  std::string seed_;
  std::map<std::string, operations::sts::RoleCredentials> by_id_;
};

}  // namespace drydock::server
