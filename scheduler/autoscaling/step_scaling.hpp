#pragma once
// Step scaling: by how much a breach of this size changes a capacity (spec/adjuncts.md section 4). Pure.

#include <optional>

#include "api-spec/generated/autoscaling/types.hpp"

namespace drydock::scheduler {

/// Which side of its threshold an alarm watches: it decides which end of a step's interval belongs to the step.
enum class Breach { kAbove, kBelow };

/// The capacity after the step whose interval holds `breach` (metric minus threshold), before any bounds; nullopt when
/// no step does. Percentages are cut toward zero, but what is not nothing changes the capacity by at least one and by
/// at least MinAdjustmentMagnitude.
std::optional<int> step_capacity(const api::autoscaling::StepScalingPolicyConfiguration& steps, int capacity,
                                 double breach, Breach side);

}  // namespace drydock::scheduler
