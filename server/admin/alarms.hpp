#pragma once
// GET and PUT /_drydock/alarms: CloudWatch alarms as far as deployments look at them.

#include <expected>
#include <string>
#include <string_view>

#include "model/state.hpp"

namespace drydock::server {

struct AlarmChange {
  std::string account;
  std::string region;
  std::string name;
  model::AlarmState state = model::AlarmState::kOk;
};

/// {"name", "state": OK|ALARM|INSUFFICIENT_DATA, "account"?, "region"?}; the error is a sentence for the user.
std::expected<AlarmChange, std::string> parse_alarm_change(std::string_view body, const std::string& account,
                                                           const std::string& region);

std::string alarm_json(const model::State& state, const model::Alarm& alarm);
/// {"alarms": [...]}, of all accounts and regions.
std::string alarms_json(const model::State& state);

}  // namespace drydock::server
