#include "server/wire/authenticator.hpp"

#include "server/operations/sts/role_credentials.hpp"

namespace drydock::wire {

using api::ApiError;

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
  const auto known = policy.credentials.find(authorization.access_key);
  if (policy.verify) {
    if (known == policy.credentials.end()) {
      return std::unexpected(
          ApiError::unrecognized_client().explained("The access key is not in the file given to --credentials."));
    }
    if (auto no = check_signature(request, authorization, known->second, now)) return std::unexpected(std::move(*no));
  }
  if (!is_region(authorization.region)) {
    return std::unexpected(ApiError::invalid_signature("Credential should be scoped to a valid region."));
  }
  Scope scope{policy.defaults.account, authorization.region};
  if (known != policy.credentials.end() && !known->second.account.empty()) {
    scope.account = known->second.account;
  } else if (is_account(authorization.access_key)) {
    scope.account = authorization.access_key;
  } else if (auto account = operations::sts::account_of_temporary_key(authorization.access_key)) {
    scope.account = std::move(*account);
  }
  return scope;
}

}  // namespace drydock::wire
