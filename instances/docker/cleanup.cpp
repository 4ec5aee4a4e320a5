#include "instances/docker/cleanup.hpp"

#include <spdlog/spdlog.h>

namespace drydock::instances::docker {

namespace {

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

}  // namespace

asio::awaitable<void> clean_up(CorePtr core, RunPtr run) {
  co_await pause(core, core->options.config.cleanup_wait);
  if (core->closing) co_return;
  for (const TaskContainer& container : run->task.containers) {
    if (container.docker_id.empty()) continue;
    const std::string id = container.docker_id;
    co_await remove(core, id);
    core->by_docker_id.erase(id);
  }
  spdlog::debug("containers of task {} removed", run->task.payload.task_arn);
  core->tasks.erase(run->task.payload.task_arn);
}

asio::awaitable<void> remove_orphan(CorePtr core, ContainerSummary container) {
  EngineResult<ContainerInfo> info;
  while (true) {
    info = co_await core->engine->inspect_container(container.id);
    if (info || !info.error().is_transport()) break;
    co_await engine_back(core);
    if (core->closing) co_return;
  }
  if (!info) co_return;
  if (info->running) {
    spdlog::info("container {} belongs to no task any more: stopping it", info->name);
    const auto grace = std::chrono::ceil<std::chrono::seconds>(core->options.config.stop_timeout);
    const auto stopped = co_await core->engine->stop_container(info->id, grace);
    if (!stopped) spdlog::warn("cannot stop container {}: {}", info->name, describe(stopped.error()));
  } else if (info->finished_at) {
    const auto due = *info->finished_at + core->options.config.cleanup_wait;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(due - std::chrono::system_clock::now());
    if (left.count() > 0) co_await pause(core, left);
    if (core->closing) co_return;
  }
  co_await remove(core, info->id);
}

}  // namespace drydock::instances::docker
