#include "instances/docker/container_runner.hpp"

#include <spdlog/spdlog.h>

#include "instances/docker/cleanup.hpp"
#include "instances/docker/container_spec.hpp"
#include "instances/docker/firelens/firelens.hpp"
#include "instances/docker/logs/container_logs.hpp"
#include "instances/docker/metadata/task_endpoint.hpp"
#include "instances/docker/port_probe.hpp"
#include "instances/docker/reporter.hpp"
#include "instances/docker/strays.hpp"
#include "instances/docker/volumes.hpp"
#include "instances/launch/environment_file.hpp"

namespace drydock::instances::docker {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int kStopAttempts = 5;
// The engine takes a name when a create begins, and shows the container when it is done.
constexpr milliseconds kNameTakenWait{250};
constexpr int kNameTakenAttempts = 240;

TimePoint now() { return std::chrono::system_clock::now(); }

/// "<name>: <engine's text>", or a time-out in the words of AWS's agent.
std::string reason_of(const char* name, const char* state, const EngineError& error) {
  if (error.kind == EngineError::Kind::kTimeout)
    return std::string("DockerTimeoutError: Could not transition to ") + state + "; " + error.message;
  return std::string(name) + ": " + describe(error);
}

void give_up(const CorePtr& core, const RunPtr& run, std::size_t index, const std::string& reason) {
  TaskContainer& container = run->task.containers[index];
  if (!reason.empty()) spdlog::warn("container {} of task {}: {}", container.name, run->task.payload.task_arn, reason);
  fail(run->task, container, reason, now());
  check_given_up(core, container.docker_id);
  task_changed(core, run);
}

/// Wakes the task at a moment: a start time-out may then have run out.
asio::awaitable<void> wake_at(CorePtr core, RunPtr run, TimePoint moment) {
  const auto left = std::chrono::ceil<milliseconds>(moment - now());
  if (left.count() > 0) co_await pause(core, left);
  run->changed.notify();
}

/// Waits until the container may be started. False: it never will (its state says why) or the agent closes.
asio::awaitable<bool> await_dependencies(CorePtr core, RunPtr run, std::size_t index) {
  std::optional<TimePoint> armed;
  while (!core->closing) {
    Task& task = run->task;
    TaskContainer& container = task.containers[index];
    if (container.stage == Stage::kStopped) co_return false;
    if (should_stop(task)) {
      give_up(core, run, index, "");
      co_return false;
    }
    const Readiness ready = readiness(task, container, now());
    if (ready.verdict == Readiness::Verdict::kNever) {
      fail_dependency(task, container, ready.reason, now());
      check_given_up(core, container.docker_id);
      task_changed(core, run);
      co_return false;
    }
    const bool joins = joins_network(task.payload, index) || joins_namespaces(task.payload, index);
    const bool waits = joins && task.containers[*namespace_owner(task.payload)].stage < Stage::kRunning;
    if (ready.verdict == Readiness::Verdict::kReady && !waits) co_return true;
    if (ready.deadline && armed != ready.deadline) {
      armed = ready.deadline;
      spawn(core->executor, wake_at(core, run, *armed), "start time-out");
    }
    co_await run->changed.wait();
  }
  co_return false;
}

asio::awaitable<bool> bring_image(CorePtr core, RunPtr run, std::size_t index) {
  const std::string image = run->task.containers[index].payload.definition->image.value_or("");
  const std::string auth = run->task.containers[index].payload.secrets.registry_auth;
  while (!core->closing) {
    const auto canceller = std::make_shared<Canceller>();
    run->pulls.push_back(canceller);
    ImageOutcome outcome = co_await ImagePuller::ensure(core->images, image, auth, canceller);
    std::erase(run->pulls, canceller);
    if (core->closing) co_return false;
    Task& task = run->task;
    if (outcome.pull_started_at && !task.pull_started_at) task.pull_started_at = outcome.pull_started_at;
    if (outcome.pull_stopped_at) task.pull_stopped_at = outcome.pull_stopped_at;
    if (outcome.kind == ImageOutcome::Kind::kPresent) {
      task.containers[index].image_digest = outcome.digest;
      task.containers[index].image_environment = std::move(outcome.environment);
      co_return true;
    }
    if (should_stop(task)) {
      give_up(core, run, index, "");
      co_return false;
    }
    if (outcome.kind == ImageOutcome::Kind::kMissing) {
      give_up(core, run, index, outcome.reason);
      co_return false;
    }
    co_await engine_back(core);
    if (core->closing) co_return false;
  }
  co_return false;
}

/// The name is taken: by this very container from an earlier life, or by something else.
asio::awaitable<EngineResult<ContainerInfo>> find_own(CorePtr core, RunPtr run, std::size_t index) {
  const TaskContainer& container = run->task.containers[index];
  auto info = co_await core->engine->inspect_container(docker_name(run->task.payload, container.name));
  if (!info) co_return std::unexpected(std::move(info.error()));
  const auto wanted = container_labels(core->owner(), run->task.payload, container.name);
  const auto task_label = info->labels.find(kLabelTaskArn);
  const bool ours = is_ours(core->owner(), info->labels) && task_label != info->labels.end() &&
                    task_label->second == wanted.at(kLabelTaskArn) && info->labels[kLabelContainer] == container.name;
  if (ours) co_return info;
  EngineError error;
  error.kind = EngineError::Kind::kRefused;
  error.http_status = 409;
  error.message = "the container name \"" + info->name + "\" is in use by container " + info->id;
  co_return std::unexpected(std::move(error));
}

/// Chooses one row of host ports for each range of container ports.
void choose_host_rows(AgentCore& core, const api::ContainerDefinition& definition, SpecContext& context) {
  if (!definition.portMappings) return;
  const PortRange within = core.options.config.dynamic_ports.value_or(PortRange{49153, 65535});
  for (const auto& mapping : *definition.portMappings) {
    const auto range = parse_port_range(mapping.containerPortRange.value_or(""));
    if (!range) continue;
    const int count = range->last - range->first + 1;
    const auto first = free_port_row(count, mapping.protocol.value_or("tcp"), within, core.next_row_port);
    if (!first) continue;
    context.host_ranges[port_range_key(mapping)] = *first;
    core.next_row_port = *first + count;
  }
}

std::expected<std::string, std::string> spec_of(AgentCore& core, const TaskRun& run, std::size_t index,
                                                const std::string& socket_directory) {
  SpecContext context;
  context.socket_directory = socket_directory;
  context.owner = core.owner();
  context.dynamic_ports = core.options.config.dynamic_ports;
  context.nvidia_runtime = core.options.config.nvidia_runtime;
  const Task& task = run.task;
  if (joins_network(task.payload, index))
    context.network_container_id = task.containers[*network_owner(task.payload)].docker_id;
  if (joins_namespaces(task.payload, index))
    context.namespace_container_id = task.containers[*namespace_owner(task.payload)].docker_id;
  const TaskContainer& container = task.containers[index];
  if (publishes_ports(task.payload)) choose_host_rows(core, *container.payload.definition, context);
  if (core.options.task_endpoint) {
    context.environment = core.options.task_endpoint->environment_of(task, index);
    context.name_servers = core.options.task_endpoint->name_servers;
  }
  if (const auto router = router_of(task.payload); router && is_routed(*container.payload.definition)) {
    const LogOptions more = routed_environment(task.payload, task.containers[*router].ip_address);
    context.environment.insert(context.environment.end(), more.begin(), more.end());
  }
  return container_spec(context, task.payload, container.payload);
}

/// Makes one volume, or finds it. False: the container cannot have it (its state says why) or the agent closes.
asio::awaitable<bool> bring_volume(CorePtr core, RunPtr run, std::size_t index, EngineVolume volume) {
  while (!core->closing) {
    EngineResult<void> done;
    if (volume.must_exist) {
      done = co_await core->engine->find_volume(volume.name);
    } else {
      done = co_await core->engine->create_volume(volume);
    }
    if (core->closing) co_return false;
    if (done) co_return true;
    if (!done.error().is_transport()) {
      const char* name = volume.must_exist ? "CannotInspectVolumeError" : "CannotCreateVolumeError";
      give_up(core, run, index, reason_of(name, "CREATED", done.error()));
      co_return false;
    }
    co_await engine_back(core);
  }
  co_return false;
}

asio::awaitable<bool> bring_volumes(CorePtr core, RunPtr run, std::size_t index) {
  const TaskPayload& task = run->task.payload;
  const api::ContainerDefinition& definition = *task.containers[index].definition;
  auto volumes = engine_volumes(core->owner(), task, definition);
  if (router_of(task) && (definition.firelensConfiguration || is_routed(definition)))
    volumes.push_back(socket_volume(core->owner(), task));
  for (const EngineVolume& volume : volumes) {
    const bool there = co_await bring_volume(core, run, index, volume);
    if (!there) co_return false;
  }
  co_return true;
}

/// Where the socket to the task's log router is; empty: the container's lines go elsewhere. None: the container cannot
/// be had (its state says why) or the agent closes.
asio::awaitable<std::optional<std::string>> find_socket(CorePtr core, RunPtr run, std::size_t index) {
  const TaskPayload& task = run->task.payload;
  if (!router_of(task) || !is_routed(*task.containers[index].definition)) co_return std::string();
  const std::string volume = socket_volume(core->owner(), task).name;
  while (!core->closing) {
    auto directory = co_await core->engine->volume_directory(volume);
    if (core->closing) co_return std::nullopt;
    if (directory) co_return std::move(*directory);
    if (!directory.error().is_transport()) {
      give_up(core, run, index, reason_of("CannotInspectVolumeError", "CREATED", directory.error()));
      co_return std::nullopt;
    }
    co_await engine_back(core);
  }
  co_return std::nullopt;
}

asio::awaitable<bool> create(CorePtr core, RunPtr run, std::size_t index) {
  const auto socket = co_await find_socket(core, run, index);
  if (!socket) co_return false;
  const auto spec = spec_of(*core, *run, index, *socket);
  if (!spec) {
    give_up(core, run, index, spec.error());
    co_return false;
  }
  const std::string name = docker_name(run->task.payload, run->task.containers[index].name);
  int name_taken = 0;
  while (!core->closing) {
    EngineResult<std::string> created;
    {
      const Semaphore::Permit permit = co_await core->launches.acquire();
      created = co_await core->engine->create_container(name, *spec);
    }
    TaskContainer& container = run->task.containers[index];
    if (created && run->abandoned) {
      expel(*core, *created);
      co_return false;
    }
    if (created) {
      container.docker_id = *created;
      container.stage = Stage::kCreated;
      remember_docker_id(*core, run, index);
      co_return true;
    }
    EngineError error = std::move(created.error());
    if (error.http_status == 409) {
      auto own = co_await find_own(core, run, index);
      if (own) {
        container.docker_id = own->id;
        remember_docker_id(*core, run, index);
        observe(run->task, container, *own);
        task_changed(core, run);
        co_return container.stage == Stage::kCreated;
      }
      error = std::move(own.error());
      if (error.http_status == 404 && ++name_taken < kNameTakenAttempts) {
        // Somebody's create is under way: most likely our own, of before a restart.
        co_await pause(core, kNameTakenWait);
        if (core->closing) co_return false;
        if (!should_stop(run->task)) continue;
        give_up(core, run, index, "");
        co_return false;
      }
    }
    if (core->closing) co_return false;
    if (!error.is_transport()) {
      give_up(core, run, index, reason_of("CannotCreateContainerError", "CREATED", error));
      co_return false;
    }
    co_await engine_back(core);
    if (core->closing) co_return false;
  }
  co_return false;
}

using RouterFiles = std::expected<std::vector<TarFile>, std::string>;

/// Nothing when the task is to stop, or the agent closes, before it was read.
asio::awaitable<std::optional<ObjectRead>> read_for(CorePtr core, RunPtr run, ObjectName object) {
  if (!core->options.read_object) co_return std::unexpected("there is no S3 here");
  const auto read = std::make_shared<std::optional<ObjectRead>>();
  auto then = [run, read](ObjectRead result) {
    *read = std::move(result);
    run->changed.notify();
  };
  core->options.read_object(object.bucket, object.key, std::move(then));
  while (!*read && !core->closing && !should_stop(run->task)) co_await run->changed.wait();
  co_return *read;
}

/// The files of a log router; the error is the container's reason, empty when it is not to start any more.
asio::awaitable<RouterFiles> files_of(CorePtr core, RunPtr run) {
  constexpr const char* kError = "ResourceInitializationError: ";
  const TaskPayload& task = run->task.payload;
  std::string external;
  if (const std::string arn = external_object(task); !arn.empty()) {
    const auto object = read_object_arn(arn);
    if (!object) co_return std::unexpected(kError + object.error());
    auto read = co_await read_for(core, run, *object);
    if (!read) co_return std::unexpected("");
    if (!*read)
      co_return std::unexpected(std::string(kError) + "unable to download s3 config " + arn + ": " + read->error());
    external = std::move(**read);
  }
  auto files = router_files(task, core->options.identity.instance_id, external);
  if (!files) co_return std::unexpected(kError + files.error());
  co_return files;
}

/// A log router finds its configuration when it starts. False: it cannot (its state says why) or the agent closes.
asio::awaitable<bool> configure_router(CorePtr core, RunPtr run, std::size_t index) {
  const TaskPayload& task = run->task.payload;
  if (!task.containers[index].definition->firelensConfiguration) co_return true;
  auto files = co_await files_of(core, run);
  if (core->closing) co_return false;
  if (!files) {
    give_up(core, run, index, files.error());
    co_return false;
  }
  const std::string volume = config_volume(*task.containers[index].definition);
  // Their paths begin with the volume's place, which has a slash before it instead of behind.
  for (TarFile& file : *files) file.path.erase(0, volume.size());
  const std::string directory = volume.empty() ? "/" : volume;
  const std::string archive = tar_archive(*files);
  while (!core->closing) {
    const std::string id = run->task.containers[index].docker_id;
    const auto written = co_await core->engine->put_files(id, directory, archive);
    if (core->closing) co_return false;
    if (written) co_return true;
    if (!written.error().is_transport()) {
      give_up(core, run, index, reason_of("CannotStartContainerError", "RUNNING", written.error()));
      co_return false;
    }
    co_await engine_back(core);
  }
  co_return false;
}

/// Starts a container that was created and never ran.
asio::awaitable<void> start(CorePtr core, RunPtr run, std::size_t index) {
  while (!core->closing && run->task.containers[index].stage == Stage::kCreated) {
    if (should_stop(run->task)) {
      give_up(core, run, index, "");
      co_return;
    }
    const auto no_logs = co_await open_log(core, run, index);
    if (core->closing) co_return;
    if (no_logs) {
      give_up(core, run, index, *no_logs);
      co_return;
    }
    const bool configured = co_await configure_router(core, run, index);
    if (!configured) co_return;
    const std::string id = run->task.containers[index].docker_id;
    EngineResult<void> started;
    {
      const Semaphore::Permit permit = co_await core->launches.acquire();
      started = co_await core->engine->start_container(id);
    }
    if (core->closing) co_return;
    if (!started && !started.error().is_transport()) {
      give_up(core, run, index, reason_of("CannotStartContainerError", "RUNNING", started.error()));
      co_return;
    }
    if (!started) co_await engine_back(core);
    if (core->closing) co_return;
    if (started) follow_log(*core, *run, index);
    co_await refresh_container(core, run, index, std::nullopt);
    // Once the engine took the start, it is never asked again: the container may have run and ended meanwhile.
    while (started && run->task.containers[index].stage == Stage::kCreated) {
      co_await pause(core, seconds(1));
      if (core->closing) co_return;
      co_await refresh_container(core, run, index, std::nullopt);
    }
  }
}

asio::awaitable<void> bring_up(CorePtr core, RunPtr run, std::size_t index) {
  const bool may_start = co_await await_dependencies(core, run, index);
  if (!may_start) co_return;
  if (run->task.containers[index].stage == Stage::kNone) {
    const bool has_image = co_await bring_image(core, run, index);
    if (!has_image) co_return;
    if (should_stop(run->task)) {
      give_up(core, run, index, "");
      co_return;
    }
    const bool has_volumes = co_await bring_volumes(core, run, index);
    if (!has_volumes) co_return;
    const bool created = co_await create(core, run, index);
    if (!created) co_return;
  }
  co_await start(core, run, index);
}

/// Starts a container again whose restart policy says so.
asio::awaitable<void> restart(CorePtr core, RunPtr run, std::size_t index) {
  while (!core->closing && run->task.containers[index].restart_due && !should_stop(run->task)) {
    const std::string id = run->task.containers[index].docker_id;
    const auto started = co_await core->engine->start_container(id);
    if (core->closing) co_return;
    TaskContainer& container = run->task.containers[index];
    if (started) {
      follow_log(*core, *run, index);
      container.restart_due = false;
      container.restarted_run = container.started_at;
      ++container.restarts;
      spdlog::info("container {} of task {} was started again", container.name, run->task.payload.task_arn);
      co_await refresh_container(core, run, index, std::nullopt);
      co_return;
    }
    if (!started.error().is_transport()) {
      give_up(core, run, index, reason_of("CannotStartContainerError", "RUNNING", started.error()));
      co_return;
    }
    co_await engine_back(core);
  }
}

seconds grace_of(const AgentCore& core, const TaskContainer& container) {
  const std::int32_t own = container.payload.definition->stopTimeout.value_or(0);
  if (own > 0) return seconds(own);
  return std::chrono::ceil<seconds>(core.options.config.stop_timeout);
}

/// Stops a running container; at the end its state is what the engine says.
asio::awaitable<void> stop(CorePtr core, RunPtr run, std::size_t index) {
  for (int attempt = 1; !core->closing; ++attempt) {
    TaskContainer& container = run->task.containers[index];
    if (container.stage != Stage::kRunning) co_return;
    const std::string id = container.docker_id;
    const seconds grace = grace_of(*core, container);
    spdlog::debug("stopping container {} of task {}", container.name, run->task.payload.task_arn);
    const auto stopped = co_await core->engine->stop_container(id, grace);
    if (core->closing) co_return;
    if (!stopped && stopped.error().is_transport()) {
      co_await engine_back(core);
      if (core->closing) co_return;
    } else if (!stopped && stopped.error().http_status != 404) {
      spdlog::warn("cannot stop container {}: {}", id, describe(stopped.error()));
      if (attempt >= kStopAttempts) co_await core->engine->kill_container(id);
      co_await pause(core, seconds(std::min(attempt, kStopAttempts)));
      if (core->closing) co_return;
    }
    co_await refresh_container(core, run, index, std::nullopt);
  }
}

}  // namespace

void remember_docker_id(AgentCore& core, const RunPtr& run, std::size_t index) {
  core.by_docker_id[run->task.containers[index].docker_id] = {run, index};
}

asio::awaitable<void> refresh_container(CorePtr core, RunPtr run, std::size_t index,
                                        std::optional<int> event_exit_code) {
  while (!core->closing) {
    const std::string id = run->task.containers[index].docker_id;
    const auto info = co_await core->engine->inspect_container(id);
    if (core->closing) co_return;
    // What it has written is stored before anybody hears of its end.
    if (!info || !info->running) co_await log_stored(core, run, index);
    if (core->closing) co_return;
    TaskContainer& container = run->task.containers[index];
    if (info) {
      observe(run->task, container, *info);
    } else if (info.error().is_transport()) {
      co_await engine_back(core);
      if (core->closing) co_return;
      continue;
    } else if (event_exit_code) {
      observe_exit(run->task, container, event_exit_code, now());
    } else if (info.error().http_status == 404) {
      fail(run->task, container, "ContainerVanishedError: No container matching saved ID found", now());
    } else {
      spdlog::warn("cannot inspect container {}: {}", id, describe(info.error()));
    }
    task_changed(core, run);
    co_return;
  }
}

asio::awaitable<void> run_container(CorePtr core, RunPtr run, std::size_t index) {
  const Stage stage = run->task.containers[index].stage;
  if (stage == Stage::kNone || stage == Stage::kCreated) co_await bring_up(core, run, index);
  while (!core->closing) {
    const TaskContainer& container = run->task.containers[index];
    if (container.stage == Stage::kStopped) co_return;
    if (should_stop(run->task) && may_stop(run->task, container))
      co_await stop(core, run, index);
    else if (container.restart_due && !should_stop(run->task))
      co_await restart(core, run, index);
    else
      co_await run->changed.wait();
  }
}

}  // namespace drydock::instances::docker
