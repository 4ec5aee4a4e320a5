#pragma once
// Rules with a schedule: rate(...) or cron(...), in UTC.

#include <expected>
#include <optional>
#include <string>

#include "model/transaction.hpp"

namespace drydock::scheduler {

/// Whether a rule can have this schedule: at(...) is for others.
bool is_rule_schedule(const std::string& text);
/// When the rule is due next after `after`; "never" for one that is disabled or has no schedule.
model::Instant next_run(const model::EventRule& rule, model::Instant after);
/// Sends what is due to the rule's targets. What a stopped server missed is not made up for. The result says when to
/// look again.
std::optional<model::Instant> run_event_rule(model::Transaction& tx, model::EventRuleId id);

}  // namespace drydock::scheduler
