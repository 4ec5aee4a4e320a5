#include <algorithm>

#include <nlohmann/json.hpp>

#include "api-spec/generated/events/tables.hpp"
#include "api-spec/runtime/decode.hpp"
#include "api-spec/runtime/encode.hpp"
#include "scheduler/events/deliveries.hpp"
#include "server/operations/events/events.hpp"
#include "server/operations/events/lookup.hpp"
#include "server/operations/paging.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations::events {
namespace {

constexpr std::size_t kMostTargets = 5;
constexpr std::size_t kPage = 100;

bool is_json(const std::string& text) { return nlohmann::json::accept(text); }

Result<void> check(const api::events::Target& target) {
  const std::string id = target.Id.value_or("");
  const std::string arn = target.Arn.value_or("");
  const bool url = arn.starts_with("http://");  // Drydock's own: EventBridge has API destinations
  if (!arn.starts_with("arn:") && !url) {
    return std::unexpected(
        validation("Parameter " + arn + " is not valid. Reason: Provided Arn is not in correct format."));
  }
  const bool cluster = arn.find(":ecs:") != std::string::npos && arn.find(":cluster/") != std::string::npos;
  if (cluster && !target.EcsParameters) {
    return std::unexpected(validation("Parameter(s) EcsParameters must be specified for target: " + id + "."));
  }
  if (target.EcsParameters && !cluster) {
    return std::unexpected(validation("Parameter(s) EcsParameters not valid for target: " + id + "."));
  }
  const int inputs = (target.Input ? 1 : 0) + (target.InputPath ? 1 : 0) + (target.InputTransformer ? 1 : 0);
  if (inputs > 1) {
    return std::unexpected(
        validation("Only one of Input, InputPath, or InputTransformer must be provided for target " + id + "."));
  }
  if (target.Input && !is_json(*target.Input)) {
    return std::unexpected(validation("JSON syntax error in input for target " + id + "."));
  }
  return {};
}

Result<std::vector<model::EventTarget>> merged(std::vector<model::EventTarget> targets,
                                               const std::vector<api::events::Target>& given) {
  for (const api::events::Target& target : given) {
    if (auto checked = check(target); !checked) return std::unexpected(std::move(checked.error()));
    const model::EventTarget kept{target.Id.value_or(""), api::encode(target)};
    const auto same = std::ranges::find(targets, kept.id, &model::EventTarget::id);
    if (same != targets.end()) {
      *same = kept;
    } else {
      targets.push_back(kept);
    }
  }
  std::ranges::sort(targets, {}, &model::EventTarget::id);
  if (targets.size() > kMostTargets) {
    return std::unexpected(api::ApiError::limit_exceeded("The requested resource exceeds the maximum number allowed."));
  }
  return targets;
}

api::events::Target read(const model::EventTarget& target) {
  auto decoded = api::decode<api::events::Target>(target.definition);
  return decoded ? std::move(*decoded) : api::events::Target{};
}

}  // namespace

Result<api::events::PutTargetsResponse> put_targets(const api::events::PutTargetsRequest& request, Context& context) {
  const auto rule = find_rule(context, request.Rule, request.EventBusName);
  if (!rule) return std::unexpected(rule.error());
  auto targets = merged((*rule)->targets, request.Targets.value_or(std::vector<api::events::Target>{}));
  if (!targets) return std::unexpected(std::move(targets.error()));
  context.tx.update((*rule)->id, [&](model::EventRule& entity) { entity.targets = std::move(*targets); });
  api::events::PutTargetsResponse response;
  response.FailedEntryCount = 0;
  response.FailedEntries.emplace();
  return response;
}

Result<api::events::RemoveTargetsResponse> remove_targets(const api::events::RemoveTargetsRequest& request,
                                                          Context& context) {
  const auto found = find_rule(context, request.Rule, request.EventBusName);
  if (!found) return std::unexpected(found.error());
  const model::EventRuleId rule = (*found)->id;
  api::events::RemoveTargetsResponse response;
  response.FailedEntryCount = 0;
  auto& failed = response.FailedEntries.emplace();
  for (const std::string& id : request.Ids.value_or(std::vector<std::string>{})) {
    const auto& targets = context.state().get(rule).targets;
    if (std::ranges::find(targets, id, &model::EventTarget::id) == targets.end()) {
      api::events::RemoveTargetsResultEntry& entry = failed.emplace_back();
      entry.TargetId = id;
      entry.ErrorCode = "ResourceNotFoundException";
      entry.ErrorMessage = "Target " + id + " does not exist on rule " + request.Rule.value_or("") + ".";
      continue;
    }
    scheduler::forget_deliveries(context.tx, rule, id);
    context.tx.update(rule, [&](model::EventRule& entity) {
      std::erase_if(entity.targets, [&](const model::EventTarget& target) { return target.id == id; });
    });
  }
  response.FailedEntryCount = static_cast<std::int32_t>(failed.size());
  return response;
}

Result<api::events::ListTargetsByRuleResponse> list_targets_by_rule(
    const api::events::ListTargetsByRuleRequest& request, Context& context) {
  const auto rule = find_rule(context, request.Rule, request.EventBusName);
  if (!rule) return std::unexpected(rule.error());
  api::events::ListTargetsByRuleResponse response;
  auto& shown = response.Targets.emplace();
  const auto size = static_cast<std::size_t>(request.Limit.value_or(kPage));
  const auto key = [](const model::EventTarget& target) { return target.id; };
  auto filled = fill_page(
      "targets", (*rule)->targets, request.NextToken, size, response.NextToken, [](const auto&) { return true; }, key,
      [&](const model::EventTarget& target) { shown.push_back(read(target)); });
  if (!filled) return std::unexpected(validation("NextToken is not valid."));
  return response;
}

Result<api::events::ListRuleNamesByTargetResponse> list_rule_names_by_target(
    const api::events::ListRuleNamesByTargetRequest& request, Context& context) {
  if (auto checked = check_bus(context, request.EventBusName); !checked) {
    return std::unexpected(std::move(checked.error()));
  }
  api::events::ListRuleNamesByTargetResponse response;
  auto& names = response.RuleNames.emplace();
  const auto has_target = [&](const auto& entry) {
    return std::ranges::any_of(context.state().get(entry.second).targets,
                               [&](const model::EventTarget& target) { return read(target).Arn == request.TargetArn; });
  };
  const auto size = static_cast<std::size_t>(request.Limit.value_or(kPage));
  auto filled = fill_page(
      "rules-by-target", context.state().of(context.world).event_rules, request.NextToken, size, response.NextToken,
      has_target, [](const auto& entry) { return entry.first; },
      [&](const auto& entry) { names.push_back(entry.first); });
  if (!filled) return std::unexpected(validation("NextToken is not valid."));
  return response;
}

}  // namespace drydock::operations::events
