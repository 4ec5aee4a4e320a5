#pragma once
// Secrets by the ids that requests give, and the errors that say they cannot be used.

#include <string>

#include "model/secret_store.hpp"
#include "server/operations/context.hpp"

namespace drydock::operations::secretsmanager {

inline api::ApiError invalid_request(std::string message) {
  return api::ApiError::of("InvalidRequestException", std::move(message));
}

/// Also one that is marked for deletion. Error: ResourceNotFoundException.
Result<const model::Secret*> find_any(const Context& context, const std::string& id);
/// One that is in use. Errors: the same, and InvalidRequestException for one that is marked for deletion.
Result<const model::Secret*> find_live(const Context& context, const std::string& id);

/// Takes away what has been marked for deletion long enough.
void forget_gone(Context& context);

}  // namespace drydock::operations::secretsmanager
