#include "instances/docker/strays.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "instances/docker/cleanup.hpp"

namespace drydock::instances::docker {

namespace {

/// A container whose start was given up, and that runs now.
asio::awaitable<void> expel_if_running(CorePtr core, std::string id) {
  while (!core->closing) {
    const auto info = co_await core->engine->inspect_container(id);
    if (!info && info.error().is_transport()) {
      co_await engine_back(core);
      continue;
    }
    if (!info || !info->running || core->closing) co_return;
    spdlog::info("container {} was started when nothing waited for it any more: removing it", id);
    expel(*core, id);
    co_return;
  }
}

void put_aside(AgentCore& core, const std::string& task_arn, const ContainerSummary& container) {
  auto& list = core.found[task_arn];
  if (std::ranges::find(list, container.id, &ContainerSummary::id) == list.end()) list.push_back(container);
}

}  // namespace

void check_given_up(const CorePtr& core, const std::string& docker_id) {
  if (!docker_id.empty()) spawn(core->executor, expel_if_running(core, docker_id), "container that was given up");
}

void notice_container(const CorePtr& core, const ContainerSummary& container) {
  if (const auto known = core->by_docker_id.find(container.id); known != core->by_docker_id.end()) {
    const RunPtr run = known->second.first.lock();
    const bool given_up = run && run->task.containers[known->second.second].stage == Stage::kStopped;
    if (given_up && container.state == "running") check_given_up(core, container.id);
    return;
  }
  const auto arn = container.labels.find(kLabelTaskArn);
  const auto name = container.labels.find(kLabelContainer);
  if (arn == container.labels.end() || name == container.labels.end()) return;
  const auto task = core->tasks.find(arn->second);
  if (task != core->tasks.end()) {
    const auto index = index_of(task->second->task, name->second);
    // Not created yet, as far as the task knows: it adopts it, or meets it by its name when it creates its own.
    if (index && task->second->task.containers[*index].stage == Stage::kNone) {
      if (!task->second->adopted) put_aside(*core, arn->second, container);
      return;
    }
  } else if (!core->known_tasks || core->known_tasks->contains(arn->second)) {
    return put_aside(*core, arn->second, container);
  }
  spawn(core->executor, remove_orphan(core, container), "container of nobody");
}

}  // namespace drydock::instances::docker
