#pragma once
// The growing pause between launches when tasks of a deployment never reach RUNNING (spec/services.md section 4.1).

#include <algorithm>

#include "scheduler/pace.hpp"

namespace drydock::scheduler {

inline constexpr int kThrottleAfterFailures = 3;

/// Delay after the n-th consecutive start failure: none for the first two, then 10 s doubling up to 27 minutes.
inline model::Duration start_delay(int failures, const Pace& pace) {
  if (failures < kThrottleAfterFailures) return model::Duration{0};
  const int doublings = std::min(failures - kThrottleAfterFailures, 20);
  const auto delay = std::min<model::Duration>(std::chrono::minutes(27), std::chrono::seconds(10) * (1 << doublings));
  return delay / pace.throttle_divisor;
}

}  // namespace drydock::scheduler
