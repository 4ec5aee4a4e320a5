#pragma once
// Generated from api-spec/ecs.json and rules.json; do not edit.
// The operations of the API.

#include "api-spec/generated/types.hpp"
#include "api-spec/runtime/operation.hpp"

namespace drydock::api {

/// Everything before the operation's name in X-Amz-Target, without the dot.
inline constexpr std::string_view kTargetPrefix = "Tiny_1";

/// All operations, in alphabetical order.
std::span<const OperationInfo> operations();

/// Null when there is no such operation. Case matters.
const OperationInfo* find_operation(std::string_view name);

/// The values of an enumeration by its name in the model, e.g. "LaunchType"; empty when there is no such one.
std::span<const std::string_view> enum_values(std::string_view shape);

}  // namespace drydock::api
