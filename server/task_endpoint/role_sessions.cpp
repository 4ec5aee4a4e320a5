#include "server/task_endpoint/role_sessions.hpp"

#include "model/arn.hpp"

namespace drydock::server {
namespace {

constexpr std::chrono::hours kLifetime{6};
constexpr std::chrono::hours kRenewedBefore{1};  // SDKs ask for new ones a quarter of an hour before the end
constexpr std::size_t kTidyAt = 256;

std::string arn_in_account_of(const std::string& task_arn, const std::string& role_name) {
  const auto task = model::parse_arn(task_arn);
  const std::string account = task ? std::string(task->account) : "000000000000";
  const std::string region = task ? std::string(task->region) : "";
  return "arn:" + std::string(model::partition_of(region)) + ":iam::" + account + ":role/" + role_name;
}

}  // namespace

std::string role_arn(const std::string& role, const std::string& task_arn) {
  return role.starts_with("arn:") ? role : arn_in_account_of(task_arn, role);
}

const operations::sts::RoleCredentials& RoleSessions::of(const std::string& credentials_id, const std::string& role,
                                                         const std::string& task_arn, model::Instant now) {
  const auto held = by_id_.find(credentials_id);
  if (held != by_id_.end() && held->second.expiration - now > kRenewedBefore) return held->second;
  if (by_id_.size() >= kTidyAt) forget_expired(now);
  const std::string prefix = ":role/";
  const std::size_t name = role.find(prefix);
  const std::string own =
      arn_in_account_of(task_arn, name == std::string::npos ? role : role.substr(name + prefix.size()));
  const std::string session = task_arn.substr(task_arn.rfind('/') + 1);
  auto issued = operations::sts::issue_role_credentials(own, session, now, kLifetime, seed_);
  return by_id_.insert_or_assign(credentials_id, std::move(issued)).first->second;
}

void RoleSessions::forget_expired(model::Instant now) {
  std::erase_if(by_id_, [now](const auto& entry) { return entry.second.expiration <= now; });
}

}  // namespace drydock::server
