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

/// Opens a session for a command in a container (spec/execute-command.md); it begins when the client connects. Errors:
/// InvalidParameterException, ClusterNotFoundException, TargetNotConnectedException, ClientException (quota).
Result<api::ExecuteCommandResponse> execute_command(const api::ExecuteCommandRequest& request, Context& context);

}  // namespace drydock::operations
