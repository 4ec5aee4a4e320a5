// Why a task is pending or stopped.
#include <algorithm>

#include "model/arn.hpp"
#include "model/task_content.hpp"
#include "server/explain/kinds.hpp"

namespace drydock::server {
namespace {

using model::State;
using model::Task;
using model::TaskStatus;

const char* step_after(model::StopCode code) {
  switch (code) {
    case model::StopCode::kTaskFailedToStart:
      return "The reasons of its containers say what failed: the image, a secret, or the start itself.";
    case model::StopCode::kEssentialContainerExited:
      return "Look at the exit code and at what the container wrote: aws logs tail, or docker logs.";
    case model::StopCode::kUserInitiated: return "Somebody called StopTask; a service's task is replaced.";
    case model::StopCode::kServiceSchedulerInitiated:
      return "Ask about its service: it replaced the task or scaled in.";
    case model::StopCode::kSpotInterruption:
      return "FARGATE_SPOT capacity was taken back; a service replaces the task.";
    case model::StopCode::kTerminationNotice: return "Its container instance is gone; a service replaces the task.";
    case model::StopCode::kNone: break;
  }
  return "";
}

void add_containers(Reasons& reasons, const State& state, const Task& task) {
  const auto& definitions = model::content_of(state, task).containerDefinitions;
  for (std::size_t i = 0; i < task.containers.size(); ++i) {
    const model::TaskContainer& container = task.containers[i];
    if (container.reason.empty() && !container.exit_code) continue;
    const std::string name = definitions && i < definitions->size() ? (*definitions)[i].name.value_or("") : "";
    std::string message = "Container " + name;
    if (container.exit_code) message += " exited with " + std::to_string(*container.exit_code);
    if (!container.reason.empty()) message += ": " + container.reason;
    reasons.push_back({task.stopped_at, "CONTAINER", std::move(message), "", {}});
  }
}

Reasons of_stopped(const State& state, const Task& task) {
  Reasons reasons;
  const std::string code = task.stop_code == model::StopCode::kNone ? "STOPPED" : model::to_text(task.stop_code);
  reasons.push_back({task.stopping_at, code, task.stopped_reason, step_after(task.stop_code), {}});
  add_containers(reasons, state, task);
  return reasons;
}

/// Containers that have not begun, with what they wait for by their definitions.
std::string open_dependencies(const State& state, const Task& task) {
  const auto& definitions = model::content_of(state, task).containerDefinitions;
  std::string text;
  for (std::size_t i = 0; definitions && i < definitions->size() && i < task.containers.size(); ++i) {
    const api::ContainerDefinition& definition = (*definitions)[i];
    if (task.containers[i].status != model::ContainerStatus::kPending || !definition.dependsOn) continue;
    for (const api::ContainerDependency& dependency : *definition.dependsOn) {
      text += " Container " + definition.name.value_or("") + " starts once " + dependency.containerName.value_or("") +
              " is " + dependency.condition.value_or("") + ".";
    }
  }
  return text;
}

model::Explanation of_starting(const State& state, const Task& task) {
  if (task.instance && !state.get(task.instance).agent_connected) {
    return {task.created_at,
            "AGENT",
            "The agent of container instance " + model::arn_of(state, state.get(task.instance)) + " is not connected.",
            "The task goes on once the agent is back; StopTask, or deregistering the instance, ends it.",
            {}};
  }
  if (task.last_status == TaskStatus::kProvisioning) {
    return {task.created_at, "NETWORK_INTERFACE", "The task waits for its network interface and its host.", "", {}};
  }
  if (task.last_status == TaskStatus::kActivating) {
    return {task.created_at, "ACTIVATING", "Its containers run; the task is being registered.", "", {}};
  }
  if (task.pull_started_at != model::Instant{} && task.pull_stopped_at == model::Instant{}) {
    return {task.pull_started_at,
            "PULLING_IMAGES",
            "Its images are being pulled.",
            "docker pull of the image on the instance shows what takes so long.",
            {}};
  }
  return {task.created_at,
          "STARTING_CONTAINERS",
          "Its containers are being started." + open_dependencies(state, task),
          "A dependency on HEALTHY waits for that container's health check.",
          {}};
}

}  // namespace

Reasons reasons_of(const State& state, const Task& task, model::Instant now) {
  if (task.last_status == TaskStatus::kStopped) return of_stopped(state, task);
  if (task.stop_wanted) {
    Reasons reasons = of_stopped(state, task);
    reasons.push_back({task.stopping_at,
                       "STOPPING",
                       "Its containers have been told to stop; they have their stopTimeout before they are killed.",
                       "",
                       {}});
    return reasons;
  }
  Reasons reasons;
  if (task.waits_for_instance()) {
    add_recorded(reasons, state.explanations.tasks, task.id);
    if (reasons.empty()) {
      reasons.push_back({task.created_at,
                         "PROVISIONING",
                         "The task waits for a container instance of capacity provider " + task.capacity_provider + ".",
                         "",
                         {}});
    }
    return reasons;
  }
  if (task.last_status < TaskStatus::kRunning) return {of_starting(state, task)};
  if (task.health == model::Health::kUnhealthy) {
    reasons.push_back({now,
                       "UNHEALTHY",
                       "An essential container's health check fails.",
                       "A service replaces the task after its grace period; run the check's command in the container.",
                       {}});
  }
  if (task.instance && state.get(task.instance).status == model::InstanceStatus::kDraining) {
    reasons.push_back({now,
                       "DRAINING",
                       "Its container instance is DRAINING.",
                       "A service's task is replaced elsewhere; another one stays until it ends.",
                       {}});
  }
  if (task.is_protected(now)) {
    reasons.push_back({now,
                       "TASK_PROTECTION",
                       "Scaling in and deployments leave it alone until " + instant_text(task.protected_until) + ".",
                       "aws ecs update-task-protection --no-protection-enabled ends it.",
                       {}});
  }
  return reasons;
}

}  // namespace drydock::server
