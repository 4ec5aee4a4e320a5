#pragma once
// When a deployment counts as failed (spec/services.md section 5). Pure.

#include <algorithm>

#include "model/service.hpp"

namespace drydock::scheduler {

/// Failures at which the breaker trips: half of the desired count, at least 3 and at most 200.
constexpr int breaker_threshold(int desired) { return std::clamp((desired + 1) / 2, 3, 200); }

/// Until a task has run, tasks that do not reach RUNNING count; afterwards those replaced for their health.
inline int breaker_failures(const model::Deployment& deployment) {
  return deployment.ever_running ? deployment.health_failures : deployment.failed_tasks;
}

struct BreakerSettings {
  bool enabled = false;
  bool rollback = false;
};

inline BreakerSettings breaker_of(const model::Service& service) {
  const auto& configuration = service.settings->deploymentConfiguration;
  if (!configuration || !configuration->deploymentCircuitBreaker) return {};
  return {configuration->deploymentCircuitBreaker->enable.value_or(false),
          configuration->deploymentCircuitBreaker->rollback.value_or(false)};
}

}  // namespace drydock::scheduler
