#pragma once
// Which access key the words sign with: the one that AWS's tools would find.

#include <optional>

#include "server/wire/credentials.hpp"

namespace drydock::cli {

/// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN; else the section of AWS_PROFILE ("default") in
/// AWS_SHARED_CREDENTIALS_FILE (~/.aws/credentials). Nullopt when there is none; a file that cannot be read as one has
/// none.
std::optional<wire::AccessKey> find_access_key();

}  // namespace drydock::cli
