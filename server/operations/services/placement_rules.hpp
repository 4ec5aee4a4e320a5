#pragma once
// What services and RunTask may ask of placement (spec/placement.md sections 4 and 5).

#include <optional>
#include <vector>

#include "api-spec/generated/types.hpp"
#include "api-spec/runtime/api_error.hpp"
#include "model/task.hpp"

namespace drydock::operations {

/// Refuses constraints and strategies that are malformed or that the launch type does not have:
/// InvalidParameterException.
/// `definition` may be null; its own constraints count towards the limit.
std::optional<api::ApiError> check_placement(const std::optional<std::vector<api::PlacementConstraint>>& constraints,
                                             const std::optional<std::vector<api::PlacementStrategy>>& strategies,
                                             const api::TaskDefinition* definition, model::LaunchType launch_type);

}  // namespace drydock::operations
