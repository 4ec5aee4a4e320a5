#include "scheduler/deployments/traffic_schedule.hpp"

#include <algorithm>
#include <cmath>

namespace drydock::scheduler {
namespace {

constexpr double kDefaultStepPercent = 10.0;
constexpr double kDefaultCanaryPercent = 5.0;
constexpr int kDefaultStepBakeMinutes = 6;
constexpr int kDefaultCanaryBakeMinutes = 10;

int tenths(double percent) { return std::clamp(static_cast<int>(std::lround(percent * 10)), 1, model::kAllTraffic); }

}  // namespace

bool shifts_traffic(const api::DeploymentConfiguration& configuration) {
  return configuration.strategy.value_or("ROLLING") != "ROLLING";
}

bool shifts_traffic(const model::ServiceDeployment& record) {
  return record.configuration && shifts_traffic(*record.configuration);
}

std::vector<int> production_steps(const api::DeploymentConfiguration& configuration) {
  std::vector<int> steps;
  if (configuration.strategy == "LINEAR") {
    const auto& linear = configuration.linearConfiguration;
    const int step = tenths(linear ? linear->stepPercent.value_or(kDefaultStepPercent) : kDefaultStepPercent);
    for (int share = step; share < model::kAllTraffic; share += step) steps.push_back(share);
  }
  if (configuration.strategy == "CANARY") {
    const auto& canary = configuration.canaryConfiguration;
    const int share = tenths(canary ? canary->canaryPercent.value_or(kDefaultCanaryPercent) : kDefaultCanaryPercent);
    if (share < model::kAllTraffic) steps.push_back(share);
  }
  steps.push_back(model::kAllTraffic);
  return steps;
}

model::Duration step_bake_time(const api::DeploymentConfiguration& configuration) {
  if (configuration.strategy == "LINEAR") {
    const auto& linear = configuration.linearConfiguration;
    return std::chrono::minutes(linear ? linear->stepBakeTimeInMinutes.value_or(kDefaultStepBakeMinutes)
                                       : kDefaultStepBakeMinutes);
  }
  if (configuration.strategy == "CANARY") {
    const auto& canary = configuration.canaryConfiguration;
    return std::chrono::minutes(canary ? canary->canaryBakeTimeInMinutes.value_or(kDefaultCanaryBakeMinutes)
                                       : kDefaultCanaryBakeMinutes);
  }
  return model::Duration{0};
}

model::Duration bake_time(const api::DeploymentConfiguration& configuration) {
  return std::chrono::minutes(configuration.bakeTimeInMinutes.value_or(0));
}

}  // namespace drydock::scheduler
