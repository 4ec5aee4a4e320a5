#include "instances/docker/logs/container_logs.hpp"

#include <spdlog/spdlog.h>

namespace drydock::instances::docker {
namespace {

bool has_log(const AgentCore& core, const TaskRun& run, std::size_t index) {
  return core.logs->active() && uses_awslogs(*run.task.containers[index].payload.definition);
}

}  // namespace

asio::awaitable<std::optional<std::string>> open_log(CorePtr core, RunPtr run, std::size_t index) {
  if (!has_log(*core, *run, index)) co_return std::nullopt;
  const auto& container = run->task.containers[index];
  auto where = awslogs_of(*container.payload.definition, run->task.payload.task_arn, container.docker_id);
  if (!where) co_return "CannotCreateContainerError: Error response from daemon: " + where.error();
  const auto stream = co_await core->logs->open(run->task.payload.task_arn, *where);
  if (!stream) co_return log_stream_failure(run->task.payload.launch_type, stream.error());
  run->log_streams[index] = *stream;
  co_return std::nullopt;
}

void follow_log(AgentCore& core, const TaskRun& run, std::size_t index) {
  const auto stream = run.log_streams.find(index);
  if (stream == run.log_streams.end()) return;
  const auto& container = run.task.containers[index];
  const auto where = awslogs_of(*container.payload.definition, run.task.payload.task_arn, container.docker_id);
  LogTarget target;
  target.docker_id = container.docker_id;
  target.stream = stream->second;
  if (where) target.event_start = where->event_start;
  target.terminal = container.payload.definition->pseudoTerminal.value_or(false);
  core.logs->follow(std::move(target));
}

asio::awaitable<void> log_stored(CorePtr core, RunPtr run, std::size_t index) {
  co_await core->logs->stored(run->task.containers[index].docker_id);
}

asio::awaitable<void> adopt_log(CorePtr core, RunPtr run, std::size_t index, ContainerInfo info) {
  if (!has_log(*core, *run, index) || !info.started_at) co_return;
  const auto failure = co_await open_log(core, run, index);
  if (failure) {
    spdlog::warn("log of container {} of task {}: {}", run->task.containers[index].name, run->task.payload.task_arn,
                 *failure);
    co_return;
  }
  follow_log(*core, *run, index);
  if (!info.running) co_await log_stored(core, run, index);
}

}  // namespace drydock::instances::docker
