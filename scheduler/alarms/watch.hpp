#pragma once
// Alarms over time: when they are looked at, and what they set off.

#include <optional>

#include "model/transaction.hpp"

namespace drydock::scheduler {

/// Gives the alarm the state its datapoints ask for and, while it is in ALARM, carries out its scaling actions: once
/// for each period, as CloudWatch does. The result says when to look again; an alarm without data waits for some.
std::optional<model::Instant> watch_alarm(model::Transaction& tx, model::AlarmId id);

/// Sets the state by hand until the next period is over, and carries out the scaling actions of ALARM.
void force_alarm(model::Transaction& tx, model::AlarmId id, model::AlarmState state, const std::string& reason);

}  // namespace drydock::scheduler
