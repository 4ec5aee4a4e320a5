#include "scheduler/autoscaling/target_tracking.hpp"

#include <algorithm>
#include <cmath>

namespace drydock::scheduler {

int tracked_capacity(int running, double metric, double target) {
  constexpr double kLargest = 1e8;
  if (target <= 0) return running;
  const double exact = running * metric / target;
  // What is a whole number but for the last bits of its division is that number.
  return static_cast<int>(std::clamp(std::ceil(exact - 1e-9 * std::max(1.0, exact)), 0.0, kLargest));
}

}  // namespace drydock::scheduler
