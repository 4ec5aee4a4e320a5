#pragma once
// Scheduled actions at work.

#include <optional>

#include "model/transaction.hpp"

namespace drydock::scheduler {

/// When the action is due next after `after`; "never" when it is over or its schedule cannot be read.
model::Instant next_run(const model::ScheduledAction& action, model::Instant after);

/// Does what is due: the target gets the action's bounds, and the service a count within them. What a stopped server
/// missed is done once when it is back if it was to happen once only. The result says when to look again.
std::optional<model::Instant> run_scheduled_action(model::Transaction& tx, model::ScheduledActionId id);

}  // namespace drydock::scheduler
