#pragma once
// RegisterTaskDefinition's rules between and inside members. What the service model itself says (types, enums,
// required members) is checked before, from its tables.

#include <cstddef>
#include <optional>

#include "api-spec/generated/types.hpp"
#include "api-spec/runtime/api_error.hpp"

namespace drydock::model {

/// The first rule the request breaks, in the order ECS looks: units, family, list sizes, containers, dependencies,
/// Fargate. Every refusal is a ClientException. Placement expressions are checked for presence and length; who
/// registers reads them.
std::optional<api::ApiError> validate_task_definition(const api::RegisterTaskDefinitionRequest& request);

/// The 64 KiB rule, which counts the request body as sent.
std::optional<api::ApiError> check_request_size(std::size_t bytes);

}  // namespace drydock::model
