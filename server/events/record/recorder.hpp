#pragma once
// Events of what a transaction changed, made within that transaction: there is one for each change that survives, and
// none for another. Spec/events.md has their forms.

#include <cstddef>
#include <map>
#include <memory>
#include <string>

#include "model/transaction.hpp"

namespace drydock::scheduler {
class EventPattern;
}

namespace drydock::events {

class Recorder {
 public:
  /// Keeps this many events; with 0 there are none of ECS at all, and others only pass through.
  explicit Recorder(std::size_t kept) : kept_(kept) {}

  /// To be called last before a commit: adds the events of the transaction's changes, and for every event that it
  /// holds then, deliveries to the rules and webhooks that want it. What is beyond the kept number leaves.
  void record(model::Transaction& tx);

 private:
  struct Compiled {
    std::string text;
    std::shared_ptr<const scheduler::EventPattern> pattern;  // null: matches nothing
  };
  void add_events(model::Transaction& tx);
  void hand_to_rules(model::Transaction& tx, model::EventId id);
  const scheduler::EventPattern* pattern_of(const model::EventRule& rule);

  std::size_t kept_;
  std::map<model::EventRuleId, Compiled> patterns_;  // read once, not with every event
};

}  // namespace drydock::events
