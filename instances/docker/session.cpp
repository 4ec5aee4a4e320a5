#include "instances/docker/session.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/dispatch.hpp>

#include "instances/docker/container_runner.hpp"
#include "instances/docker/gpus.hpp"
#include "instances/docker/metadata/task_endpoint.hpp"
#include "instances/docker/reporter.hpp"
#include "instances/docker/strays.hpp"

namespace drydock::instances::docker {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using RegisterResult = std::expected<api::RegisterContainerInstanceResponse, api::ApiError>;

constexpr milliseconds kLongestReconnectWait{2000};
constexpr milliseconds kLongestClusterWait{1000};
constexpr seconds kRefusedWait{30};

std::vector<std::string> own_labels(const AgentCore& core) {
  return {std::string(kLabelDrydock) + "=" + core.options.drydock_id,
          std::string(kLabelInstance) + "=" + core.options.identity.instance_id};
}

// ---- events

std::optional<int> exit_code_of(const ContainerEvent& event) {
  const auto found = event.attributes.find("exitCode");
  if (found == event.attributes.end()) return std::nullopt;
  return std::atoi(found->second.c_str());
}

void on_health(const CorePtr& core, const RunPtr& run, TaskContainer& container, const std::string& docker_health) {
  const std::string status = docker_health == "healthy"     ? "HEALTHY"
                             : docker_health == "unhealthy" ? "UNHEALTHY"
                                                            : "UNKNOWN";
  if (container.health == status) return;
  note_health(container, status, std::chrono::system_clock::now());
  spdlog::info("container {} of task {} is {}", container.name, run->task.payload.task_arn, status);
  if (core->control_plane.publish_health) {
    ContainerHealth health;
    health.task_arn = run->task.payload.task_arn;
    health.container_name = container.name;
    health.status = status;
    core->control_plane.publish_health({std::move(health)});
  }
  run->changed.notify();
}

void on_event(const CorePtr& core, const ContainerEvent& event) {
  if (event.action == "create" || event.action == "start") {
    ContainerSummary container;
    container.id = event.id;
    container.state = event.action == "start" ? "running" : "created";
    container.labels = event.attributes;
    notice_container(core, container);
    return;
  }
  const auto found = core->by_docker_id.find(event.id);
  if (found == core->by_docker_id.end()) return;
  const RunPtr run = found->second.first.lock();
  if (!run) return;
  const std::size_t index = found->second.second;
  TaskContainer& container = run->task.containers[index];
  static constexpr std::string_view kHealth = "health_status: ";
  if (event.action == "die") {
    spawn(core->executor, refresh_container(core, run, index, exit_code_of(event)), "exit of a container");
  } else if (event.action == "oom") {
    container.out_of_memory = true;
  } else if (event.action == "destroy" && container.stage != Stage::kStopped) {
    spawn(core->executor, refresh_container(core, run, index, std::nullopt), "loss of a container");
  } else if (event.action.starts_with(kHealth)) {
    on_health(core, run, container, event.action.substr(kHealth.size()));
  }
}

/// The event stream of one connection.
struct Events {
  bool open = false;
  bool ended = false;
  std::shared_ptr<Canceller> canceller = std::make_shared<Canceller>();
};

asio::awaitable<void> listen(CorePtr core, std::shared_ptr<Events> events) {
  EventHandling handling;
  handling.on_open = [core, events] {
    events->open = true;
    core->changed.notify();
  };
  handling.on_event = [core](const ContainerEvent& event) { on_event(core, event); };
  // The engine answers a moment before it listens, and keeps recent events: those of that moment are asked for. Older
  // ones would tell of containers that the list is right about.
  const TimePoint since = std::chrono::system_clock::now();
  const auto result =
      co_await core->engine->container_events(own_labels(*core), since, std::move(handling), events->canceller);
  if (!result && !core->closing) spdlog::debug("event stream of the Docker engine ended: {}", describe(result.error()));
  events->ended = true;
  core->changed.notify();
}

// ---- what is on the engine

asio::awaitable<bool> list_engine(CorePtr core) {
  // Before the list is made: what events tell from here on comes on top of it.
  core->found.clear();
  const auto containers = co_await core->engine->list_containers(own_labels(*core));
  if (!containers) {
    spdlog::warn("cannot list containers: {}", describe(containers.error()));
    co_return false;
  }
  for (const ContainerSummary& container : *containers) notice_container(core, container);
  co_return true;
}

/// After the engine was away: looks at every container that lived when it was last seen.
void refresh_all(const CorePtr& core) {
  for (const auto& [arn, run] : core->tasks) {
    for (std::size_t i = 0; i < run->task.containers.size(); ++i) {
      const TaskContainer& container = run->task.containers[i];
      if (container.docker_id.empty() || container.stage == Stage::kStopped) continue;
      spawn(core->executor, refresh_container(core, run, i, std::nullopt), "container after reconnection");
    }
  }
}

// ---- registration

struct PendingRegistration {
  explicit PendingRegistration(const asio::any_io_executor& executor) : arrived(executor) {}
  Signal arrived;
  std::optional<RegisterResult> result;
};

asio::awaitable<std::optional<RegisterResult>> register_once(CorePtr core,
                                                             api::RegisterContainerInstanceRequest request) {
  const auto pending = std::make_shared<PendingRegistration>(core->executor);
  const auto canceller = std::make_shared<Canceller>();
  canceller->on_cancel([pending] { pending->arrived.notify(); });
  core->sleepers.insert(canceller);
  auto reply = [pending, executor = core->executor](RegisterResult result) {
    auto deliver = [pending, result = std::move(result)]() mutable {
      pending->result = std::move(result);
      pending->arrived.notify();
    };
    asio::dispatch(executor, std::move(deliver));
  };
  core->control_plane.register_instance(std::move(request), std::move(reply));
  while (!pending->result && !core->closing) co_await pending->arrived.wait();
  core->sleepers.erase(canceller);
  co_return std::move(pending->result);
}

/// Waits for a hint that the cluster exists, at most for `longest`.
asio::awaitable<void> await_hint(CorePtr core, std::shared_ptr<Signal> hint, milliseconds longest) {
  const auto canceller = std::make_shared<Canceller>();
  canceller->on_cancel([hint] { hint->notify(); });
  core->sleepers.insert(canceller);
  auto wake = [](CorePtr owner, std::shared_ptr<Signal> signal, milliseconds wait) -> asio::awaitable<void> {
    co_await pause(owner, wait);
    signal->notify();
  };
  spawn(core->executor, wake(core, hint, longest), "wait for a cluster");
  co_await hint->wait();
  core->sleepers.erase(canceller);
}

/// Without the runtime a container could not be given any.
std::vector<std::string> usable_gpus(const EngineInfo& info, const AgentConfig& config) {
  if (!config.gpu_support) return {};
  auto gpus = info.gpus.empty() ? gpus_of_machine("") : info.gpus;
  if (gpus.empty() || std::ranges::find(info.runtimes, config.nvidia_runtime) != info.runtimes.end()) return gpus;
  spdlog::warn("{} GPUs are left out: the engine has no runtime {} (NVIDIA's container toolkit)", gpus.size(),
               config.nvidia_runtime);
  return {};
}

MachineFacts facts_of(const EngineInfo& info, const EngineVersion& version, const DockerAgentOptions& options) {
  const std::optional<MachineSize>& size = options.size;
  MachineFacts facts;
  facts.cpus = info.cpus;
  facts.memory_mib = info.memory_bytes / (std::int64_t{1024} * 1024);
  if (size) {
    facts.cpu_units = size->cpu_units;
    facts.memory_mib = size->memory_mib;
  }
  facts.architecture = info.architecture;
  facts.docker_version = version.version;
  facts.log_drivers = info.log_drivers;
  facts.gpus = usable_gpus(info, options.config);
  const auto offers = [&info](const char* name) {
    return std::ranges::any_of(info.security_options,
                               [name](const std::string& option) { return option.find(name) != std::string::npos; });
  };
  facts.apparmor = offers("name=apparmor");
  facts.selinux = offers("name=selinux");
  return facts;
}

/// Registers until it succeeds; false when the agent closes first.
asio::awaitable<bool> register_instance(CorePtr core, MachineFacts facts, std::shared_ptr<Signal> hint) {
  const std::string& cluster = core->options.config.cluster;
  bool told = false;
  milliseconds wait{50};
  while (!core->closing) {
    auto request =
        make_registration(core->options.identity, facts, core->options.config, core->options.container_instance_arn);
    const auto result = co_await register_once(core, std::move(request));
    if (!result) co_return false;
    if (*result) {
      if ((*result)->containerInstance && (*result)->containerInstance->containerInstanceArn)
        core->options.container_instance_arn = *(*result)->containerInstance->containerInstanceArn;
      spdlog::info("registered in cluster {} as {}", cluster, core->options.container_instance_arn);
      co_return true;
    }
    const api::ApiError& error = result->error();
    if (error.code == "ClusterNotFoundException" || error.message == "Cluster not found.") {
      if (!told) spdlog::info("waiting for cluster {} to be created", cluster);
      told = true;
      co_await await_hint(core, hint, wait);
      wait = std::min(wait * 2, kLongestClusterWait);
      continue;
    }
    spdlog::error("cannot register in cluster {}: {}: {}", cluster, error.code, error.message);
    const bool fault = error.http_status >= 500 || error.code == "ThrottlingException";
    co_await await_hint(core, hint, fault ? milliseconds(1000) : milliseconds(kRefusedWait));
  }
  co_return false;
}

// ---- one connection

void set_connected(const CorePtr& core, bool connected) {
  if (core->options.hidden || core->options.container_instance_arn.empty()) return;
  if (core->control_plane.session_changed)
    core->control_plane.session_changed(core->options.container_instance_arn, connected);
}

/// The engine's versions and facts; nullopt while it cannot be reached.
asio::awaitable<std::optional<MachineFacts>> reach_engine(CorePtr core, bool first_try) {
  const auto version = co_await core->engine->version();
  if (!version) {
    if (first_try && !core->closing) spdlog::warn("no Docker engine: {}; trying again", describe(version.error()));
    co_return std::nullopt;
  }
  const auto info = co_await core->engine->info();
  if (!info) co_return std::nullopt;
  spdlog::info("Docker engine {} (API {}) at {}", version->version, version->api_version, core->engine->socket_path());
  co_return facts_of(*info, *version, core->options);
}

/// Lives as long as the engine does.
asio::awaitable<void> connected(CorePtr core, MachineFacts facts, std::shared_ptr<Signal> hint) {
  const auto events = std::make_shared<Events>();
  spawn(core->executor, listen(core, events), "events of the Docker engine");
  while (!events->open && !events->ended) co_await core->changed.wait();
  bool listed = false;
  if (events->open) listed = co_await list_engine(core);
  // Before any task is run: its containers are told where the endpoint is.
  if (listed && core->options.task_endpoint) co_await TaskEndpoint::open(core->options.task_endpoint, core->engine);
  if (listed) {
    core->listed = true;
    core->engine_up = true;
    core->changed.notify();
    refresh_all(core);
    bool told = false;
    while (!events->ended && !core->closing) {
      if (!core->options.hidden && !core->registered) {
        told = false;
        core->registered = co_await register_instance(core, facts, hint);
        continue;
      }
      if (!told) set_connected(core, true);
      told = true;
      co_await core->changed.wait();
    }
    core->engine_up = false;
    if (told && !core->closing) set_connected(core, false);
  }
  events->canceller->cancel();
}

}  // namespace

asio::awaitable<void> run_session(CorePtr core, std::shared_ptr<Signal> cluster_hint) {
  milliseconds wait{50};
  bool first_try = true;
  while (!core->closing) {
    auto facts = co_await reach_engine(core, first_try);
    if (facts) {
      co_await connected(core, std::move(*facts), cluster_hint);
      if (!core->closing) spdlog::warn("connection with the Docker engine lost; reconnecting");
      wait = milliseconds(50);
    }
    first_try = facts.has_value();
    co_await pause(core, wait);
    if (core->closing) co_return;
    wait = std::min(wait * 2, kLongestReconnectWait);
  }
}

}  // namespace drydock::instances::docker
