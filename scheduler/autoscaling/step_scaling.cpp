#include "scheduler/autoscaling/step_scaling.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace drydock::scheduler {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
// Capacities beyond this mean nothing; it keeps sums inside an int.
constexpr double kLargest = 1e8;

bool holds(const api::autoscaling::StepAdjustment& step, double breach, Breach side) {
  const double lower = step.MetricIntervalLowerBound.value_or(-kInfinity);
  const double upper = step.MetricIntervalUpperBound.value_or(kInfinity);
  return side == Breach::kAbove ? breach >= lower && breach < upper : breach > lower && breach <= upper;
}

double percent_change(const api::autoscaling::StepScalingPolicyConfiguration& steps, int capacity, int percent) {
  const double exact = capacity * (percent / 100.0);
  if (exact == 0) return 0;
  const double least = std::max(1, steps.MinAdjustmentMagnitude.value_or(1));
  const double size = std::max(std::floor(std::abs(exact)), least);
  return exact < 0 ? -size : size;
}

}  // namespace

std::optional<int> step_capacity(const api::autoscaling::StepScalingPolicyConfiguration& steps, int capacity,
                                 double breach, Breach side) {
  for (const auto& step : steps.StepAdjustments.value_or(std::vector<api::autoscaling::StepAdjustment>{})) {
    if (!holds(step, breach, side)) continue;
    const int adjustment = step.ScalingAdjustment.value_or(0);
    double result = capacity;
    if (steps.AdjustmentType == "ExactCapacity") {
      result = adjustment;
    } else if (steps.AdjustmentType == "PercentChangeInCapacity") {
      result += percent_change(steps, capacity, adjustment);
    } else {
      result += adjustment;
    }
    return static_cast<int>(std::clamp(result, 0.0, kLargest));
  }
  return std::nullopt;
}

}  // namespace drydock::scheduler
