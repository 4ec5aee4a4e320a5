#pragma once
// EventBridge writes the members of its tags with capitals.

#include <optional>
#include <vector>

#include "api-spec/generated/events/types.hpp"
#include "server/operations/context.hpp"

namespace drydock::operations::events {

/// A request's tags as the model keeps them, checked. Error: ValidationException.
Result<std::vector<api::Tag>> checked_event_tags(const std::optional<std::vector<api::events::Tag>>& tags);

}  // namespace drydock::operations::events
