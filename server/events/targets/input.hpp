#pragma once
// What a target gets of an event: all of it, a part, a constant, or a text made from parts of it.

#include <string>

#include "api-spec/generated/events/types.hpp"

namespace drydock::server {

/// What a template may mention besides parts of the event.
struct InputSurroundings {
  std::string rule_arn;
  std::string rule_name;
  std::string time;  // of the delivery
};

/// The target's Input, InputPath or InputTransformer, applied to the event's JSON; the event itself without any.
std::string target_input(const api::events::Target& target, const std::string& event,
                         const InputSurroundings& surroundings);

}  // namespace drydock::server
