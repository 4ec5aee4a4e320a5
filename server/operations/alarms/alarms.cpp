#include "server/operations/alarms/alarms.hpp"

namespace drydock::operations {

std::optional<model::AlarmState> parse_alarm_state(std::string_view text) {
  for (const auto state : {model::AlarmState::kOk, model::AlarmState::kAlarm, model::AlarmState::kInsufficientData}) {
    if (text == model::to_text(state)) return state;
  }
  return std::nullopt;
}

void set_alarm(model::Transaction& tx, model::WorldId world, const std::string& name, model::AlarmState state) {
  const auto change = [&](model::Alarm& alarm) {
    alarm.state = state;
    alarm.updated_at = tx.now();
  };
  if (const model::Alarm* known = tx.state().alarm_named(world, name)) {
    tx.update(known->id, change);
    return;
  }
  model::Alarm alarm;
  alarm.world = world;
  alarm.name = name;
  change(alarm);
  tx.create(std::move(alarm));
}

}  // namespace drydock::operations
