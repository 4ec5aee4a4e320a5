#pragma once
// What a parameter may be called, and how values and errors of this service look.

#include <optional>
#include <string>
#include <string_view>

#include "model/parameter_store.hpp"
#include "server/operations/context.hpp"

namespace drydock::operations::ssm {

inline api::ApiError validation(std::string message) {
  return api::ApiError::of("ValidationException", std::move(message));
}

/// Refuses a name for a new parameter. Errors: ValidationException, HierarchyLevelLimitExceededException.
std::optional<api::ApiError> check_name(const std::string& name);

/// ParameterNotFound, or ParameterVersionNotFound for a parameter that lacks the version.
Result<model::FoundParameter> find(const Context& context, const std::string& reference);

const char* to_text(model::ParameterType type);
/// The type of that name; the model has checked it.
model::ParameterType read_type(std::string_view text);

/// The value as it is shown: of a SecureString only when it is asked for.
std::string shown_value(const model::Parameter& parameter, const model::ParameterVersion& version, bool decrypted);

}  // namespace drydock::operations::ssm
