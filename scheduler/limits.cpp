#include "scheduler/limits.hpp"

namespace drydock::scheduler {

Limits limits_of(const model::Quotas& quotas, bool strict, bool aws_pace) {
  const auto value = [&](model::Quota quota, bool anyhow) {
    return anyhow || quotas.is_set(quota) ? std::optional(quotas[quota]) : std::nullopt;
  };
  return {quotas[model::Quota::kProvisioningTasks], value(model::Quota::kFargateVcpus, strict),
          value(model::Quota::kFargateSpotVcpus, strict), value(model::Quota::kTaskLaunches, aws_pace)};
}

}  // namespace drydock::scheduler
