#include "server/operations/autoscaling/policy_rules.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "server/operations/autoscaling/resource.hpp"

namespace drydock::operations::autoscaling {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Result<void> refuse(std::string message) { return std::unexpected(validation(std::move(message))); }

Result<void> check_predefined(const api::autoscaling::PredefinedMetricSpecification& metric) {
  constexpr std::array<std::string_view, 3> kKnown = {"ECSServiceAverageCPUUtilization",
                                                      "ECSServiceAverageMemoryUtilization", "ALBRequestCountPerTarget"};
  const std::string type = metric.PredefinedMetricType.value_or("");
  if (std::ranges::find(kKnown, std::string_view(type)) == kKnown.end()) {
    return refuse("Predefined metric type " + type + " is not supported for the service namespace ecs");
  }
  const std::string label = metric.ResourceLabel.value_or("");
  const bool labelled = type == "ALBRequestCountPerTarget";
  if (labelled && (!label.starts_with("app/") || label.find("/targetgroup/") == std::string::npos)) {
    return refuse("A resource label of the form app/<name>/<id>/targetgroup/<name>/<id> is required for " + type);
  }
  if (!labelled && !label.empty()) return refuse("A resource label cannot be specified for " + type);
  return {};
}

Result<void> check_customized(const api::autoscaling::CustomizedMetricSpecification& metric) {
  if (metric.Metrics) {
    return std::unexpected(validation("Metric math is not supported by Drydock")
                               .explained("Name one metric with MetricName, Namespace and Statistic."));
  }
  if (!metric.MetricName || !metric.Namespace || !metric.Statistic) {
    return refuse("MetricName, Namespace and Statistic must be specified for a customized metric");
  }
  return {};
}

}  // namespace

Result<void> check_tracking(const api::autoscaling::TargetTrackingScalingPolicyConfiguration& tracking) {
  const bool predefined = tracking.PredefinedMetricSpecification.has_value();
  if (predefined == tracking.CustomizedMetricSpecification.has_value()) {
    return refuse("Exactly one of PredefinedMetricSpecification and CustomizedMetricSpecification must be specified");
  }
  if (tracking.TargetValue.value_or(0) <= 0) return refuse("TargetValue must be greater than 0");
  if (tracking.ScaleOutCooldown.value_or(0) < 0 || tracking.ScaleInCooldown.value_or(0) < 0) {
    return refuse("Cooldown cannot be less than 0");
  }
  return predefined ? check_predefined(*tracking.PredefinedMetricSpecification)
                    : check_customized(*tracking.CustomizedMetricSpecification);
}

Result<void> check_steps(const api::autoscaling::StepScalingPolicyConfiguration& steps) {
  if (!steps.AdjustmentType) return refuse("AdjustmentType must be specified for a step scaling policy");
  if (!steps.StepAdjustments || steps.StepAdjustments->empty()) {
    return refuse("At least one StepAdjustment must be specified for a step scaling policy");
  }
  if (steps.Cooldown.value_or(0) < 0) return refuse("Cooldown cannot be less than 0");
  std::vector<std::pair<double, double>> intervals;
  for (const auto& step : *steps.StepAdjustments) {
    intervals.emplace_back(step.MetricIntervalLowerBound.value_or(-kInfinity),
                           step.MetricIntervalUpperBound.value_or(kInfinity));
    if (intervals.back().first >= intervals.back().second) {
      return refuse("The lower bound of a step adjustment must be less than its upper bound");
    }
  }
  std::ranges::sort(intervals);
  for (std::size_t i = 1; i < intervals.size(); ++i) {
    if (intervals[i].first < intervals[i - 1].second) return refuse("StepAdjustment intervals can't overlap");
    if (intervals[i].first > intervals[i - 1].second) return refuse("StepAdjustment intervals can't have gaps");
  }
  const auto [first, last] = std::pair(intervals.front().first, intervals.back().second);
  if (first < 0 && first != -kInfinity) {
    return refuse("There must be a StepAdjustment with an unspecified lower bound when one has a negative lower bound");
  }
  if (last > 0 && last != kInfinity) {
    return refuse("There must be a StepAdjustment with an unspecified upper bound when one has a positive upper bound");
  }
  return {};
}

}  // namespace drydock::operations::autoscaling
