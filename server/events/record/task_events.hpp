#pragma once
// ECS Task State Change (spec/events.md section 2).

#include "server/events/record/draft.hpp"

namespace drydock::events {

/// Whether the task is in another state for EventBridge than it was: `before` is null for a new one. Health is none.
bool is_task_change(const model::Task* before, const model::Task& after);
Draft task_event(const model::State& state, const model::Task& task, model::Instant now);

}  // namespace drydock::events
