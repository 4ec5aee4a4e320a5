#pragma once
// The waits that AWS's own rhythm has and a local run need not have (spec/quotas.md section 3).

#include "model/clock.hpp"

namespace drydock::scheduler {

struct Pace {
  /// How long a task without health checks runs before it counts as healthy: 0 or AWS's 40 s.
  model::Duration healthy_after{0};
  /// Start throttling delays are divided by this.
  int throttle_divisor = 10;
  model::Duration stopped_task_retention = std::chrono::hours(1);
  model::Duration inactive_service_retention = std::chrono::hours(1);
  /// Longer than stopped tasks are kept: they name their instance.
  model::Duration inactive_instance_retention = std::chrono::hours(2);
  /// Finished service deployments are listed this long.
  model::Duration service_deployment_retention = std::chrono::hours(24 * 90);
  /// The same message is not repeated within this time while its cause lasts.
  model::Duration message_suppression = std::chrono::hours(6);
};

inline Pace fast_pace() { return {}; }
inline Pace aws_pace() {
  Pace pace;
  pace.healthy_after = std::chrono::seconds(40);
  pace.throttle_divisor = 1;
  return pace;
}

}  // namespace drydock::scheduler
