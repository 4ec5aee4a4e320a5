#include <algorithm>

#include "model/task_content.hpp"
#include "server/operations/resolve.hpp"
#include "server/operations/tasks/tasks.hpp"

namespace drydock::operations {
namespace {

using api::ApiError;

ApiError agent_not_running() {
  return ApiError::invalid_parameter(
      "The execute command failed because execute command was not enabled when the task was run or the execute command "
      "agent isn’t running. Wait and try again or run a new task with execute command enabled and try again.");
}

/// The container a command is for: the named one, or the only one.
Result<std::size_t> container_of(const model::State& state, const model::Task& task,
                                 const std::optional<std::string>& wanted) {
  static const std::vector<api::ContainerDefinition> kNone;
  const api::TaskDefinition& definition = model::content_of(state, task);
  const auto& containers = definition.containerDefinitions ? *definition.containerDefinitions : kNone;
  if (wanted && !wanted->empty()) {
    const auto it = std::ranges::find(containers, wanted, &api::ContainerDefinition::name);
    if (it != containers.end()) return static_cast<std::size_t>(it - containers.begin());
    return std::unexpected(
        ApiError::invalid_parameter("The container " + *wanted + " does not exist in the task definition."));
  }
  if (containers.size() == 1) return std::size_t{0};
  std::string names;
  for (const api::ContainerDefinition& container : containers) {
    names += (names.empty() ? "" : ", ") + container.name.value_or("");
  }
  return std::unexpected(
      ApiError::invalid_parameter("The task has several containers; specify one of [" + names + "]"));
}

}  // namespace

Result<api::ExecuteCommandResponse> execute_command(const api::ExecuteCommandRequest& request, Context& context) {
  if (!request.interactive.value_or(false)) {
    return std::unexpected(ApiError::invalid_parameter("Interactive is the only mode supported currently."));
  }
  const auto cluster = find_active_cluster(context, request.cluster);
  if (!cluster) return std::unexpected(cluster.error());
  const auto id = id_of(context, *cluster, request.task.value_or(""), "task", "task");
  if (!id) return std::unexpected(id.error());
  const model::Task* task = context.state().task_with(*id);
  if (task == nullptr || task->cluster != *cluster) {
    return std::unexpected(ApiError::invalid_parameter("The referenced task was not found."));
  }
  const auto container = container_of(context.state(), *task, request.container);
  if (!container) return std::unexpected(container.error());
  if (!task->execute_command) {
    return std::unexpected(agent_not_running().explained(
        "Run the task, or update the service and force a new deployment, with --enable-execute-command."));
  }
  // No container has an execute command agent: lastStatus of its managed agent says so.
  return std::unexpected(
      agent_not_running().explained("Drydock does not start sessions yet; docker exec reaches the "
                                    "container."));
}

}  // namespace drydock::operations
