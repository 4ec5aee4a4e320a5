#pragma once
// What EventBridge is told: events (spec/events.md), rules with their targets, and deliveries that are under way.

#include <cstdint>
#include <string>
#include <vector>

#include "api-spec/generated/types.hpp"
#include "model/clock.hpp"
#include "model/ids.hpp"

namespace drydock::model {

/// One event, as it was sent. Its id is its sequence number: events are made in the transactions of the changes they
/// tell of, and the last ones are kept.
struct Event {
  EventId id;
  WorldId world;
  std::string detail_type;
  std::string cluster;  // ARNs of what it is about, where it has them
  std::string service;
  std::string json;  // the whole event
};

/// One target of a rule; its definition is the API's Target, as JSON.
struct EventTarget {
  std::string id;
  std::string definition;
};

/// An event that did not get to a target.
struct EventFailure {
  std::string target;
  std::string event;  // the event's id
  std::string reason;
  Instant at{};
};

/// A rule of the default event bus; or a webhook, which is a rule for the events of every world whose one target is a
/// URL.
struct EventRule {
  EventRuleId id;
  WorldId world;  // none for a webhook
  std::string name;
  std::string description;
  std::string pattern;   // JSON; empty: none
  std::string schedule;  // empty: none
  std::string role_arn;
  bool enabled = true;
  std::vector<EventTarget> targets;    // by id
  std::vector<EventFailure> failures;  // the latest ones, oldest first
  std::uint64_t failed = 0;            // how many there were
  std::uint64_t delivered = 0;         // targets that took an event
  std::vector<api::Tag> tags;
  Instant created_at{};
  Instant next_at{};  // when the schedule is due; "never" without one, or when it is over
};

/// An event on its way to one target of one rule. Those of one target are handed over in the order of their ids.
struct EventDelivery {
  EventDeliveryId id;
  EventRuleId rule;
  std::string target;
  std::string event;           // JSON
  std::uint64_t sequence = 0;  // of the event; 0 for one of a schedule
  int attempts = 0;
  Instant due{};  // not before; moved by failed attempts
  std::string last_failure;
};

}  // namespace drydock::model
