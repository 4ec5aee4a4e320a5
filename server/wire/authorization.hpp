#pragma once
// The credential part of a request: an Authorization header or the query of a presigned URL, in the form of AWS's
// Signature Version 4 (spec/wire.md sections 6 and 7). Read here, checked in signature.hpp.

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "api-spec/runtime/api_error.hpp"

namespace drydock::wire {

/// What a request says about who signed it, and how. Members after `terminator` may be empty: only a check of the
/// signature needs them.
struct Authorization {
  std::string access_key;
  std::string date;  // YYYYMMDD
  std::string region;
  std::string service;
  std::string terminator;
  std::string signed_headers;  // names separated by ';'
  std::string signature;       // hex
  bool presigned = false;
  std::string timestamp;       // presigned only; a header's is X-Amz-Date
  std::string expires;         // presigned only: seconds
  std::string security_token;  // presigned only; a header's is X-Amz-Security-Token
};

/// Reads the Authorization header, or the query in `target` when there is no header. Nullopt for an unsigned request.
/// Errors: IncompleteSignatureException for what is no list of key=value pairs, names no credential, or names one that
/// has not five parts.
std::expected<std::optional<Authorization>, api::ApiError> authorization_of(std::string_view header,
                                                                            std::string_view target);

/// Refuses what lacks a part that a signature needs. `has_date`: the request carries X-Amz-Date or Date.
/// Error: IncompleteSignatureException.
std::optional<api::ApiError> check_complete(const Authorization& authorization, std::string_view header, bool has_date);

}  // namespace drydock::wire
