#pragma once

#include <cstdint>
#include <string>

#include "model/clock.hpp"
#include "model/ids.hpp"

namespace drydock::model {

/// The numbers are stored.
enum class AlarmState : std::uint8_t { kInsufficientData, kOk, kAlarm };

const char* to_text(AlarmState state);

/// A CloudWatch alarm as far as deployments look at it: its state, which the user sets through the admin API. An alarm
/// of which nothing was said is none, and never in ALARM.
struct Alarm {
  AlarmId id;
  WorldId world;
  std::string name;
  AlarmState state = AlarmState::kInsufficientData;
  Instant updated_at{};
};

}  // namespace drydock::model
