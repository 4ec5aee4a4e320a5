#include "scheduler/deployments/rolling.hpp"

#include <algorithm>
#include <cstdint>

namespace drydock::scheduler {

Bounds rolling_bounds(int desired, int minimum_healthy_percent, int maximum_percent) {
  const std::int64_t lower = static_cast<std::int64_t>(desired) * minimum_healthy_percent;
  const std::int64_t upper = static_cast<std::int64_t>(desired) * maximum_percent;
  return {static_cast<int>((lower + 99) / 100), static_cast<int>(upper / 100)};
}

RollingPlan plan_rolling(const RollingView& view) {
  const auto [lower, upper] = rolling_bounds(view.desired, view.minimum_healthy_percent, view.maximum_percent);
  const TaskGroup& fresh = view.fresh;
  const TaskGroup& leaving = view.leaving;
  // An unhealthy task keeps its place under the upper bound but does not count as the task it should be.
  const int current = fresh.starting + fresh.healthy + fresh.evaluating;
  const int total = fresh.total() + leaving.total();

  RollingPlan plan;
  plan.start = std::max(0, std::min(view.desired - current, upper - total - view.stopping_exclusive));
  plan.scale_in = std::max(0, current - view.desired);
  if (fresh.healthy >= view.desired) {
    plan.stop_unhealthy = fresh.unhealthy;
  } else if (fresh.unhealthy > 0 && plan.start == 0 && fresh.starting + fresh.evaluating == 0) {
    plan.stop_unhealthy = 1;  // no room for the replacement first
  }
  const int unready = leaving.starting + leaving.evaluating + leaving.unhealthy;
  plan.stop_leaving_unready = unready;
  const int healthy = fresh.healthy + leaving.healthy;
  plan.stop_leaving_healthy = std::max(0, std::min(leaving.healthy, healthy - lower));

  const bool acts =
      plan.start + plan.scale_in + plan.stop_unhealthy + plan.stop_leaving_unready + plan.stop_leaving_healthy > 0;
  plan.complete = fresh.healthy == view.desired && fresh.total() == view.desired && leaving.total() == 0 &&
                  view.stopping_of_others == 0;
  const bool in_flight =
      fresh.starting + fresh.evaluating + unready + view.stopping_of_others + view.stopping_exclusive > 0;
  plan.blocked = !acts && !plan.complete && !in_flight;
  return plan;
}

RollingPlan plan_halted(const RollingView& view) {
  const int lower = rolling_bounds(view.desired, view.minimum_healthy_percent, view.maximum_percent).lower;
  const TaskGroup& fresh = view.fresh;
  const TaskGroup& leaving = view.leaving;
  const int fresh_running = fresh.healthy + fresh.evaluating;
  const int excess = std::max(0, fresh_running + leaving.total() - view.desired);
  // Healthy tasks and those still evaluated are not told apart below, so all of them count against the lower bound.
  const int healthy = fresh.healthy + leaving.healthy;
  const int budget = lower == 0 ? excess : std::min(excess, std::max(0, healthy - lower));

  RollingPlan plan;
  plan.stop_unhealthy = fresh.unhealthy;
  const int from_fresh = std::min(budget, fresh_running);
  plan.scale_in = fresh.starting + from_fresh;
  plan.stop_leaving_healthy = std::min(budget - from_fresh, leaving.healthy);
  if (view.desired == 0) plan.stop_leaving_unready = leaving.total() - leaving.healthy;
  return plan;
}

}  // namespace drydock::scheduler
