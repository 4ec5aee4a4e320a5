#include "server/operations/sts/sts.hpp"

#include <algorithm>

#include "model/arn.hpp"
#include "server/operations/sts/role_credentials.hpp"

namespace drydock::operations::sts {
namespace {

constexpr int kRoleSeconds = 3600;
constexpr int kSessionSeconds = 43'200;

model::Instant time_of(const Context& context) { return context.caller.now.value_or(context.tx.now()); }

api::sts::Credentials show(const RoleCredentials& made) {
  api::sts::Credentials credentials;
  credentials.AccessKeyId = made.access_key_id;
  credentials.SecretAccessKey = made.secret_access_key;
  credentials.SessionToken = made.session_token;
  credentials.Expiration = api::Timestamp{made.expiration.time_since_epoch().count()};
  return credentials;
}

/// arn:<partition>:iam::<account>:role/<path and name>
bool is_role_arn(std::string_view text) {
  const auto arn = model::parse_arn(text);
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return arn && arn->service == "iam" && arn->type == "role" && !arn->path.back().empty() &&
         arn->account.size() == 12 && std::ranges::all_of(arn->account, digit) &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

bool is_session_name(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_+=,.@-").contains(c);
  });
}

api::ApiError invalid(const std::string& text) { return api::ApiError::of("ValidationError", text); }

}  // namespace

Result<api::sts::GetCallerIdentityResponse> get_caller_identity(const api::sts::GetCallerIdentityRequest&,
                                                                Context& context) {
  const model::World& world = context.state().get(context.world);
  api::sts::GetCallerIdentityResponse response;
  response.Account = world.account;
  const auto session = read_session_token(context.caller.session_token);
  if (session && !session->role_arn.empty() && session->access_key_id == context.caller.access_key_id) {
    response.UserId = principal_id("AROA", session->role_arn) + ":" + session->session_name;
    response.Arn = assumed_role_arn(session->role_arn, session->session_name);
    return response;
  }
  response.UserId = principal_id("AIDA", world.account);
  response.Arn = "arn:" + std::string(model::partition_of(world.region)) + ":iam::" + world.account + ":user/drydock";
  return response;
}

Result<api::sts::AssumeRoleResponse> assume_role(const api::sts::AssumeRoleRequest& request, Context& context) {
  if (!is_role_arn(*request.RoleArn)) return std::unexpected(invalid(*request.RoleArn + " is invalid"));
  if (!is_session_name(*request.RoleSessionName)) {
    return std::unexpected(invalid("1 validation error detected: Value '" + *request.RoleSessionName +
                                   "' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular "
                                   "expression pattern: [\\w+=,.@-]*"));
  }
  const std::chrono::seconds lifetime(request.DurationSeconds.value_or(kRoleSeconds));
  const auto made = issue_role_credentials(*request.RoleArn, *request.RoleSessionName, time_of(context), lifetime,
                                           context.settings.credential_seed);
  api::sts::AssumeRoleResponse response;
  response.Credentials = show(made);
  auto& user = response.AssumedRoleUser.emplace();
  user.AssumedRoleId = principal_id("AROA", *request.RoleArn) + ":" + *request.RoleSessionName;
  user.Arn = assumed_role_arn(*request.RoleArn, *request.RoleSessionName);
  response.SourceIdentity = request.SourceIdentity;
  return response;
}

Result<api::sts::GetSessionTokenResponse> get_session_token(const api::sts::GetSessionTokenRequest& request,
                                                            Context& context) {
  const std::chrono::seconds lifetime(request.DurationSeconds.value_or(kSessionSeconds));
  api::sts::GetSessionTokenResponse response;
  response.Credentials = show(issue_session_credentials(context.state().get(context.world).account, time_of(context),
                                                        lifetime, context.settings.credential_seed));
  return response;
}

}  // namespace drydock::operations::sts
