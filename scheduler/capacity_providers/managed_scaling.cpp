#include "scheduler/capacity_providers/managed_scaling.hpp"

#include <algorithm>
#include <cstdint>

namespace drydock::scheduler {
namespace {

constexpr int kFirstInstances = 2;
constexpr model::Duration kBetweenScaleIns = std::chrono::minutes(1);

/// So many instances bring CapacityProviderReservation to the target.
int instances_for_target(const GroupView& view, const ScalingRules& rules) {
  const std::int64_t percent = std::int64_t{view.needed} * 100;
  return static_cast<int>((percent + rules.target_capacity - 1) / rules.target_capacity) - view.others;
}

void scale_out(const GroupView& view, const ScalingRules& rules, const Pace& pace, int wanted, model::Instant now,
               GroupPlan& plan) {
  const model::Instant warm = view.scaled_out_at + rules.warmup;
  if (pace.instance_warmup && view.scaled_out_at != model::Instant{} && warm > now) {
    plan.again_at = warm;
    plan.held_back =
        std::to_string(wanted) + " instances are needed; the next are launched after instanceWarmupPeriod of the last.";
    return;
  }
  int step = std::clamp(wanted - view.desired, rules.minimum_step, rules.maximum_step);
  if (rules.starts_with_two && view.desired + view.others == 0) step = std::min(kFirstInstances, rules.maximum_step);
  plan.desired = std::min(view.desired + step, view.maximum);
  if (plan.desired < wanted && plan.desired == view.maximum) {
    plan.held_back =
        std::to_string(wanted) + " instances are needed; the group has at most " + std::to_string(view.maximum) + ".";
  }
}

/// By at most half of the group at once, a minute apart.
void scale_in(const GroupView& view, const ScalingRules& rules, const Pace& pace, int wanted, model::Instant now,
              GroupPlan& plan) {
  plan.surplus_since = view.surplus_since == model::Instant{} ? now : view.surplus_since;
  if (!rules.scales_in) return;
  const model::Duration wait = rules.scale_in_after.value_or(pace.scale_in_after);
  model::Instant when = plan.surplus_since + wait;
  if (view.scaled_out_at != model::Instant{}) when = std::max(when, view.scaled_out_at + wait);
  if (view.scaled_in_at != model::Instant{}) when = std::max(when, view.scaled_in_at + kBetweenScaleIns);
  if (when > now) {
    plan.again_at = when;
    return;
  }
  plan.desired = std::max(wanted, view.desired - std::max(1, (view.desired - 1) / 2));
  if (plan.desired > wanted) plan.again_at = now + kBetweenScaleIns;
}

}  // namespace

GroupPlan plan_group(const GroupView& view, const ScalingRules& rules, const Pace& pace, model::Instant now) {
  GroupPlan plan;
  plan.desired = std::clamp(view.desired, view.minimum, view.maximum);
  if (!rules.enabled || plan.desired != view.desired) return plan;
  const int target = instances_for_target(view, rules);
  if (target > view.desired) {
    scale_out(view, rules, pace, target, now, plan);
    // With several steps to go the next pass follows at once: what was launched counts as there.
  } else if (const int wanted = std::max(target, view.minimum); wanted < view.desired) {
    scale_in(view, rules, pace, wanted, now, plan);
  }
  return plan;
}

}  // namespace drydock::scheduler
