#pragma once
// Which launch types a task definition can run on.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api-spec/generated/types.hpp"
#include "api-spec/runtime/api_error.hpp"

namespace drydock::model {

/// `compatibilities` of a valid request: never empty, FARGATE only when nothing in the request stands against it.
std::vector<std::string> compatibilities_of(const api::RegisterTaskDefinitionRequest& request);

/// Refuses a task definition that no new task or service may use (INACTIVE, DELETE_IN_PROGRESS): ClientException.
std::optional<api::ApiError> check_usable(const api::TaskDefinition& definition);

/// Refuses a launch type ("EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES") that the task definition cannot run on:
/// InvalidParameterException.
std::optional<api::ApiError> check_launch_type(const api::TaskDefinition& definition, std::string_view launch_type);

}  // namespace drydock::model
