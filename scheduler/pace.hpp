#pragma once
// The waits that AWS's own rhythm has and a local run need not have (spec/quotas.md section 3).

#include "model/clock.hpp"
#include "scheduler/limits.hpp"

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
  /// A task that waits for an instance of its capacity provider fails after this.
  model::Duration provisioning_timeout = std::chrono::minutes(15);
  /// Managed scaling lets instances go that were not needed for so long, and so long after others came.
  model::Duration scale_in_after = std::chrono::minutes(1);
  /// Whether managed scaling waits out instanceWarmupPeriod after it has launched instances.
  bool instance_warmup = false;
  /// The same message is not repeated within this time while its cause lasts.
  model::Duration message_suppression = std::chrono::hours(6);
  /// Not a wait, but of the same kind: what AWS refuses and a local run need not.
  Limits limits;
};

inline Pace fast_pace() { return {}; }
inline Pace aws_pace() {
  Pace pace;
  pace.healthy_after = std::chrono::seconds(40);
  pace.throttle_divisor = 1;
  pace.scale_in_after = std::chrono::minutes(15);
  pace.instance_warmup = true;
  return pace;
}

}  // namespace drydock::scheduler
