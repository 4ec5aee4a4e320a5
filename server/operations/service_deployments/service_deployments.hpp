#pragma once
// The history of a service's deployments, the revisions they deploy, and what can be done to one under way.

#include "api-spec/generated/types.hpp"
#include "server/operations/context.hpp"

namespace drydock::operations {

/// In the order asked for, each once; what is not there becomes a failure MISSING.
Result<api::DescribeServiceDeploymentsResponse> describe_service_deployments(
    const api::DescribeServiceDeploymentsRequest& request, Context& context);

/// Those of one service, newest first.
Result<api::ListServiceDeploymentsResponse> list_service_deployments(const api::ListServiceDeploymentsRequest& request,
                                                                     Context& context);

/// As DescribeServiceDeployments.
Result<api::DescribeServiceRevisionsResponse> describe_service_revisions(
    const api::DescribeServiceRevisionsRequest& request, Context& context);

/// Asks for a rollback (the default) or for a stop where it is; the reconciler does it. One that is on its way to stop
/// or back goes on unchanged. Errors: ServiceDeploymentNotFoundException, ConflictException for one that has ended.
Result<api::StopServiceDeploymentResponse> stop_service_deployment(const api::StopServiceDeploymentRequest& request,
                                                                   Context& context);

/// Lets a deployment go on that a PAUSE hook holds (the default), or sends it back. Errors:
/// ServiceDeploymentNotFoundException, InvalidParameterException when no such hook awaits an action.
Result<api::ContinueServiceDeploymentResponse> continue_service_deployment(
    const api::ContinueServiceDeploymentRequest& request, Context& context);

}  // namespace drydock::operations
