#pragma once
// Brings a kept snapshot back: State, the virtual clock, and what goes on outside of State.

#include <functional>
#include <string>

#include "server/agents/agents.hpp"
#include "server/behaviours/behaviours.hpp"
#include "server/core/core.hpp"
#include "server/faults/faults.hpp"
#include "server/virtual_time/virtual_time.hpp"

namespace drydock::server {

class Restorer {
 public:
  /// `time` is null with the real clock. `then` is called when the restored State is durable and its instances are.
  Restorer(Core& core, Agents& agents, Faults& faults, Behaviours& behaviours, VirtualTime* time,
           std::function<void()> then)
      : core_(core), agents_(agents), faults_(faults), behaviours_(behaviours), time_(time), then_(std::move(then)) {}

  /// Whether the virtual clock is on its way: nothing is restored meanwhile.
  [[nodiscard]] bool clock_runs() const { return time_ != nullptr && time_->running(); }

  /// There must be a snapshot of that name. `done` is called once it is durable, with an empty text, or with why
  /// everything is as it was.
  void restore(const std::string& name, std::function<void(const std::string& error)> done);

 private:
  void jump_to(model::Instant when);
  void go_on();

  Core& core_;
  Agents& agents_;
  Faults& faults_;
  Behaviours& behaviours_;
  VirtualTime* time_;
  std::function<void()> then_;
};

}  // namespace drydock::server
