#include "instances/docker/cleanup.hpp"

#include <spdlog/spdlog.h>

#include "instances/docker/volumes.hpp"

namespace drydock::instances::docker {

namespace {

constexpr int kExpelAttempts = 5;

/// Removes one container; tries again when the engine was away. One that is gone already is fine.
asio::awaitable<void> remove(CorePtr core, std::string id) {
  while (!core->closing) {
    const auto removed = co_await core->engine->remove_container(id, true, true);
    if (removed || !removed.error().is_transport()) {
      if (!removed && removed.error().http_status != 404)
        spdlog::warn("cannot remove container {}: {}", id, describe(removed.error()));
      co_return;
    }
    co_await engine_back(core);
    if (core->closing) co_return;
  }
}

/// Removes the volumes of one task; those that another of its containers still uses go with the last one.
asio::awaitable<void> remove_volumes(CorePtr core, std::string task_arn) {
  std::vector<std::string> labels;
  for (const auto& [key, value] : task_volume_labels(core->owner(), task_arn)) labels.push_back(key + "=" + value);
  const auto volumes = co_await core->engine->list_volumes(labels);
  if (!volumes) {
    spdlog::warn("cannot list the volumes of task {}: {}", task_arn, describe(volumes.error()));
    co_return;
  }
  for (const VolumeSummary& volume : *volumes) {
    const auto removed = co_await core->engine->remove_volume(volume.name);
    if (!removed && removed.error().http_status != 404 && removed.error().http_status != 409)
      spdlog::warn("cannot remove volume {}: {}", volume.name, describe(removed.error()));
  }
}

asio::awaitable<void> stop_and_remove(std::shared_ptr<EngineClient> engine, std::string id,
                                      std::chrono::seconds grace) {
  for (int attempt = 1; attempt <= kExpelAttempts; ++attempt) {
    const auto version = co_await engine->version();
    if (version) {
      const auto stopped = co_await engine->stop_container(id, grace);
      if (!stopped && stopped.error().http_status != 404)
        spdlog::warn("cannot stop container {}: {}", id, describe(stopped.error()));
      const auto removed = co_await engine->remove_container(id, true, true);
      if (removed || !removed.error().is_transport()) co_return;
    }
    co_await sleep_for(std::chrono::seconds(attempt));
  }
}

/// Gives up a task in the agent's care that the control plane does not know.
void abandon(AgentCore& core, const RunPtr& run) {
  spdlog::info("task {} is not known to the control plane: removing it", run->task.payload.task_arn);
  run->abandoned = true;
  run->reports.clear();
  const auto pulls = run->pulls;
  for (const auto& pull : pulls) pull->cancel();
  for (TaskContainer& container : run->task.containers) {
    container.stage = Stage::kStopped;
    if (container.docker_id.empty()) continue;
    core.by_docker_id.erase(container.docker_id);
    expel(core, container.docker_id);
  }
  run->changed.notify();
  core.tasks.erase(run->task.payload.task_arn);
}

}  // namespace

asio::awaitable<void> clean_up(CorePtr core, RunPtr run) {
  co_await pause(core, core->options.config.cleanup_wait);
  if (core->closing) co_return;
  for (const TaskContainer& container : run->task.containers) {
    if (container.docker_id.empty()) continue;
    const std::string id = container.docker_id;
    co_await remove(core, id);
    core->by_docker_id.erase(id);
    core->logs->forget(id);
  }
  co_await remove_volumes(core, run->task.payload.task_arn);
  spdlog::debug("containers of task {} removed", run->task.payload.task_arn);
  core->tasks.erase(run->task.payload.task_arn);
}

asio::awaitable<void> remove_orphan(CorePtr core, ContainerSummary container) {
  const bool ended = container.state == "exited" || container.state == "dead";
  if (!ended) {
    spdlog::info("container {} belongs to no task any more: removing it", container.id);
    expel(*core, container.id);
    co_return;
  }
  EngineResult<ContainerInfo> info;
  while (!core->closing) {
    info = co_await core->engine->inspect_container(container.id);
    if (info || !info.error().is_transport()) break;
    co_await engine_back(core);
  }
  if (!info || core->closing) co_return;
  const auto due = info->finished_at.value_or(TimePoint{}) + core->options.config.cleanup_wait;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(due - std::chrono::system_clock::now());
  if (left.count() > 0) co_await pause(core, left);
  co_await remove(core, container.id);
  const auto task = container.labels.find(kLabelTaskArn);
  if (task != container.labels.end() && !core->closing) co_await remove_volumes(core, task->second);
}

void expel(const AgentCore& core, const std::string& docker_id) {
  // Its own client: the agent's ends with the agent.
  const auto engine = std::make_shared<EngineClient>(core.executor, core.options.socket_path);
  const auto grace = std::chrono::ceil<std::chrono::seconds>(core.options.config.stop_timeout);
  spawn(core.executor, stop_and_remove(engine, docker_id, grace), "removal of a container");
}

asio::awaitable<void> remove_orphans(CorePtr core, std::set<std::string> known_task_arns) {
  while (!core->listed && !core->closing) co_await core->changed.wait();
  if (core->closing) co_return;
  core->known_tasks = known_task_arns;
  const auto tasks = core->tasks;
  for (const auto& [arn, run] : tasks) {
    if (!known_task_arns.contains(arn) && run->task.reported != TaskStatus::kStopped) abandon(*core, run);
  }
  for (auto entry = core->found.begin(); entry != core->found.end();) {
    if (known_task_arns.contains(entry->first) || core->tasks.contains(entry->first)) {
      ++entry;
      continue;
    }
    for (const ContainerSummary& container : entry->second)
      spawn(core->executor, remove_orphan(core, container), "orphaned container");
    entry = core->found.erase(entry);
  }
}

}  // namespace drydock::instances::docker
