#include <algorithm>

#include "model/arn.hpp"
#include "model/task_content.hpp"
#include "server/operations/resolve.hpp"
#include "server/operations/sessions/session_target.hpp"
#include "server/operations/tasks/tasks.hpp"

namespace drydock::operations {
namespace {

using api::ApiError;

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
  auto wanted = session_with(context, *task, *container);
  if (!wanted) return std::unexpected(wanted.error());
  wanted->id_prefix = "ecs-execute-command";
  wanted->command = request.command.value_or("");
  const model::State& state = context.state();
  const auto& settings = state.get(*cluster).settings;
  if (settings && settings->configuration && settings->configuration->executeCommandConfiguration &&
      settings->configuration->executeCommandConfiguration->kmsKeyId) {
    wanted->notice = "The cluster's KMS key is not used: this session is not encrypted.";
  }
  api::ExecuteCommandResponse response;
  response.clusterArn = model::arn_of(state, state.get(*cluster));
  response.taskArn = wanted->task_arn;
  response.containerArn = model::arn_of(state, *task, task->containers[*container]);
  response.containerName = wanted->container_name;
  response.interactive = true;
  SessionTicket ticket = context.sessions->open(std::move(*wanted), session_host(context));
  api::Session& session = response.session.emplace();
  session.sessionId = std::move(ticket.id);
  session.streamUrl = std::move(ticket.stream_url);
  session.tokenValue = std::move(ticket.token);
  return response;
}

}  // namespace drydock::operations
