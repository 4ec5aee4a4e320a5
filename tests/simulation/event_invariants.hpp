#pragma once
// What must hold of events, at every commit (spec/events.md).

#include <map>
#include <span>
#include <string>

#include "model/transaction.hpp"

namespace drydock::simulation {

class EventInvariants {
 public:
  /// State was loaded: versions that a crash took back may come again.
  void restart() { versions_.clear(); }
  /// Versions grow strictly; every event tells of something that this commit changed, in the state it has now; and
  /// every change of a task's or an instance's state has its event.
  void committed(const model::State& state, std::span<const model::Touched> touched);

 private:
  std::map<std::string, std::int64_t> versions_;  // by ARN
};

}  // namespace drydock::simulation
