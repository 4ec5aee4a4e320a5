#include "instances/docker/task_report.hpp"

#include <algorithm>

namespace drydock::instances::docker {

namespace {

constexpr std::size_t kMaxReason = 1024;
constexpr std::size_t kMaxId = 255;

const char* text_of(TaskStatus status) {
  switch (status) {
    case TaskStatus::kPending: return "PENDING";
    case TaskStatus::kRunning: return "RUNNING";
    case TaskStatus::kStopped: return "STOPPED";
  }
  return "";
}

api::Timestamp stamp(TimePoint moment) {
  api::Timestamp out;
  out.milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(moment.time_since_epoch()).count();
  return out;
}

/// At most `limit` bytes, never in the middle of a UTF-8 character.
std::string cut(std::string text, std::size_t limit) {
  if (text.size() <= limit) return text;
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80) --limit;
  text.resize(limit);
  return text;
}

api::ContainerStateChange change_of(const TaskContainer& container, const char* status) {
  api::ContainerStateChange change;
  change.containerName = container.name;
  change.status = status;
  if (!container.docker_id.empty()) change.runtimeId = cut(container.docker_id, kMaxId);
  if (!container.image_digest.empty()) change.imageDigest = cut(container.image_digest, kMaxId);
  if (container.bindings && !container.bindings->empty()) change.networkBindings = container.bindings;
  return change;
}

/// Adds what is new about the containers; returns whether one of them stopped.
bool add_changes(Task& task, bool with_stops, std::vector<api::ContainerStateChange>& out) {
  bool stopped = false;
  for (TaskContainer& container : task.containers) {
    if (container.has_run && !container.reported_running) {
      container.reported_running = true;
      out.push_back(change_of(container, "RUNNING"));
    }
    if (!with_stops || container.stage != Stage::kStopped || container.reported_stopped) continue;
    container.reported_stopped = true;
    stopped = true;
    api::ContainerStateChange change = change_of(container, "STOPPED");
    change.exitCode = container.exit_code;
    if (!container.reason.empty()) change.reason = cut(container.reason, kMaxReason);
    out.push_back(std::move(change));
  }
  return stopped;
}

bool something_stopped(const Task& task) {
  return std::ranges::any_of(task.containers, [](const TaskContainer& container) {
    return container.stage == Stage::kStopped && !container.reported_stopped;
  });
}

bool something_started(const Task& task) {
  return std::ranges::any_of(
      task.containers, [](const TaskContainer& container) { return container.has_run && !container.reported_running; });
}

api::SubmitTaskStateChangeRequest report(Task& task, const std::string& cluster, TaskStatus status, bool with_stops) {
  api::SubmitTaskStateChangeRequest request;
  request.cluster = cluster;
  request.task = task.payload.task_arn;
  request.status = text_of(status);
  const bool never_ran = std::ranges::none_of(task.containers, &TaskContainer::has_run);
  request.reason = status == TaskStatus::kStopped && never_ran ? task.payload.setup_error : "";
  request.containers.emplace();
  add_changes(task, with_stops, *request.containers);
  if (task.pull_started_at) request.pullStartedAt = stamp(*task.pull_started_at);
  if (task.pull_stopped_at) request.pullStoppedAt = stamp(*task.pull_stopped_at);
  if (with_stops && task.execution_stopped_at) request.executionStoppedAt = stamp(*task.execution_stopped_at);
  task.reported = status;
  return request;
}

}  // namespace

std::vector<api::SubmitTaskStateChangeRequest> take_reports(Task& task, const std::string& cluster) {
  std::vector<api::SubmitTaskStateChangeRequest> out;
  if (task.reported == TaskStatus::kStopped) return out;
  const TaskStatus status = status_of(task);
  // A task that is ending says everything in its STOPPED report; it does not become RUNNING on its way.
  if (should_stop(task) && status != TaskStatus::kStopped) return out;
  const bool all_ran =
      std::ranges::all_of(task.containers, [](const TaskContainer& container) { return container.has_run; });
  if (status == TaskStatus::kStopped && task.reported == TaskStatus::kPending && all_ran && !task.containers.empty())
    out.push_back(report(task, cluster, TaskStatus::kRunning, false));
  if (status > task.reported) {
    out.push_back(report(task, cluster, status, true));
    return out;
  }
  const bool due = something_stopped(task) || (task.reported == TaskStatus::kRunning && something_started(task));
  if (due) out.push_back(report(task, cluster, task.reported, true));
  return out;
}

}  // namespace drydock::instances::docker
