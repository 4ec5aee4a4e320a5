#pragma once
// What a task's change means to its service: service actions that no line of the service's Events tab tells of.

#include "server/events/record/draft.hpp"

namespace drydock::events {

/// SERVICE_DAEMON_PLACEMENT_CONSTRAINT_VIOLATED for a task that has to leave its instance because of a constraint,
/// SERVICE_DISCOVERY_INSTANCE_UNHEALTHY for one that is unhealthy and stands in a service registry.
Drafts task_service_events(const model::State& state, const model::Task* before, const model::Task& after,
                           model::Instant now);

}  // namespace drydock::events
