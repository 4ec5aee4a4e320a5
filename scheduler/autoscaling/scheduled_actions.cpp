#include "scheduler/autoscaling/scheduled_actions.hpp"

#include "scheduler/autoscaling/scale.hpp"
#include "scheduler/autoscaling/schedule.hpp"

namespace drydock::scheduler {
namespace {

std::string bounds_text(const model::ScheduledAction& action) {
  std::string text;
  if (action.minimum) text = "min capacity to " + std::to_string(*action.minimum);
  if (action.maximum) text += (text.empty() ? "" : " and ") + ("max capacity to " + std::to_string(*action.maximum));
  return text;
}

void run(model::Transaction& tx, const model::ScheduledAction& action) {
  const model::ScalableTarget& target = tx.state().get(action.target);
  const std::string cause = "scheduled action name " + action.name + " was triggered";
  if (target.schedule_suspended) return say_not_scaled(tx, target, "scheduled action", cause, "ScalingSuspended");
  tx.update(action.target, [&](model::ScalableTarget& entity) {
    entity.minimum = action.minimum.value_or(entity.minimum);
    entity.maximum = action.maximum.value_or(entity.maximum);
    // One bound alone moves the other along rather than turning the range around.
    if (entity.minimum > entity.maximum)
      (action.maximum ? entity.minimum : entity.maximum) = action.maximum.value_or(entity.minimum);
  });
  say_bounds_set(tx, target, bounds_text(action), cause);
  enforce_bounds(tx, action.target);
}

}  // namespace

model::Instant next_run(const model::ScheduledAction& action, model::Instant after) {
  const auto zone = TimeZone::named(action.timezone.empty() ? "UTC" : action.timezone);
  if (!zone) return {};
  const auto schedule = Schedule::parse(action.schedule, *zone);
  if (!schedule) return {};
  const bool starts = action.start_at != model::Instant{};
  // The start itself may be the first time.
  if (starts && after < action.start_at) after = action.start_at - model::Duration{1};
  const auto next = schedule->next(after, starts ? action.start_at : action.created_at);
  if (!next || (action.end_at != model::Instant{} && *next > action.end_at)) return {};
  return *next;
}

std::optional<model::Instant> run_scheduled_action(model::Transaction& tx, model::ScheduledActionId id) {
  const model::ScheduledAction* known = tx.state().find(id);
  if (known == nullptr || known->next_at == model::Instant{}) return std::nullopt;
  if (known->next_at > tx.now()) return known->next_at;
  const model::ScheduledAction action = *known;
  const model::Instant next = next_run(action, tx.now());
  tx.update(id, [&](model::ScheduledAction& entity) { entity.next_at = next; });
  run(tx, action);
  if (next == model::Instant{}) return std::nullopt;
  return next;
}

}  // namespace drydock::scheduler
