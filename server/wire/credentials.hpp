#pragma once
// The access keys that signatures are checked against, from a file in the format of ~/.aws/credentials.

#include <expected>
#include <map>
#include <string>
#include <string_view>

namespace drydock::wire {

struct Credential {
  std::string secret;
  std::string session_token;  // empty: any token is tolerated, and none
  std::string account;        // empty: what the access key id or the server's default says
};

/// By access key id.
using Credentials = std::map<std::string, Credential, std::less<>>;

/// Reads an INI text: each section has aws_access_key_id and aws_secret_access_key, and may have aws_session_token and
/// aws_account_id. Other settings and sections without a key are ignored. The error names the line or the section,
/// never a secret.
std::expected<Credentials, std::string> parse_credentials(std::string_view text);

}  // namespace drydock::wire
