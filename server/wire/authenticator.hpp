#pragma once
// Whose world a request is about, and whether its sender is who it says.

#include "server/wire/aws_request.hpp"
#include "server/wire/signature.hpp"

namespace drydock::wire {

struct AuthenticationPolicy {
  Scope defaults;           // of unsigned requests, and the account of keys that tell none
  Credentials credentials;  // accounts of known keys; secrets when signatures are verified
  bool require_signature = false;
  bool verify = false;  // implies require_signature
};

/// The account and region of a request. A credential that is known may name its account, a 12-digit access key id is
/// one, keys of temporary credentials tell theirs, and everything else belongs to the default account; the region is
/// the credential scope's. Errors: MissingAuthenticationTokenException, IncompleteSignatureException,
/// InvalidSignatureException and UnrecognizedClientException (a key that is not known, when signatures are verified).
std::expected<Scope, api::ApiError> authenticate(const SignedRequest& request, const AuthenticationPolicy& policy,
                                                 model::Instant now);

}  // namespace drydock::wire
