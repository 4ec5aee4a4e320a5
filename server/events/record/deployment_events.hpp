#pragma once
// ECS Deployment State Change and ECS Hook State Change (spec/events.md sections 5 and 6).

#include "server/events/record/draft.hpp"

namespace drydock::events {

/// Failures first, what follows from them last.
/// `lines` are the service events of the same transaction, in their order.
Drafts deployment_events(const model::State& state, const model::Service* before, const model::Service& after,
                         const std::vector<std::string_view>& lines, model::Instant now);
Drafts hook_events(const model::State& state, const model::ServiceDeployment* before,
                   const model::ServiceDeployment& after, model::Instant now);

}  // namespace drydock::events
