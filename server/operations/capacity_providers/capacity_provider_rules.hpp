#pragma once
// What CreateCapacityProvider and UpdateCapacityProvider refuse, and the defaults of the rest.

#include <optional>
#include <string_view>

#include "api-spec/generated/types.hpp"
#include "api-spec/runtime/api_error.hpp"

namespace drydock::operations {

/// Error: ClientException for characters a name cannot have and for reserved beginnings.
std::optional<api::ApiError> check_provider_name(std::string_view name);

/// The group's settings with ECS's defaults for what was left out.
api::AutoScalingGroupProvider with_defaults(api::AutoScalingGroupProvider group);

/// For settings with defaults filled in. Error: ClientException.
std::optional<api::ApiError> check_group(const api::AutoScalingGroupProvider& group);

/// `before` with what the update names.
api::AutoScalingGroupProvider updated(api::AutoScalingGroupProvider before,
                                      const api::AutoScalingGroupProviderUpdate& update);
api::ManagedInstancesProvider updated(api::ManagedInstancesProvider before,
                                      const api::UpdateManagedInstancesProviderConfiguration& update);

}  // namespace drydock::operations
