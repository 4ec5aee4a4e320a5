#include "server/events/delivery/webhooks.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "api-spec/generated/events/tables.hpp"
#include "api-spec/generated/events/types.hpp"
#include "api-spec/runtime/decode.hpp"
#include "api-spec/runtime/encode.hpp"
#include "scheduler/events/deliveries.hpp"
#include "scheduler/events/envelope.hpp"
#include "scheduler/events/pattern.hpp"
#include "server/hooks/hook_targets.hpp"

namespace drydock::server {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kTarget = "url";
constexpr std::string_view kOptionPrefix = "option-";

std::string free_name(const model::State& state) {
  for (int number = 1;; ++number) {
    const std::string name = "webhook-" + std::to_string(number);
    if (!state.webhooks().contains(name)) return name;
  }
}

std::string arn_of(const model::EventTarget& target) {
  const auto decoded = api::decode<api::events::Target>(target.definition);
  return decoded ? decoded->Arn.value_or("") : "";
}

std::string url_of(const model::EventRule& webhook) {
  return webhook.targets.empty() ? "" : arn_of(webhook.targets.front());
}

Json deliveries_json(const model::State& state, const model::EventRule& rule) {
  std::size_t waiting = 0;
  Json last = nullptr;
  for (const model::EventTarget& target : rule.targets) {
    const auto way = state.event_deliveries().find({rule.id, target.id});
    if (way == state.event_deliveries().end()) continue;
    waiting += way->second.size();
    const model::EventDelivery& head = state.get(*way->second.begin());
    if (head.last_failure.empty()) continue;
    last = {{"target", target.id},
            {"attempts", head.attempts},
            {"reason", head.last_failure},
            {"nextAttemptAt", scheduler::detail_time(head.due)}};
  }
  Json failures = Json::array();
  for (const model::EventFailure& failure : rule.failures) {
    failures.push_back({{"target", failure.target},
                        {"eventId", failure.event},
                        {"at", scheduler::detail_time(failure.at)},
                        {"reason", failure.reason}});
  }
  Json json = {{"delivered", rule.delivered}, {"waiting", waiting}, {"failed", rule.failed}};
  if (!last.is_null()) json["retrying"] = last;
  json["failures"] = failures;
  return json;
}

std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

std::expected<std::string, std::string> put_webhook(model::Transaction& tx, const WebhookSettings& settings) {
  const auto target = parse_hook_target(settings.url, false);
  if (!target) return std::unexpected(target.error());
  if (target->kind != HookTarget::Kind::kUrl) return std::unexpected("a webhook's url should begin with http://");
  if (!settings.pattern.empty()) {
    const auto pattern = scheduler::EventPattern::parse(settings.pattern);
    if (!pattern) return std::unexpected("the pattern is not valid. Reason: " + pattern.error());
  }
  api::events::Target definition;
  definition.Id = kTarget;
  definition.Arn = settings.url;
  std::string name = settings.name.empty() ? free_name(tx.state()) : settings.name;
  const auto change = [&](model::EventRule& webhook) {
    webhook.pattern = settings.pattern;
    webhook.targets = {{kTarget, api::encode(definition)}};
  };
  const auto known = tx.state().webhooks().find(name);
  if (known != tx.state().webhooks().end()) {
    tx.update(model::EventRuleId{known->second}, change);
    return name;
  }
  model::EventRule webhook;
  webhook.name = name;
  webhook.created_at = tx.now();
  change(webhook);
  tx.create(std::move(webhook));
  return name;
}

bool remove_webhook(model::Transaction& tx, const std::string& name) {
  const auto known = tx.state().webhooks().find(name);
  if (known == tx.state().webhooks().end()) return false;
  scheduler::remove_rule(tx, model::EventRuleId{known->second});
  return true;
}

std::expected<void, std::string> set_option_webhooks(Core& core, const std::vector<std::string>& urls) {
  std::expected<void, std::string> result;
  core.change([&](model::Transaction& tx) {
    std::vector<std::string> stale;
    for (const auto& [name, id] : tx.state().webhooks()) {
      const bool named = std::ranges::find(urls, url_of(tx.state().get(id))) != urls.end();
      if (name.starts_with(kOptionPrefix) && !named) stale.push_back(name);
    }
    for (const std::string& name : stale) remove_webhook(tx, name);
    for (const std::string& url : urls) {
      const bool known = std::ranges::any_of(tx.state().webhooks(), [&](const auto& entry) {
        return entry.first.starts_with(kOptionPrefix) && url_of(tx.state().get(entry.second)) == url;
      });
      if (known) continue;
      int number = 1;
      while (tx.state().webhooks().contains(std::string(kOptionPrefix) + std::to_string(number))) ++number;
      auto made = put_webhook(tx, {std::string(kOptionPrefix) + std::to_string(number), url, ""});
      if (!made && result) result = std::unexpected("--event-webhook: " + made.error());
    }
  });
  return result;
}

std::string webhooks_json(const model::State& state) {
  Json list = Json::array();
  for (const auto& [name, id] : state.webhooks()) {
    const model::EventRule& webhook = state.get(id);
    Json entry = {{"name", name}, {"url", url_of(webhook)}};
    if (!webhook.pattern.empty()) entry["pattern"] = Json::parse(webhook.pattern, nullptr, false);
    entry.update(deliveries_json(state, webhook));
    list.push_back(std::move(entry));
  }
  return dump({{"webhooks", list}});
}

std::string rules_json(const model::State& state) {
  Json list = Json::array();
  for (const model::WorldId world : state.worlds()) {
    for (const auto& [name, id] : state.of(world).event_rules) {
      const model::EventRule& rule = state.get(id);
      Json entry = {{"arn", scheduler::rule_arn(state.get(world), name)},
                    {"state", rule.enabled ? "ENABLED" : "DISABLED"}};
      if (rule.next_at != model::Instant{}) entry["nextRunAt"] = scheduler::detail_time(rule.next_at);
      Json targets = Json::array();
      for (const model::EventTarget& target : rule.targets) {
        targets.push_back({{"id", target.id}, {"arn", arn_of(target)}});
      }
      entry["targets"] = targets;
      entry.update(deliveries_json(state, rule));
      list.push_back(std::move(entry));
    }
  }
  return dump({{"rules", list}});
}

}  // namespace drydock::server
