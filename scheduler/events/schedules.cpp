#include "scheduler/events/schedules.hpp"

#include "scheduler/autoscaling/schedule.hpp"
#include "scheduler/events/deliveries.hpp"
#include "scheduler/events/envelope.hpp"

namespace drydock::scheduler {
namespace {

/// A rule that is later than this was missed.
constexpr model::Duration kLate = std::chrono::minutes(1);

std::expected<Schedule, std::string> parse(const std::string& text) {
  const auto utc = TimeZone::named("UTC");
  return Schedule::parse(text, *utc);
}

void send_scheduled_event(model::Transaction& tx, model::EventRuleId id, model::Instant due) {
  const model::EventRule& rule = tx.state().get(id);
  const model::World& world = tx.state().get(rule.world);
  Envelope envelope;
  envelope.id = tx.random().uuid();
  envelope.detail_type = "Scheduled Event";
  envelope.source = "aws.events";
  envelope.time = due;
  envelope.resources = {rule_arn(world, rule.name)};
  send_to_targets(tx, id, event_text(world, envelope, "{}"), 0);
}

}  // namespace

bool is_rule_schedule(const std::string& text) { return !text.starts_with("at(") && parse(text).has_value(); }

model::Instant next_run(const model::EventRule& rule, model::Instant after) {
  if (!rule.enabled || rule.schedule.empty()) return {};
  const auto schedule = parse(rule.schedule);
  if (!schedule) return {};
  return schedule->next(after, rule.created_at).value_or(model::Instant{});
}

std::optional<model::Instant> run_event_rule(model::Transaction& tx, model::EventRuleId id) {
  const model::EventRule* rule = tx.state().find(id);
  if (rule == nullptr || rule->next_at == model::Instant{}) return std::nullopt;
  const model::Instant due = rule->next_at;
  if (due > tx.now()) return due;
  const model::Instant next = next_run(*rule, tx.now());
  tx.update(id, [&](model::EventRule& entity) { entity.next_at = next; });
  if (tx.now() - due <= kLate) send_scheduled_event(tx, id, due);
  if (next == model::Instant{}) return std::nullopt;
  return next;
}

}  // namespace drydock::scheduler
