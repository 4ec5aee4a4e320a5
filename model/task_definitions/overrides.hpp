#pragma once
// The overrides of RunTask and StartTask.

#include <cstddef>
#include <optional>

#include "api-spec/generated/types.hpp"
#include "api-spec/runtime/api_error.hpp"

namespace drydock::model {

/// Characters of JSON a TaskOverride may have.
inline constexpr std::size_t kMaxOverrideCharacters = 8192;

/// Refuses overrides that do not fit the task definition: InvalidParameterException. Fargate's size table is not
/// asked (check_fargate_size, with requirements_of).
std::optional<api::ApiError> check_overrides(const api::TaskDefinition& definition, const api::TaskOverride& overrides);

}  // namespace drydock::model
