#include "scheduler/deployments/daemon.hpp"

#include <algorithm>

#include "scheduler/deployments/rolling.hpp"

namespace drydock::scheduler {

DaemonPlan plan_daemon(const std::vector<DaemonSlot>& slots, int minimum_healthy_percent) {
  int desired = 0;
  int healthy = 0;
  for (const DaemonSlot& slot : slots) {
    if (slot.eligible) ++desired;
    if (slot.fresh_healthy || slot.others_healthy) ++healthy;
  }
  const int lower = rolling_bounds(desired, minimum_healthy_percent, 100).lower;
  return plan_daemon_step(slots, std::max(0, healthy - lower));
}

DaemonPlan plan_daemon_step(const std::vector<DaemonSlot>& slots, int may_stop) {
  DaemonPlan plan;
  bool done = true;
  bool in_flight = false;
  for (const DaemonSlot& slot : slots) {
    in_flight = in_flight || slot.stopping || (slot.fresh && !slot.fresh_healthy);
    if (slot.eligible) ++plan.desired;
    if (!slot.eligible) {
      // A disconnected instance keeps its task; one that drains gives it up.
      if (slot.draining) {
        if (slot.fresh) plan.stop.push_back(slot.fresh);
        plan.stop.insert(plan.stop.end(), slot.others.begin(), slot.others.end());
      }
      continue;
    }
    if (slot.held) {
      done = false;
      in_flight = true;
      continue;
    }
    if (!slot.others.empty()) {
      done = false;
      if (slot.others_healthy && may_stop == 0) continue;
      if (slot.others_healthy) --may_stop;
      plan.stop.insert(plan.stop.end(), slot.others.begin(), slot.others.end());
      continue;
    }
    if (slot.fresh) {
      done = done && slot.fresh_healthy;
      continue;
    }
    done = false;
    // The old task must be gone before the new one starts: maximumPercent is 100.
    if (!slot.stopping) plan.start.push_back(slot.instance);
  }
  plan.complete = done;
  plan.blocked = !done && plan.start.empty() && plan.stop.empty() && !in_flight;
  return plan;
}

}  // namespace drydock::scheduler
