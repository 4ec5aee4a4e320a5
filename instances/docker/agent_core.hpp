#pragma once
// What the parts of one Docker agent share. Everything here is touched on the agent's executor only; every coroutine
// of the agent holds the core by shared_ptr.

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "instances/docker/agent_options.hpp"
#include "instances/docker/async.hpp"
#include "instances/docker/engine_client.hpp"
#include "instances/docker/image_puller.hpp"
#include "instances/docker/logs/log_followers.hpp"
#include "instances/docker/task.hpp"

namespace drydock::instances::docker {

/// One task in the agent's care, from its first payload until its containers are cleaned up.
struct TaskRun {
  TaskRun(const asio::any_io_executor& executor, const TaskPayload& payload)
      : task(make_task(payload)), changed(executor) {}

  Task task;
  Signal changed;                                 // anything about the task or its containers
  std::vector<std::shared_ptr<Canceller>> pulls;  // in progress
  std::deque<api::SubmitTaskStateChangeRequest> reports;
  std::map<std::size_t, model::LogStreamId> log_streams;  // of containers with awslogs, by their place
  bool adopted = false;                                   // containers of an earlier life were looked for
  bool delivering = false;
  bool finished = false;   // STOPPED was accepted, clean-up is scheduled
  bool abandoned = false;  // the control plane does not know it: nothing more is reported
};

struct AgentCore {
  AgentCore(asio::any_io_executor io, DockerAgentOptions settings, ControlPlane plane);

  asio::any_io_executor executor;
  DockerAgentOptions options;
  ControlPlane control_plane;
  std::shared_ptr<EngineClient> engine;
  std::shared_ptr<ImagePuller> images;
  std::shared_ptr<LogFollowers> logs;
  Semaphore launches;  // creates and starts in progress
  Signal changed;      // engine_up, listed, registered, closing or the event stream changed
  bool engine_up = false;
  bool registered = false;
  bool listed = false;  // the engine's containers were listed at least once
  bool closing = false;

  std::map<std::string, std::shared_ptr<TaskRun>> tasks;  // by task ARN
  std::unordered_map<std::string, std::pair<std::weak_ptr<TaskRun>, std::size_t>> by_docker_id;
  std::map<std::string, std::vector<ContainerSummary>> found;  // on the engine, of tasks nobody asked for (yet)
  /// What the control plane knows (the last end of resync); nothing before the first.
  std::optional<std::set<std::string>> known_tasks;
  std::set<std::string> already_started;  // task ARNs, see DockerAgent::already_started
  std::set<std::shared_ptr<Canceller>> sleepers;
  int next_row_port = 61000;  // where the next search for a row of host ports begins; above Linux's ephemeral ports

  Owner owner() const { return {options.drydock_id, options.identity.instance_id, options.group}; }
  /// Ends every wait and every call; coroutines see `closing` and return.
  void shut_down();
};

using CorePtr = std::shared_ptr<AgentCore>;
using RunPtr = std::shared_ptr<TaskRun>;

// Never await inside a condition here: g++ 12 miscompiles `if (!co_await f(shared_pointer))` (the temporaries of the
// call are destroyed at the wrong place). Name the result, then test it.

/// Waits until the engine answers again, or the agent closes. For use after a transport error.
asio::awaitable<void> engine_back(CorePtr core);
/// Sleeps, but not beyond the agent's end.
asio::awaitable<void> pause(CorePtr core, std::chrono::milliseconds duration);

}  // namespace drydock::instances::docker
