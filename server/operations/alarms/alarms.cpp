#include "server/operations/alarms/alarms.hpp"

#include "scheduler/alarms/watch.hpp"

namespace drydock::operations {

std::optional<model::AlarmState> parse_alarm_state(std::string_view text) {
  for (const auto state : {model::AlarmState::kOk, model::AlarmState::kAlarm, model::AlarmState::kInsufficientData}) {
    if (text == model::to_text(state)) return state;
  }
  return std::nullopt;
}

void set_alarm(model::Transaction& tx, model::WorldId world, const std::string& name, model::AlarmState state) {
  const auto id = [&] {
    if (const model::Alarm* known = tx.state().alarm_named(world, name)) return known->id;
    model::Alarm alarm;
    alarm.world = world;
    alarm.name = name;
    return tx.create(std::move(alarm));
  }();
  scheduler::force_alarm(tx, id, state, "Set by the admin API.");
}

}  // namespace drydock::operations
