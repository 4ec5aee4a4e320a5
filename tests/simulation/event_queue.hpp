#pragma once
// What will happen, ordered by (time, order of asking): the only source of order in a simulation.

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>

#include "model/clock.hpp"

namespace drydock::simulation {

class EventQueue {
 public:
  explicit EventQueue(model::VirtualClock& clock) : clock_(clock) {}

  void at(model::Instant when, std::string label, std::function<void()> then) {
    events_.emplace(std::pair(std::max(when, clock_.now()), ++asked_), Event{std::move(label), std::move(then)});
  }
  void after(model::Duration delay, std::string label, std::function<void()> then) {
    at(clock_.now() + delay, std::move(label), std::move(then));
  }

  [[nodiscard]] bool empty() const { return events_.empty(); }
  [[nodiscard]] model::Instant next_at() const { return events_.begin()->first.first; }
  /// Moves time to the next event and lets it happen; its label.
  std::string run_next() {
    clock_.advance_to(events_.begin()->first.first);
    Event event = std::move(events_.begin()->second);
    events_.erase(events_.begin());
    event.then();
    return std::move(event.label);
  }

 private:
  struct Event {
    std::string label;
    std::function<void()> then;
  };
  model::VirtualClock& clock_;
  std::map<std::pair<model::Instant, std::uint64_t>, Event> events_;
  std::uint64_t asked_ = 0;
};

}  // namespace drydock::simulation
