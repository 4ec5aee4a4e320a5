#pragma once
// The networkConfiguration of RunTask, StartTask, services and task sets.

#include <optional>
#include <string_view>

#include "api-spec/generated/types.hpp"
#include "api-spec/runtime/api_error.hpp"

namespace drydock::model {

/// Refuses a networkConfiguration that does not go with the task definition's network mode or the launch type
/// ("EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES"): InvalidParameterException. `network` may be null. There is no
/// VPC to look into: every subnet and security group id of the right form exists.
std::optional<api::ApiError> check_network_configuration(const api::TaskDefinition& definition,
                                                         const api::NetworkConfiguration* network,
                                                         std::string_view launch_type);

}  // namespace drydock::model
