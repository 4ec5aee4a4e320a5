#pragma once
// Scale-in protection of a service's tasks and what it holds up (spec/services.md section 7). Pure.

#include "model/state.hpp"

namespace drydock::scheduler {

/// True when protected tasks keep the service from its steady state: there are more of them than it wants tasks, or
/// the PRIMARY deployment has all its tasks and nothing but protected ones is left of older deployments.
bool blocked_by_protection(const model::State& state, model::ServiceId service, model::Instant now);

}  // namespace drydock::scheduler
