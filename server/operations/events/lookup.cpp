#include "server/operations/events/lookup.hpp"

#include "model/arn.hpp"

namespace drydock::operations::events {

api::ApiError validation(std::string message) { return api::ApiError::of("ValidationException", std::move(message)); }

api::ApiError bad_pattern(const std::string& reason) {
  return api::ApiError::of("InvalidEventPatternException", "Event pattern is not valid. Reason: " + reason);
}

std::string bus_arn(const model::World& world) {
  return "arn:" + std::string(model::partition_of(world.region)) + ":events:" + world.region + ":" + world.account +
         ":event-bus/" + kDefaultBus;
}

Result<void> check_bus(const Context& context, const std::optional<std::string>& bus) {
  if (!bus || bus->empty() || *bus == kDefaultBus || *bus == bus_arn(context.state().get(context.world))) return {};
  return std::unexpected(api::ApiError::resource_not_found("Event bus " + *bus + " does not exist.")
                             .explained("Drydock has the default event bus only."));
}

Result<const model::EventRule*> find_rule(const Context& context, const std::optional<std::string>& name,
                                          const std::optional<std::string>& bus) {
  if (auto checked = check_bus(context, bus); !checked) return std::unexpected(std::move(checked.error()));
  const model::EventRule* rule = context.state().event_rule_named(context.world, name.value_or(""));
  if (rule != nullptr) return rule;
  return std::unexpected(api::ApiError::resource_not_found("Rule " + name.value_or("") +
                                                           " does not exist on EventBus " + kDefaultBus + "."));
}

}  // namespace drydock::operations::events
