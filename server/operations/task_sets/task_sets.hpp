#pragma once
// Task sets of services with an EXTERNAL deployment controller (spec/operations.md, "Task sets").

#include "api-spec/generated/types.hpp"
#include "server/operations/context.hpp"

namespace drydock::operations {

/// A set of the task definition at a scale of the service's desired count, none when it is not given. The same
/// clientToken and parameters give the set that is there. Errors: LimitExceededException for a sixth one, and those of
/// CreateService for what both have.
Result<api::CreateTaskSetResponse> create_task_set(const api::CreateTaskSetRequest& request, Context& context);

/// All sets of the service, or those asked for; what is not there becomes a failure MISSING.
Result<api::DescribeTaskSetsResponse> describe_task_sets(const api::DescribeTaskSetsRequest& request, Context& context);

/// Changes the scale. Errors: TaskSetNotFoundException.
Result<api::UpdateTaskSetResponse> update_task_set(const api::UpdateTaskSetRequest& request, Context& context);

/// DRAINING until its tasks have stopped, then gone. One with tasks to run, and the primary one, need force.
Result<api::DeleteTaskSetResponse> delete_task_set(const api::DeleteTaskSetRequest& request, Context& context);

/// The service shows the primary set's task definition and settings as its own.
Result<api::UpdateServicePrimaryTaskSetResponse> update_service_primary_task_set(
    const api::UpdateServicePrimaryTaskSetRequest& request, Context& context);

}  // namespace drydock::operations
