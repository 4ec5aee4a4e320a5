#include "server/operations/secretsmanager/lookup.hpp"
#include "server/operations/secretsmanager/secretsmanager.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations::secretsmanager {
namespace {

constexpr std::int64_t kDefaultDays = 30;

api::secretsmanager::DeleteSecretResponse answer(const Context& context, const model::Secret& secret,
                                                 model::Instant gone_at) {
  api::secretsmanager::DeleteSecretResponse response;
  response.ARN = model::arn_of(context.state(), secret);
  response.Name = secret.name;
  response.DeletionDate = timestamp(gone_at);
  return response;
}

}  // namespace

Result<api::secretsmanager::DeleteSecretResponse> delete_secret(const api::secretsmanager::DeleteSecretRequest& request,
                                                                Context& context) {
  const bool at_once = request.ForceDeleteWithoutRecovery.value_or(false);
  if (at_once && request.RecoveryWindowInDays) {
    return std::unexpected(api::ApiError::invalid_parameter(
        "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays."));
  }
  const std::int64_t days = request.RecoveryWindowInDays.value_or(kDefaultDays);
  if (days < 7 || days > 30) {
    return std::unexpected(
        api::ApiError::invalid_parameter("The RecoveryWindowInDays value must be between 7 and 30 days (inclusive)."));
  }
  forget_gone(context);
  const auto secret = find_any(context, *request.SecretId);
  if (!secret && at_once) {
    // To force a deletion of what is not there is no error.
    api::secretsmanager::DeleteSecretResponse nothing;
    nothing.Name = *request.SecretId;
    nothing.DeletionDate = timestamp(context.tx.now());
    return nothing;
  }
  if (!secret) return std::unexpected(secret.error());
  if (at_once) {
    auto response = answer(context, **secret, context.tx.now());
    context.tx.remove((*secret)->id);
    return response;
  }
  if ((*secret)->gone_at != model::Instant{}) {
    return std::unexpected(
        invalid_request("You tried to perform the operation on a secret that's currently marked deleted."));
  }
  const model::Instant gone_at = context.tx.now() + std::chrono::days(days);
  context.tx.update((*secret)->id, [&](model::Secret& entity) {
    entity.deleted_at = context.tx.now();
    entity.gone_at = gone_at;
  });
  return answer(context, **secret, gone_at);
}

Result<api::secretsmanager::RestoreSecretResponse> restore_secret(
    const api::secretsmanager::RestoreSecretRequest& request, Context& context) {
  const auto secret = find_any(context, *request.SecretId);
  if (!secret) return std::unexpected(secret.error());
  if ((*secret)->gone_at != model::Instant{}) {
    context.tx.update((*secret)->id, [](model::Secret& entity) {
      entity.deleted_at = {};
      entity.gone_at = {};
    });
  }
  api::secretsmanager::RestoreSecretResponse response;
  response.ARN = model::arn_of(context.state(), **secret);
  response.Name = (*secret)->name;
  return response;
}

}  // namespace drydock::operations::secretsmanager
