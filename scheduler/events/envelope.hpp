#pragma once
// What all events have in common (spec/events.md section 1).

#include <string>
#include <string_view>
#include <vector>

#include "model/state.hpp"

namespace drydock::scheduler {

/// UTC in whole seconds: 2026-01-05T10:01:12Z, as an envelope has it.
std::string event_time(model::Instant time);
/// With up to milliseconds, zeros at the end left out: 2026-01-05T10:00:34.52Z, as details have it.
std::string detail_time(model::Instant time);

struct Envelope {
  model::Uuid id;
  std::string_view detail_type;
  std::string_view source = "aws.ecs";
  model::Instant time{};
  std::vector<std::string> resources;
};

/// The event as one line of JSON; `detail` is JSON.
std::string event_text(const model::World& world, const Envelope& envelope, std::string_view detail);

/// arn:<partition>:events:<region>:<account>:rule/<name>
std::string rule_arn(const model::World& world, std::string_view name);

}  // namespace drydock::scheduler
