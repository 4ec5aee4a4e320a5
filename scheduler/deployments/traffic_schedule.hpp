#pragma once
// How BLUE_GREEN, LINEAR and CANARY deployments move production traffic (spec/services.md section 8.2). Pure.

#include <vector>

#include "api-spec/generated/types.hpp"
#include "model/clock.hpp"
#include "model/service_deployment.hpp"

namespace drydock::scheduler {

/// Whether the strategy runs both revisions side by side and shifts traffic between them.
bool shifts_traffic(const api::DeploymentConfiguration& configuration);
bool shifts_traffic(const model::ServiceDeployment& record);

/// The new revision's share of production traffic after each step, in tenths of a percent; the last is all of it.
std::vector<int> production_steps(const api::DeploymentConfiguration& configuration);

/// The wait after every step but the last.
model::Duration step_bake_time(const api::DeploymentConfiguration& configuration);

/// How long both revisions run once all traffic has shifted.
model::Duration bake_time(const api::DeploymentConfiguration& configuration);

}  // namespace drydock::scheduler
