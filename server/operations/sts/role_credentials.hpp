#pragma once
// Temporary credentials: what AssumeRole, GetSessionToken and the credentials endpoint of tasks give out. Nothing of
// them is stored. The access key id tells the account (as AWS's own do), the session token says whose session it is
// and until when, and the secret follows from the token; so they mean the same after a restart.

#include <optional>
#include <string>
#include <string_view>

#include "model/clock.hpp"

namespace drydock::operations::sts {

struct RoleCredentials {
  std::string access_key_id;  // ASIA and 16 characters
  std::string secret_access_key;
  std::string session_token;
  model::Instant expiration{};
};

/// Whose session a token is of.
struct RoleSession {
  std::string role_arn;      // empty for GetSessionToken
  std::string session_name;  // the same
  std::string access_key_id;
  model::Instant expiration{};
};

/// Credentials of a role's session for the role's account (000000000000 for an ARN that has none). `now` is the time of
/// those who use them: SDKs compare the expiration with the machine's clock. The same arguments give the same
/// credentials. `seed` makes secrets that others cannot compute; checks of signatures need the same one.
RoleCredentials issue_role_credentials(std::string_view role_arn, std::string_view session_name, model::Instant now,
                                       model::Duration lifetime = std::chrono::hours(6), std::string_view seed = {});

/// Credentials of the account itself, as GetSessionToken gives them.
RoleCredentials issue_session_credentials(std::string_view account, model::Instant now, model::Duration lifetime,
                                          std::string_view seed = {});

/// The account of an access key that was issued here; nullopt for any other key.
std::optional<std::string> account_of_temporary_key(std::string_view access_key_id);

/// What a session token of these credentials says; nullopt for any other text.
std::optional<RoleSession> read_session_token(std::string_view token);

/// The secret that belongs to a session token.
std::string secret_of(std::string_view session_token, std::string_view seed);

/// The 20 characters that stand for a role (AROA...) or a user (AIDA...) in ids: the same for the same name.
std::string principal_id(std::string_view prefix, std::string_view name);

/// arn:<partition>:sts::<account>:assumed-role/<role>/<session>
std::string assumed_role_arn(std::string_view role_arn, std::string_view session_name);

}  // namespace drydock::operations::sts
