#include "server/wire/authenticator.hpp"

#include "server/operations/sts/role_credentials.hpp"

namespace drydock::wire {

using api::ApiError;

namespace sts = operations::sts;

namespace {

std::string_view session_token_of(const SignedRequest& request, const Authorization& authorization) {
  return authorization.presigned ? std::string_view(authorization.security_token)
                                 : header_of(request, "X-Amz-Security-Token");
}

/// What temporary credentials that were issued here sign with.
std::expected<Credential, ApiError> temporary(const Authorization& authorization, std::string_view token,
                                              std::string_view seed, model::Instant now) {
  const auto session = sts::read_session_token(token);
  if (!session || session->access_key_id != authorization.access_key) {
    return std::unexpected(
        ApiError::unrecognized_client().explained("The access key is not in the file given to --credentials."));
  }
  if (session->expiration <= now) {
    ApiError expired = ApiError::of("ExpiredTokenException", "The security token included in the request is expired");
    return std::unexpected(std::move(expired));
  }
  return Credential{sts::secret_of(token, seed), std::string(token), ""};
}

}  // namespace

std::expected<Scope, ApiError> authenticate(const SignedRequest& request, const AuthenticationPolicy& policy,
                                            model::Instant now) {
  const std::string_view header = header_of(request, "Authorization");
  auto found = authorization_of(header, request.target);
  if (!found) return std::unexpected(std::move(found.error()));
  const bool required = policy.require_signature || policy.verify;
  if (!*found) {
    if (!required) return policy.defaults;
    return std::unexpected(ApiError::missing_authentication_token().explained(
        "This Drydock takes signed requests only: give the client an access key and a secret."));
  }
  const Authorization& authorization = **found;
  if (required) {
    const bool has_date = !header_of(request, "X-Amz-Date").empty() || !header_of(request, "Date").empty();
    if (auto no = check_complete(authorization, header, has_date)) return std::unexpected(std::move(*no));
  }
  const std::string_view token = session_token_of(request, authorization);
  const auto known = policy.credentials.find(authorization.access_key);
  if (policy.verify) {
    std::expected<Credential, ApiError> credential;
    if (known != policy.credentials.end()) {
      credential = known->second;
    } else {
      credential = temporary(authorization, token, policy.credential_seed, now);
    }
    if (!credential) return std::unexpected(std::move(credential.error()));
    if (auto no = check_signature(request, authorization, *credential, now)) return std::unexpected(std::move(*no));
  }
  if (!is_region(authorization.region)) {
    return std::unexpected(ApiError::invalid_signature("Credential should be scoped to a valid region."));
  }
  Scope scope{policy.defaults.account, authorization.region, authorization.access_key, std::string(token)};
  if (known != policy.credentials.end() && !known->second.account.empty()) {
    scope.account = known->second.account;
  } else if (is_account(authorization.access_key)) {
    scope.account = authorization.access_key;
  } else if (auto issued = sts::account_of_temporary_key(authorization.access_key)) {
    scope.account = std::move(*issued);
  }
  return scope;
}

}  // namespace drydock::wire
