#include "scheduler/alarms/watch.hpp"

#include "scheduler/alarms/evaluate.hpp"
#include "scheduler/autoscaling/policies.hpp"
#include "scheduler/metrics/statistics.hpp"

namespace drydock::scheduler {
namespace {

/// The identifier in arn:...:scalingPolicy:<uuid>:resource/...; nullopt for other actions, which are not carried out.
std::optional<model::Uuid> policy_in(std::string_view action) {
  constexpr std::string_view kMark = ":scalingPolicy:";
  const std::size_t at = action.find(kMark);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view rest = action.substr(at + kMark.size());
  return model::parse_uuid(rest.substr(0, rest.find(':')));
}

void act(model::Transaction& tx, model::AlarmId id, bool forced) {
  const auto definition = tx.state().get(id).definition;
  if (!definition || !definition->ActionsEnabled.value_or(true) || !definition->AlarmActions) return;
  for (const std::string& action : *definition->AlarmActions) {
    const auto uuid = policy_in(action);
    const model::ScalingPolicy* policy = uuid ? tx.state().scaling_policy_with(*uuid) : nullptr;
    if (policy != nullptr) run_policy(tx, policy->id, id, forced);
  }
}

model::Duration period_of(const model::Alarm& alarm) {
  return std::chrono::seconds(alarm.definition->Period.value_or(60));
}

}  // namespace

std::optional<model::Instant> watch_alarm(model::Transaction& tx, model::AlarmId id) {
  const model::Alarm* alarm = tx.state().find(id);
  if (alarm == nullptr || !alarm->definition) return std::nullopt;
  if (alarm->acted_for > tx.now()) return alarm->acted_for;
  const AlarmRule rule = rule_of(*alarm->definition);
  const model::Duration period = period_of(*alarm);
  const model::Instant end = period_start(tx.now(), period);
  const auto values = datapoints(tx.state(), *alarm, tx.now(), rule.periods + kPeriodsBeyond);
  const model::AlarmState state = alarm_state(rule, values).value_or(alarm->state);
  if (state != alarm->state) {
    tx.update(id, [&](model::Alarm& entity) {
      entity.state = state;
      entity.reason = state_reason(rule, values, state);
      entity.updated_at = tx.now();
    });
  }
  if (state == model::AlarmState::kAlarm && alarm->acted_for < end) {
    tx.update(id, [&](model::Alarm& entity) { entity.acted_for = end; });
    act(tx, id, false);
  }
  const model::Instant oldest = end - (rule.periods + kPeriodsBeyond) * period;
  const bool more = has_samples_since(tx.state(), alarm->world, alarm->metric, oldest);
  if (!more && state != model::AlarmState::kAlarm) return std::nullopt;
  return end + period;
}

void force_alarm(model::Transaction& tx, model::AlarmId id, model::AlarmState state, const std::string& reason) {
  tx.update(id, [&](model::Alarm& entity) {
    entity.state = state;
    entity.reason = reason;
    entity.updated_at = tx.now();
    if (!entity.definition) return;
    const model::Duration period = period_of(entity);
    entity.acted_for = period_start(tx.now(), period) + period;
  });
  if (state == model::AlarmState::kAlarm) act(tx, id, true);
}

}  // namespace drydock::scheduler
