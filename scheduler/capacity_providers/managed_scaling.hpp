#pragma once
// Managed scaling as one pure decision: how many instances a group is to have (spec/services.md section 14).

#include <optional>
#include <string>

#include "scheduler/capacity_providers/groups.hpp"
#include "scheduler/pace.hpp"

namespace drydock::scheduler {

struct GroupView {
  int minimum = 0;
  int maximum = 0;
  int desired = 0;  // instances asked for, whether they run already or not
  int others = 0;   // instances of the provider that are not the group's
  int needed = 0;   // instances with tasks, and those that waiting tasks would fill
  model::Instant scaled_out_at{};
  model::Instant scaled_in_at{};
  model::Instant surplus_since{};
};

struct GroupPlan {
  int desired = 0;
  model::Instant surplus_since{};          // "never" while no instance is too many
  std::optional<model::Instant> again_at;  // when time alone may change the decision
  std::string held_back;                   // why it is not as many as are needed; empty: it is
};

GroupPlan plan_group(const GroupView& view, const ScalingRules& rules, const Pace& pace, model::Instant now);

}  // namespace drydock::scheduler
