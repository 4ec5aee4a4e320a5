#pragma once
// Temporary credentials of roles. Nothing of them is stored: the access key id tells the account, as AWS's own do.

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

/// Credentials of a role's session for the role's account (000000000000 for an ARN that has none). The same arguments
/// give the same credentials.
RoleCredentials issue_role_credentials(std::string_view role_arn, std::string_view session_name, model::Instant now,
                                       model::Duration lifetime = std::chrono::hours(6), std::string_view seed = {});

/// The account of an access key that was issued here; nullopt for any other key.
std::optional<std::string> account_of_temporary_key(std::string_view access_key_id);

}  // namespace drydock::operations::sts
