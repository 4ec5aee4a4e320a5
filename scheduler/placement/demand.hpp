#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scheduler/placement/filters.hpp"
#include "scheduler/placement/strategies.hpp"

namespace drydock::scheduler {

/// What is to be placed: tasks that need the same and may be in the same places.
struct Demand {
  model::TaskRequirements needs;
  Constraints constraints{};
  std::vector<Rule> rules = default_rules();
  std::string group{};     // of the tasks: one more on each instance that gets one
  std::uint64_t seed = 0;  // of `random`
};

}  // namespace drydock::scheduler
