#pragma once
// The states of CloudWatch alarms, as users set them through the admin API for deployments to see.

#include <optional>
#include <string>
#include <string_view>

#include "model/transaction.hpp"

namespace drydock::operations {

/// OK, ALARM or INSUFFICIENT_DATA; nullopt for anything else.
std::optional<model::AlarmState> parse_alarm_state(std::string_view text);

/// The alarm is there from then on. One that watches a metric acts on it as it does on SetAlarmState.
void set_alarm(model::Transaction& tx, model::WorldId world, const std::string& name, model::AlarmState state);

}  // namespace drydock::operations
