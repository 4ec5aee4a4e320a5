#pragma once
// The rules of the model and of rules.json, checked before a handler sees the request.

#include <optional>

#include "api-spec/runtime/api_error.hpp"
#include "api-spec/runtime/operation.hpp"

namespace drydock::api {

/// Checks required members first, then enumerations, ranges, lengths (in code points), list sizes, patterns and tags.
/// Rules that need State or relate members to each other are the operation's own.
/// Error: what the operation gives for bad parameters (mostly InvalidParameterException), with the member's path as
/// its explanation.
std::optional<ApiError> validate(const OperationInfo& operation, const void* request);

}  // namespace drydock::api
