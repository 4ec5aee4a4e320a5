#pragma once
// What a scaling policy must be like, beyond what the model says.

#include "api-spec/generated/autoscaling/types.hpp"
#include "server/operations/context.hpp"

namespace drydock::operations::autoscaling {

/// Errors: ValidationException.
Result<void> check_tracking(const api::autoscaling::TargetTrackingScalingPolicyConfiguration& tracking);
/// The steps' intervals must follow each other without overlap or gap, and be open where they leave zero.
Result<void> check_steps(const api::autoscaling::StepScalingPolicyConfiguration& steps);

}  // namespace drydock::operations::autoscaling
