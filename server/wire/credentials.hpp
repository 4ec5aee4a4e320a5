#pragma once
// Access keys in the format of ~/.aws/credentials: those that signatures are checked against, and those that Drydock's
// own programs sign with.

#include <expected>
#include <map>
#include <optional>
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

/// What a caller signs with.
struct AccessKey {
  std::string id;
  std::string secret;
  std::string session_token;  // of temporary credentials; or empty
  friend bool operator==(const AccessKey&, const AccessKey&) = default;
};

/// The key of one section; nullopt when there is no such section, or no key in it. The error as above.
std::expected<std::optional<AccessKey>, std::string> access_key_of_profile(std::string_view text,
                                                                           std::string_view profile);

}  // namespace drydock::wire
