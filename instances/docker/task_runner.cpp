#include "instances/docker/task_runner.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "instances/docker/container_runner.hpp"
#include "instances/docker/firelens/firelens.hpp"
#include "instances/docker/logs/container_logs.hpp"
#include "instances/docker/metadata/task_endpoint.hpp"
#include "instances/docker/reporter.hpp"

namespace drydock::instances::docker {

namespace {

TimePoint now() { return std::chrono::system_clock::now(); }

asio::awaitable<void> adopt_one(CorePtr core, RunPtr run, ContainerSummary found) {
  const auto label = found.labels.find(kLabelContainer);
  const auto index = label == found.labels.end() ? std::nullopt : index_of(run->task, label->second);
  if (!index) co_return;
  run->task.containers[*index].docker_id = found.id;
  remember_docker_id(*core, run, *index);
  while (!core->closing) {
    const auto info = co_await core->engine->inspect_container(found.id);
    if (info) co_await adopt_log(core, run, *index, *info);
    if (info) observe(run->task, run->task.containers[*index], *info);
    if (info || !info.error().is_transport()) break;
    co_await engine_back(core);
  }
  const TaskContainer& container = run->task.containers[*index];
  spdlog::info("adopted container {} of task {} ({})", container.name, run->task.payload.task_arn, found.state);
}

/// Takes over the containers that an earlier life of the agent left on the engine.
asio::awaitable<void> adopt(CorePtr core, RunPtr run) {
  while (const auto list = core->found.extract(run->task.payload.task_arn)) {
    for (const ContainerSummary& found : list.mapped()) {
      co_await adopt_one(core, run, found);
      if (core->closing) co_return;
    }
  }
  run->adopted = true;
}

/// Containers of a task that ran before, and are not there any more, are lost; they must not be started again.
void mark_lost(AgentCore& core, Task& task) {
  if (core.already_started.erase(task.payload.task_arn) == 0) return;
  for (TaskContainer& container : task.containers) {
    if (container.stage == Stage::kNone)
      fail(task, container, "ContainerVanishedError: No container matching saved ID found", now());
  }
}

asio::awaitable<void> run_task(CorePtr core, RunPtr run) {
  while (!core->listed && !core->closing) co_await core->changed.wait();
  co_await adopt(core, run);
  if (core->closing) co_return;
  Task& task = run->task;
  mark_lost(*core, task);
  if (!task.payload.setup_error.empty()) {
    spdlog::warn("task {} cannot start: {}", task.payload.task_arn, task.payload.setup_error);
    for (TaskContainer& container : task.containers) {
      if (container.stage == Stage::kNone) fail(task, container, "", now());
    }
  }
  if (has_dependency_cycle(task)) {
    const std::string reason =
        "TaskDependencyError: Task dependencies cannot be resolved, taskArn: " + task.payload.task_arn;
    for (TaskContainer& container : task.containers) fail(task, container, reason, now());
  }
  for (std::size_t i = 0; i < task.containers.size(); ++i)
    spawn(core->executor, run_container(core, run, i), "container of a task");
  task_changed(core, run);
}

void want_stop(const CorePtr& core, const RunPtr& run) {
  if (run->task.stop_wanted) return;
  spdlog::info("task {} shall stop", run->task.payload.task_arn);
  run->task.stop_wanted = true;
  const auto pulls = run->pulls;
  for (const auto& pull : pulls) pull->cancel();
  task_changed(core, run);
}

}  // namespace

void accept_payload(const CorePtr& core, const TaskPayload& payload) {
  if (core->closing) return;
  const auto known = core->tasks.find(payload.task_arn);
  if (known != core->tasks.end()) {
    if (payload.desired_status == "STOPPED") want_stop(core, known->second);
    return;
  }
  spdlog::info("task {} ({}:{}) with {} containers, desired {}", payload.task_arn, payload.family, payload.version,
               payload.containers.size(), payload.desired_status);
  TaskPayload task = payload;
  start_router_first(task);
  const auto run = std::make_shared<TaskRun>(core->executor, task);
  core->tasks.emplace(payload.task_arn, run);
  if (core->options.task_endpoint) core->options.task_endpoint->enter(core, run);
  spawn(core->executor, run_task(core, run), "task");
}

}  // namespace drydock::instances::docker
