#include "server/operations/sessions/session_target.hpp"

#include "model/arn.hpp"
#include "model/state.hpp"
#include "model/task_content.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations {
namespace {

using api::ApiError;

ApiError agent_not_running(std::string explanation) {
  return ApiError::invalid_parameter(
             "The execute command failed because execute command was not enabled when the task was run or the execute "
             "command agent isn’t running. Wait and try again or run a new task with execute command enabled and try "
             "again.")
      .explained(std::move(explanation));
}

ApiError not_connected(std::string explanation) {
  return ApiError::of("TargetNotConnectedException",
                      "The execute command failed due to an internal error. Try again later.")
      .explained(std::move(explanation));
}

}  // namespace

bool execute_command_agent_runs(const model::Task& task, const model::TaskContainer& container) {
  return task.execute_command && task.ever_running && container.status == model::ContainerStatus::kRunning;
}

api::ManagedAgent show_execute_command_agent(const model::Task& task, const model::TaskContainer& container) {
  api::ManagedAgent agent;
  agent.name = "ExecuteCommandAgent";
  agent.lastStatus = container.status == model::ContainerStatus::kStopped ? "STOPPED" : "PENDING";
  if (execute_command_agent_runs(task, container)) {
    agent.lastStatus = "RUNNING";
    agent.lastStartedAt = timestamp(task.started_at);
  }
  return agent;
}

Result<SessionWanted> session_with(const Context& context, const model::Task& task, std::size_t container) {
  const model::State& state = context.state();
  const model::TaskContainer& place = task.containers.at(container);
  const std::string name = model::content_of(state, task).containerDefinitions->at(container).name.value_or("");
  if (!task.execute_command) {
    return std::unexpected(agent_not_running(
        "Run the task, or update the service and force a new deployment, with --enable-execute-command."));
  }
  if (task.stop_wanted || !execute_command_agent_runs(task, place)) {
    return std::unexpected(agent_not_running(std::string("The task is ") + model::to_text(task.last_status) +
                                             (task.stop_wanted ? " and to be stopped" : "") + ", its container " +
                                             name + " is " + model::to_text(place.status) + "."));
  }
  const model::ContainerInstance* instance = state.find(task.instance);
  if (instance != nullptr && !instance->agent_connected) {
    return std::unexpected(
        not_connected("The agent of container instance " + model::arn_of(state, *instance) + " is not connected."));
  }
  if (context.sessions == nullptr) return std::unexpected(not_connected("This server opens no sessions."));
  const auto most = static_cast<std::size_t>(context.settings.quotas[model::Quota::kExecSessions]);
  if (context.sessions->count(task.id, name) >= most) {
    return std::unexpected(
        ApiError::client("A container can have at most " + std::to_string(most) + " ECS Exec sessions.")
            .explained("End some of its sessions: aws ssm terminate-session --session-id."));
  }
  SessionWanted wanted;
  wanted.world = context.world;
  wanted.task = task.id;
  wanted.task_arn = model::arn_of(state, task);
  wanted.container_name = name;
  wanted.target = "ecs:" + state.get(task.cluster).name + "_" + model::to_hex(task.uuid) + "_" + place.runtime_id;
  return wanted;
}

std::string_view session_host(const Context& context) {
  if (!context.host.empty()) return context.host;
  const std::string_view url = context.settings.endpoint;
  const std::size_t scheme = url.find("://");
  return scheme == std::string_view::npos ? url : url.substr(scheme + 3);
}

}  // namespace drydock::operations
