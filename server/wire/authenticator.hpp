#pragma once
// Whose world a request is about, and whether its sender is who it says.

#include "server/wire/aws_request.hpp"
#include "server/wire/signature.hpp"

namespace drydock::wire {

struct AuthenticationPolicy {
  Scope defaults;           // of unsigned requests, and the account of keys that tell none
  Credentials credentials;  // accounts of known keys; secrets when signatures are verified
  bool require_signature = false;
  bool verify = false;          // implies require_signature
  std::string credential_seed;  // of the temporary credentials that Drydock gives out
};

/// The account and region of a request. A credential that is known may name its account, a 12-digit access key id is
/// one, temporary credentials belong to the account they were issued for, and everything else to the default account;
/// the region is the credential scope's. Errors: MissingAuthenticationTokenException, IncompleteSignatureException,
/// InvalidSignatureException and, when signatures are verified, UnrecognizedClientException (a key that is not known)
/// and ExpiredTokenException.
std::expected<Scope, api::ApiError> authenticate(const SignedRequest& request, const AuthenticationPolicy& policy,
                                                 model::Instant now);

}  // namespace drydock::wire
