#pragma once
// Daemons (spec/operations.md, "Daemons"; spec/services.md section 14.1). These calls record what is wanted and a
// deployment to bring it; the scheduler does the rest.

#include "server/operations/context.hpp"

namespace drydock::operations {

/// Every capacity provider must be one of managed instances of the cluster. A repetition with the same clientToken and
/// arguments answers with what is there. Errors: InvalidParameterException, ClientException, ClusterNotFoundException.
Result<api::CreateDaemonResponse> create_daemon(const api::CreateDaemonRequest& request, Context& context);

/// Always a new revision and a deployment; the one under way stops. What the request leaves out has its default.
/// Errors: those of create_daemon, DaemonNotFoundException, DaemonNotActiveException.
Result<api::UpdateDaemonResponse> update_daemon(const api::UpdateDaemonRequest& request, Context& context);

/// A deployment takes the daemon's tasks away; then it is gone. Errors: DaemonNotFoundException,
/// DaemonNotActiveException, InvalidParameterException.
Result<api::DeleteDaemonResponse> delete_daemon(const api::DeleteDaemonRequest& request, Context& context);

/// Errors: DaemonNotFoundException, InvalidParameterException.
Result<api::DescribeDaemonResponse> describe_daemon(const api::DescribeDaemonRequest& request, Context& context);

/// Ordered by cluster and name. Errors: InvalidParameterException, ClusterNotFoundException.
Result<api::ListDaemonsResponse> list_daemons(const api::ListDaemonsRequest& request, Context& context);

}  // namespace drydock::operations
