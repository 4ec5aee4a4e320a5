#pragma once
// ECS Service Action: what the service scheduler notices (spec/events.md section 4), as twins of the lines that
// services say in their Events tab.

#include <optional>
#include <string>
#include <string_view>

#include "server/events/record/draft.hpp"

namespace drydock::events {

/// The events that go with a service's new line; none for most.
Drafts service_actions(const model::State& state, const model::ServiceEvent& said);
/// A count that the scheduler changed, not a user.
std::optional<Draft> desired_count_event(const model::State& state, const model::Service& before,
                                         const model::Service& after, model::Instant now);

}  // namespace drydock::events
