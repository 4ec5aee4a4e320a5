#pragma once
// How much the scheduler itself may do, of model/quotas.hpp's table; operations ask the table.

#include <optional>

#include "model/quotas.hpp"

namespace drydock::scheduler {

struct Limits {
  /// Tasks of a cluster that wait in PROVISIONING for an instance.
  int provisioning_tasks = model::default_of(model::Quota::kProvisioningTasks);
  // Without a value: not limited.
  std::optional<int> fargate_vcpus;
  std::optional<int> fargate_spot_vcpus;
  std::optional<int> launches_per_minute;  // of one service
};

/// Quotas that Drydock does not keep by default count when they were set, the vCPUs of Fargate also when `strict`, the
/// launch rate also at AWS's pace.
Limits limits_of(const model::Quotas& quotas, bool strict, bool aws_pace);

}  // namespace drydock::scheduler
