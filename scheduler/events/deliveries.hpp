#pragma once
// Events on their way to the targets of rules, and what became of them. Whoever carries deliveries out looks for them
// in State and reports back here, through a Transaction.

#include <string>

#include "model/transaction.hpp"

namespace drydock::scheduler {

/// Deliveries that may wait for one target of one rule; the oldest is given up for one more.
inline constexpr std::size_t kMostWaiting = 10'000;
/// Failures of a rule that are kept to be shown.
inline constexpr std::size_t kFailuresKept = 20;

/// Puts an event up for every target of the rule. `sequence` is the event's, 0 for one of a schedule.
void send_to_targets(model::Transaction& tx, model::EventRuleId rule, const std::string& event, std::uint64_t sequence);

/// The target took it.
void delivered(model::Transaction& tx, model::EventDeliveryId id);
/// It did not, and asking again would not help.
void give_up(model::Transaction& tx, model::EventDeliveryId id, const std::string& reason);
/// It did not this time: asked again after a while, up to kMostAttempts times in all.
void try_again_later(model::Transaction& tx, model::EventDeliveryId id, const std::string& reason);
inline constexpr int kMostAttempts = 12;  // over about an hour and a half

/// Forgets what is on its way to a target, or to all targets of a rule.
void forget_deliveries(model::Transaction& tx, model::EventRuleId rule, const std::string& target);
void forget_deliveries(model::Transaction& tx, model::EventRuleId rule);
/// Removes the rule, or the webhook, with what is on its way.
void remove_rule(model::Transaction& tx, model::EventRuleId rule);

}  // namespace drydock::scheduler
