#pragma once
// The operations of Application Auto Scaling for ecs:service:DesiredCount (spec/adjuncts.md section 4).
// Errors of all: ValidationException; ObjectNotFoundException for what is not registered; InvalidNextTokenException.

#include "api-spec/generated/autoscaling/types.hpp"
#include "server/operations/context.hpp"

namespace drydock::operations::autoscaling {

/// Makes a target or changes what the request names of it, and brings the service's desired count into its bounds.
Result<api::autoscaling::RegisterScalableTargetResponse> register_scalable_target(
    const api::autoscaling::RegisterScalableTargetRequest& request, Context& context);
Result<api::autoscaling::DescribeScalableTargetsResponse> describe_scalable_targets(
    const api::autoscaling::DescribeScalableTargetsRequest& request, Context& context);
/// Its policies, their alarms and its scheduled actions go with it; activities stay.
Result<api::autoscaling::DeregisterScalableTargetResponse> deregister_scalable_target(
    const api::autoscaling::DeregisterScalableTargetRequest& request, Context& context);

/// Makes or replaces a policy. A target-tracking policy comes with two alarms of its own, or one with DisableScaleIn.
Result<api::autoscaling::PutScalingPolicyResponse> put_scaling_policy(
    const api::autoscaling::PutScalingPolicyRequest& request, Context& context);
Result<api::autoscaling::DescribeScalingPoliciesResponse> describe_scaling_policies(
    const api::autoscaling::DescribeScalingPoliciesRequest& request, Context& context);
Result<api::autoscaling::DeleteScalingPolicyResponse> delete_scaling_policy(
    const api::autoscaling::DeleteScalingPolicyRequest& request, Context& context);

/// Makes an action, or changes what the request names of it.
Result<api::autoscaling::PutScheduledActionResponse> put_scheduled_action(
    const api::autoscaling::PutScheduledActionRequest& request, Context& context);
Result<api::autoscaling::DescribeScheduledActionsResponse> describe_scheduled_actions(
    const api::autoscaling::DescribeScheduledActionsRequest& request, Context& context);
Result<api::autoscaling::DeleteScheduledActionResponse> delete_scheduled_action(
    const api::autoscaling::DeleteScheduledActionRequest& request, Context& context);

/// Newest first. What was wanted and not done is listed with IncludeNotScaledActivities only.
Result<api::autoscaling::DescribeScalingActivitiesResponse> describe_scaling_activities(
    const api::autoscaling::DescribeScalingActivitiesRequest& request, Context& context);

/// Error of these: ResourceNotFoundException for a target that is not registered.
Result<api::autoscaling::TagResourceResponse> tag_resource(const api::autoscaling::TagResourceRequest& request,
                                                           Context& context);
Result<api::autoscaling::UntagResourceResponse> untag_resource(const api::autoscaling::UntagResourceRequest& request,
                                                               Context& context);
Result<api::autoscaling::ListTagsForResourceResponse> list_tags_for_resource(
    const api::autoscaling::ListTagsForResourceRequest& request, Context& context);

}  // namespace drydock::operations::autoscaling
