#pragma once
// Finding rules and the default event bus, and EventBridge's words for what is not there.

#include <optional>
#include <string>

#include "server/operations/context.hpp"

namespace drydock::operations::events {

inline constexpr const char* kDefaultBus = "default";

api::ApiError validation(std::string message);
api::ApiError bad_pattern(const std::string& reason);

/// There is one bus, named `default`, by its name or its ARN; absent means it, too.
Result<void> check_bus(const Context& context, const std::optional<std::string>& bus);
std::string bus_arn(const model::World& world);
Result<const model::EventRule*> find_rule(const Context& context, const std::optional<std::string>& name,
                                          const std::optional<std::string>& bus);

}  // namespace drydock::operations::events
