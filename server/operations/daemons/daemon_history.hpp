#pragma once
// A daemon's deployments and revisions. They can be described for a while after the daemon is gone.

#include "server/operations/context.hpp"

namespace drydock::operations {

/// By ARN; unknown ones are failures MISSING. Error: InvalidParameterException for what is no such ARN.
Result<api::DescribeDaemonDeploymentsResponse> describe_daemon_deployments(
    const api::DescribeDaemonDeploymentsRequest& request, Context& context);

/// Newest first. Error: InvalidParameterException, also for an unknown daemon.
Result<api::ListDaemonDeploymentsResponse> list_daemon_deployments(const api::ListDaemonDeploymentsRequest& request,
                                                                   Context& context);

/// By ARN; unknown ones are failures MISSING. Error: InvalidParameterException for what is no such ARN.
Result<api::DescribeDaemonRevisionsResponse> describe_daemon_revisions(
    const api::DescribeDaemonRevisionsRequest& request, Context& context);

}  // namespace drydock::operations
