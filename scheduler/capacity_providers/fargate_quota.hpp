#pragma once
// The vCPUs of Fargate (spec/quotas.md section 1): On-Demand and Spot each have their own.

#include "model/state.hpp"
#include "scheduler/limits.hpp"

namespace drydock::scheduler {

inline constexpr const char* kVcpuLimitReached =
    "You’ve reached the limit on the number of vCPUs you can run concurrently";

/// Whether one more Fargate task of this size stays within the quota of its account and region.
bool fargate_vcpus_left(const model::State& state, model::WorldId world, std::string_view provider, int cpu_units,
                        const Limits& limits);

}  // namespace drydock::scheduler
