#pragma once
// Target tracking: how many tasks would bring the metric to its target (spec/adjuncts.md section 4). Pure.

namespace drydock::scheduler {

/// The number of running tasks times metric / target, rounded up.
int tracked_capacity(int running, double metric, double target);

/// The metric below which a target-tracking policy begins to think of scaling in.
inline constexpr double kScaleInFactor = 0.9;
/// Minutes for which a metric must have been beyond the target.
inline constexpr int kScaleOutMinutes = 3;
inline constexpr int kScaleInMinutes = 15;

}  // namespace drydock::scheduler
