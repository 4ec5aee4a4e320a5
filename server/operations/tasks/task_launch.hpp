#pragma once
// What RunTask and StartTask have in common before a task is placed. Internal to the task operations.

#include "scheduler/launch.hpp"
#include "server/operations/context.hpp"

namespace drydock::operations {

/// The members of RunTaskRequest and StartTaskRequest that mean the same.
struct LaunchArguments {
  const std::optional<std::string>& task_definition;
  const std::optional<api::TaskOverride>& overrides;
  const std::optional<api::NetworkConfiguration>& network;
  const std::optional<std::vector<api::Tag>>& tags;
  const std::optional<std::string>& propagate_tags;
  const std::optional<std::string>& group;
  const std::optional<std::string>& started_by;
  const std::optional<bool>& managed_tags;
  const std::optional<bool>& execute_command;
};

template <class Request>
LaunchArguments arguments_of(const Request& request) {
  return {request.taskDefinition,
          request.overrides,
          request.networkConfiguration,
          request.tags,
          request.propagateTags,
          request.group,
          request.startedBy,
          request.enableECSManagedTags,
          request.enableExecuteCommand};
}

struct PreparedLaunch {
  scheduler::LaunchRequest request;
  model::TaskRequirements needs;
};

/// Checks the arguments for this launch type and turns them into a launch without an instance.
Result<PreparedLaunch> prepare_launch(const LaunchArguments& arguments, model::LaunchType launch_type,
                                      model::ClusterId cluster, Context& context);

/// A failures[] entry for an instance that refused, and the record behind it.
api::Failure refusal_failure(const model::State& state, const model::Refusal& refusal);
void explain_refusals(Context& context, model::ClusterId cluster, const std::string& what,
                      const std::vector<model::Refusal>& refusals);

}  // namespace drydock::operations
