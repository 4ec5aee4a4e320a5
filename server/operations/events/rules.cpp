#include "model/arn.hpp"
#include "scheduler/events/deliveries.hpp"
#include "scheduler/events/envelope.hpp"
#include "scheduler/events/pattern.hpp"
#include "scheduler/events/schedules.hpp"
#include "server/operations/events/events.hpp"
#include "server/operations/events/lookup.hpp"
#include "server/operations/events/tags.hpp"
#include "server/operations/paging.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations::events {
namespace {

constexpr std::size_t kMostRules = 300;
constexpr std::size_t kPage = 100;

std::optional<std::string> unless_empty(const std::string& text) {
  if (text.empty()) return std::nullopt;
  return text;
}

const char* state_of(const model::EventRule& rule) { return rule.enabled ? "ENABLED" : "DISABLED"; }

Result<void> check(const api::events::PutRuleRequest& request) {
  const bool pattern = !request.EventPattern.value_or("").empty();
  const bool schedule = !request.ScheduleExpression.value_or("").empty();
  if (!pattern && !schedule) {
    return std::unexpected(validation("Parameter(s) EventPattern or ScheduleExpression must be specified."));
  }
  if (pattern) {
    const auto parsed = scheduler::EventPattern::parse(*request.EventPattern);
    if (!parsed) return std::unexpected(bad_pattern(parsed.error()));
  }
  if (schedule && !scheduler::is_rule_schedule(*request.ScheduleExpression)) {
    return std::unexpected(validation("Parameter ScheduleExpression is not valid."));
  }
  return {};
}

Result<void> set_enabled(const std::optional<std::string>& name, const std::optional<std::string>& bus, bool enabled,
                         Context& context) {
  const auto rule = find_rule(context, name, bus);
  if (!rule) return std::unexpected(rule.error());
  context.tx.update((*rule)->id, [&](model::EventRule& entity) {
    entity.enabled = enabled;
    entity.next_at = scheduler::next_run(entity, context.tx.now());
  });
  return {};
}

api::events::Rule show(const Context& context, const model::EventRule& rule) {
  api::events::Rule shown;
  shown.Name = rule.name;
  shown.Arn = scheduler::rule_arn(context.state().get(context.world), rule.name);
  shown.EventPattern = unless_empty(rule.pattern);
  shown.State = state_of(rule);
  shown.Description = unless_empty(rule.description);
  shown.ScheduleExpression = unless_empty(rule.schedule);
  shown.RoleArn = unless_empty(rule.role_arn);
  shown.EventBusName = kDefaultBus;
  return shown;
}

}  // namespace

Result<api::events::PutRuleResponse> put_rule(const api::events::PutRuleRequest& request, Context& context) {
  if (auto checked = check_bus(context, request.EventBusName); !checked) {
    return std::unexpected(std::move(checked.error()));
  }
  if (auto checked = check(request); !checked) return std::unexpected(std::move(checked.error()));
  auto tags = checked_event_tags(request.Tags);
  if (!tags) return std::unexpected(std::move(tags.error()));
  const auto change = [&](model::EventRule& rule) {
    rule.description = request.Description.value_or("");
    rule.pattern = request.EventPattern.value_or("");
    rule.schedule = request.ScheduleExpression.value_or("");
    rule.role_arn = request.RoleArn.value_or("");
    rule.enabled = request.State.value_or("ENABLED") != "DISABLED";
    rule.next_at = scheduler::next_run(rule, context.tx.now());
  };
  const std::string name = request.Name.value_or("");
  if (const model::EventRule* known = context.state().event_rule_named(context.world, name)) {
    // Tags are for new rules: TagResource changes them.
    context.tx.update(known->id, change);
  } else {
    if (context.state().of(context.world).event_rules.size() >= kMostRules) {
      return std::unexpected(
          api::ApiError::limit_exceeded("The requested resource exceeds the maximum number allowed."));
    }
    model::EventRule rule;
    rule.world = context.world;
    rule.name = name;
    rule.tags = std::move(*tags);
    rule.created_at = context.tx.now();
    change(rule);
    context.tx.create(std::move(rule));
  }
  api::events::PutRuleResponse response;
  response.RuleArn = scheduler::rule_arn(context.state().get(context.world), name);
  return response;
}

Result<api::events::DeleteRuleResponse> delete_rule(const api::events::DeleteRuleRequest& request, Context& context) {
  if (auto checked = check_bus(context, request.EventBusName); !checked) {
    return std::unexpected(std::move(checked.error()));
  }
  const model::EventRule* rule = context.state().event_rule_named(context.world, request.Name.value_or(""));
  if (rule == nullptr) return api::events::DeleteRuleResponse{};
  if (!rule->targets.empty()) {
    return std::unexpected(validation("Rule can't be deleted since it has targets."));
  }
  scheduler::remove_rule(context.tx, rule->id);
  return api::events::DeleteRuleResponse{};
}

Result<api::events::DescribeRuleResponse> describe_rule(const api::events::DescribeRuleRequest& request,
                                                        Context& context) {
  const auto found = find_rule(context, request.Name, request.EventBusName);
  if (!found) return std::unexpected(found.error());
  api::events::Rule shown = show(context, **found);
  api::events::DescribeRuleResponse response;
  response.Name = std::move(shown.Name);
  response.Arn = std::move(shown.Arn);
  response.EventPattern = std::move(shown.EventPattern);
  response.State = std::move(shown.State);
  response.Description = std::move(shown.Description);
  response.ScheduleExpression = std::move(shown.ScheduleExpression);
  response.RoleArn = std::move(shown.RoleArn);
  response.EventBusName = std::move(shown.EventBusName);
  response.CreatedBy = context.state().get(context.world).account;
  return response;
}

Result<api::events::ListRulesResponse> list_rules(const api::events::ListRulesRequest& request, Context& context) {
  if (auto checked = check_bus(context, request.EventBusName); !checked) {
    return std::unexpected(std::move(checked.error()));
  }
  api::events::ListRulesResponse response;
  auto& rules = response.Rules.emplace();
  const auto size = static_cast<std::size_t>(request.Limit.value_or(kPage));
  auto filled = fill_page(
      "rules", context.state().of(context.world).event_rules, request.NextToken, size, response.NextToken,
      [](const auto&) { return true; }, [](const auto& entry) { return entry.first; },
      [&](const auto& entry) { rules.push_back(show(context, context.state().get(entry.second))); },
      request.NamePrefix.value_or(""));
  if (!filled) return std::unexpected(validation("NextToken is not valid."));
  return response;
}

Result<api::events::EnableRuleResponse> enable_rule(const api::events::EnableRuleRequest& request, Context& context) {
  if (auto done = set_enabled(request.Name, request.EventBusName, true, context); !done) {
    return std::unexpected(std::move(done.error()));
  }
  return api::events::EnableRuleResponse{};
}

Result<api::events::DisableRuleResponse> disable_rule(const api::events::DisableRuleRequest& request,
                                                      Context& context) {
  if (auto done = set_enabled(request.Name, request.EventBusName, false, context); !done) {
    return std::unexpected(std::move(done.error()));
  }
  return api::events::DisableRuleResponse{};
}

Result<api::events::DescribeEventBusResponse> describe_event_bus(const api::events::DescribeEventBusRequest& request,
                                                                 Context& context) {
  if (auto checked = check_bus(context, request.Name); !checked) return std::unexpected(std::move(checked.error()));
  api::events::DescribeEventBusResponse response;
  response.Name = kDefaultBus;
  response.Arn = bus_arn(context.state().get(context.world));
  return response;
}

Result<api::events::ListEventBusesResponse> list_event_buses(const api::events::ListEventBusesRequest& request,
                                                             Context& context) {
  api::events::ListEventBusesResponse response;
  auto& buses = response.EventBuses.emplace();
  if (!std::string_view(kDefaultBus).starts_with(request.NamePrefix.value_or(""))) return response;
  api::events::EventBus& bus = buses.emplace_back();
  bus.Name = kDefaultBus;
  bus.Arn = bus_arn(context.state().get(context.world));
  return response;
}

}  // namespace drydock::operations::events
