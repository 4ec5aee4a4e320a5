#pragma once
// AWS Signature Version 4, checked as ECS checks it (spec/wire.md section 6, "Protocol-level errors"). Time is a
// parameter.

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/clock.hpp"
#include "server/wire/authorization.hpp"
#include "server/wire/credentials.hpp"

namespace drydock::wire {

/// A request as it came: what a signature covers.
struct SignedRequest {
  std::string_view method;
  std::string_view target;                                             // path and query, undecoded
  std::vector<std::pair<std::string_view, std::string_view>> headers;  // in their order
  std::string_view body;
  std::string_view service = "ecs";  // as scopes of signatures name it
};

/// The first header of that name, without regard to case; empty when there is none.
std::string_view header_of(const SignedRequest& request, std::string_view name);

/// The canonical request of the signed headers. The payload's hash is computed, never taken from the request.
std::string canonical_request(const SignedRequest& request, const Authorization& authorization);

/// The hex signature that the holder of `secret` gives a request at `timestamp` (YYYYMMDDTHHMMSSZ).
std::string signature_of(const SignedRequest& request, const Authorization& authorization, std::string_view timestamp,
                         std::string_view secret);

/// YYYYMMDDTHHMMSSZ, the form in which signatures write time.
std::optional<model::Instant> parse_timestamp(std::string_view text);
std::string format_timestamp(model::Instant instant);

/// Refuses a signature that is incomplete (IncompleteSignatureException), whose session token is not the credential's
/// (UnrecognizedClientException), or whose scope, age (more than 5 minutes off, or past X-Amz-Expires) or value is
/// wrong (InvalidSignatureException).
std::optional<api::ApiError> check_signature(const SignedRequest& request, const Authorization& authorization,
                                             const Credential& credential, model::Instant now);

}  // namespace drydock::wire
