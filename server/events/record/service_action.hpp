#pragma once
// What every event of detail type ECS Service Action has.

#include <string_view>

#include "server/events/record/draft.hpp"

namespace drydock::events {

struct Action {
  std::string_view type;
  std::string_view name;
};

/// World, detail type, cluster, service and resources; no detail yet.
Draft action_draft(const model::State& state, const model::Service& service);
/// The detail's first members.
Object head(const Draft& draft, const Action& action);
Draft finish(Draft draft, Object detail, model::Instant at);

}  // namespace drydock::events
