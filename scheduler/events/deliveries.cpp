#include "scheduler/events/deliveries.hpp"

#include <algorithm>
#include <vector>

#include <nlohmann/json.hpp>

namespace drydock::scheduler {
namespace {

std::string id_of(const std::string& event) {
  const nlohmann::json document = nlohmann::json::parse(event, nullptr, false);
  const auto id = document.is_object() ? document.find("id") : document.end();
  return document.is_object() && id != document.end() && id->is_string() ? id->get<std::string>() : "";
}

void note_failure(model::Transaction& tx, const model::EventDelivery& delivery, const std::string& reason) {
  if (tx.state().find(delivery.rule) == nullptr) return;
  const model::EventFailure failure{delivery.target, id_of(delivery.event), reason, tx.now()};
  tx.update(delivery.rule, [&](model::EventRule& rule) {
    ++rule.failed;
    rule.failures.push_back(failure);
    if (rule.failures.size() > kFailuresKept) rule.failures.erase(rule.failures.begin());
  });
}

/// 1, 2, 4, ... seconds, at most a quarter of an hour.
model::Duration pause_after(int attempts) {
  constexpr model::Duration kLongest = std::chrono::minutes(15);
  return std::min<model::Duration>(kLongest, std::chrono::seconds(1LL << std::min(attempts - 1, 20)));
}

}  // namespace

void send_to_targets(model::Transaction& tx, model::EventRuleId id, const std::string& event, std::uint64_t sequence) {
  std::vector<std::string> targets;
  for (const model::EventTarget& target : tx.state().get(id).targets) targets.push_back(target.id);
  for (const std::string& target : targets) {
    const auto& ways = tx.state().event_deliveries();
    const auto waiting = ways.find({id, target});
    if (waiting != ways.end() && waiting->second.size() >= kMostWaiting) {
      give_up(tx, *waiting->second.begin(), "too many events wait for this target");
    }
    model::EventDelivery delivery;
    delivery.rule = id;
    delivery.target = target;
    delivery.event = event;
    delivery.sequence = sequence;
    delivery.due = tx.now();
    tx.create(std::move(delivery));
  }
}

void delivered(model::Transaction& tx, model::EventDeliveryId id) {
  const model::EventDelivery* delivery = tx.state().find(id);
  if (delivery == nullptr) return;
  const model::EventRuleId rule = delivery->rule;
  tx.remove(id);
  if (tx.state().find(rule) != nullptr) tx.update(rule, [](model::EventRule& entity) { ++entity.delivered; });
}

void give_up(model::Transaction& tx, model::EventDeliveryId id, const std::string& reason) {
  const model::EventDelivery* known = tx.state().find(id);
  if (known == nullptr) return;
  const model::EventDelivery delivery = *known;
  tx.remove(id);
  note_failure(tx, delivery, reason);
}

void try_again_later(model::Transaction& tx, model::EventDeliveryId id, const std::string& reason) {
  const model::EventDelivery* known = tx.state().find(id);
  if (known == nullptr) return;
  if (known->attempts + 1 >= kMostAttempts) {
    return give_up(tx, id, reason + " (" + std::to_string(kMostAttempts) + " attempts)");
  }
  tx.update(id, [&](model::EventDelivery& delivery) {
    ++delivery.attempts;
    delivery.due = tx.now() + pause_after(delivery.attempts);
    delivery.last_failure = reason;
  });
}

void forget_deliveries(model::Transaction& tx, model::EventRuleId rule, const std::string& target) {
  const auto& ways = tx.state().event_deliveries();
  const auto waiting = ways.find({rule, target});
  if (waiting == ways.end()) return;
  const std::set<model::EventDeliveryId> ids = waiting->second;
  for (const model::EventDeliveryId id : ids) tx.remove(id);
}

void forget_deliveries(model::Transaction& tx, model::EventRuleId rule) {
  const auto& ways = tx.state().event_deliveries();
  std::vector<std::string> targets;
  for (auto it = ways.lower_bound({rule, ""}); it != ways.end() && it->first.first == rule; ++it) {
    targets.push_back(it->first.second);
  }
  for (const std::string& target : targets) forget_deliveries(tx, rule, target);
}

void remove_rule(model::Transaction& tx, model::EventRuleId rule) {
  forget_deliveries(tx, rule);
  tx.remove(rule);
}

}  // namespace drydock::scheduler
