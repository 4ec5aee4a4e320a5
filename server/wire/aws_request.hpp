#pragma once
// The parts of a request that AWS's protocol puts into headers: the operation, and whose world it is about
// (spec/wire.md sections 4 and 7).

#include <expected>
#include <string>
#include <string_view>

#include "api-spec/runtime/api_error.hpp"

namespace drydock::wire {

/// The operation named by X-Amz-Target. Error: UnknownOperationException for a missing header or a foreign prefix.
std::expected<std::string_view, api::ApiError> operation_of(std::string_view target_header);

struct Scope {
  std::string account;
  std::string region;
};

/// A 12-digit access key id is the account, the credential scope's third part the region. Whatever the Authorization
/// header does not tell comes from `fallback`: signatures are not checked.
Scope scope_of(std::string_view authorization_header, const Scope& fallback);

}  // namespace drydock::wire
