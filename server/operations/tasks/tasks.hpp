#pragma once
// Tasks: run, start, stop, describe, list (spec/operations.md, "Tasks").

#include "server/operations/context.hpp"

namespace drydock::operations {

/// Places up to ten tasks on instances that have room, or on Fargate; never replaces one.
Result<api::RunTaskResponse> run_task(const api::RunTaskRequest& request, Context& context);
/// Starts one task on each named instance, without choosing.
Result<api::StartTaskResponse> start_task(const api::StartTaskRequest& request, Context& context);
Result<api::StopTaskResponse> stop_task(const api::StopTaskRequest& request, Context& context);
Result<api::DescribeTasksResponse> describe_tasks(const api::DescribeTasksRequest& request, Context& context);
Result<api::ListTasksResponse> list_tasks(const api::ListTasksRequest& request, Context& context);

/// Errors: InvalidParameterException, ClusterNotFoundException. The session itself is not part of Drydock yet: a valid
/// call gets the error of a task whose execute command agent does not run.
Result<api::ExecuteCommandResponse> execute_command(const api::ExecuteCommandRequest& request, Context& context);

}  // namespace drydock::operations
