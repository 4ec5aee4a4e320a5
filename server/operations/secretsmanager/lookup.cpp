#include "server/operations/secretsmanager/lookup.hpp"

namespace drydock::operations::secretsmanager {

Result<const model::Secret*> find_any(const Context& context, const std::string& id) {
  const model::Secret* secret = model::find_secret(context.state(), context.world, id, context.tx.now());
  if (secret != nullptr) return secret;
  return std::unexpected(api::ApiError::resource_not_found("Secrets Manager can't find the specified secret."));
}

Result<const model::Secret*> find_live(const Context& context, const std::string& id) {
  auto secret = find_any(context, id);
  if (!secret || (*secret)->gone_at == model::Instant{}) return secret;
  return std::unexpected(
      invalid_request("You can't perform this operation on the secret because it was marked for deletion."));
}

void forget_gone(Context& context) {
  while (true) {
    const auto& deleted = context.state().of(context.world).deleted_secrets;
    if (deleted.empty() || deleted.begin()->first > context.tx.now()) return;
    const model::SecretId id = deleted.begin()->second;
    context.tx.remove(id);
  }
}

}  // namespace drydock::operations::secretsmanager
