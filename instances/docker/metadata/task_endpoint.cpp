#include "instances/docker/metadata/task_endpoint.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <initializer_list>
#include <string_view>

#include "instances/docker/metadata/ids.hpp"

namespace drydock::instances::docker {

namespace {

constexpr std::uint16_t kUsualPort = 80;
constexpr std::uint16_t kNamesPort = 53;

/// All Drydocks of an engine share it. Small, so that it is in nobody's way.
EngineNetwork link_local_network() {
  return {"drydock-link-local", "169.254.170.0/30", kMachineAddress, {{"io.drydock.network", "link-local"}}};
}

/// Whether a container of the task has this port of the machine to itself, by one of these protocols.
bool wants_host_port(const TaskPayload& task, std::uint16_t port, std::initializer_list<std::string_view> protocols) {
  const bool host = task.network_mode == "host";
  if (!host && !task.network_mode.empty() && task.network_mode != "bridge") return false;
  for (const ContainerPayload& container : task.containers) {
    if (!container.definition->portMappings) continue;
    for (const api::PortMapping& mapping : *container.definition->portMappings) {
      const int wanted = mapping.hostPort.value_or(host ? mapping.containerPort.value_or(0) : 0);
      const std::string protocol = mapping.protocol.value_or("tcp");
      if (wanted == port && std::ranges::find(protocols, protocol) != protocols.end()) return true;
    }
  }
  return false;
}

}  // namespace

TaskEndpoint::TaskEndpoint(const asio::any_io_executor& executor, std::string drydock_id, bool offers_api,
                           Listen listen)
    : listen_(std::move(listen)), opened_(executor) {
  facts_.drydock_id = std::move(drydock_id);
  facts_.offers_api = offers_api;
}

asio::awaitable<void> TaskEndpoint::open(std::shared_ptr<TaskEndpoint> self, std::shared_ptr<EngineClient> engine) {
  while (self->opening_) co_await self->opened_.wait();
  if (self->open_) co_return;
  self->opening_ = true;
  auto port = self->listen_(kMachineAddress);
  if (!port) {
    const auto made = co_await engine->create_network(link_local_network());
    const bool there = made || made.error().http_status == 409;
    port = there ? self->listen_(kMachineAddress) : std::unexpected("no network for it: " + describe(made.error()));
  }
  if (port) {
    self->tell(*port);
    self->open_ = true;
    if (self->usual_port_is_wanted_) self->leave_usual();
    if (self->names_port_is_wanted_) self->leave_names();
    spdlog::info("containers reach task metadata and credentials at {}", self->facts_.uri);
  } else {
    spdlog::warn("containers get neither task metadata nor credentials: {}", port.error());
  }
  self->opening_ = false;
  self->opened_.notify();
}

/// What containers are told from now on.
void TaskEndpoint::tell(std::uint16_t port) {
  facts_.usual_port = port == kUsualPort;
  facts_.uri = std::string("http://") + kMachineAddress + (facts_.usual_port ? "" : ":" + std::to_string(port));
}

void TaskEndpoint::leave_usual() {
  if (!facts_.usual_port || !leave_usual_port) return;
  const auto port = leave_usual_port();
  if (!port) return;
  tell(*port);
  spdlog::info("a task has port {} of this machine: containers are told {} from now on", kUsualPort, facts_.uri);
}

void TaskEndpoint::leave_names() {
  if (name_servers.empty() || !leave_names_port) return;
  leave_names_port();
  name_servers.clear();
  spdlog::warn("a task has port {} of this machine: containers find nobody by names of Cloud Map and Service Connect",
               kNamesPort);
}

std::vector<std::pair<std::string, std::string>> TaskEndpoint::environment_of(const Task& task,
                                                                              std::size_t index) const {
  if (!open_) return {};
  const TaskContainer& container = task.containers[index];
  return injected_environment(facts_, task.payload, container.payload, container.image_environment);
}

void TaskEndpoint::enter(const CorePtr& core, const RunPtr& run) {
  if (containers_.size() >= tidy_at_) forget_ended();
  const TaskPayload& payload = run->task.payload;
  const bool may_run = payload.desired_status == "RUNNING";
  if (may_run && wants_host_port(payload, kUsualPort, {"tcp"})) {
    usual_port_is_wanted_ = true;
    if (open_) leave_usual();
  }
  if (may_run && wants_host_port(payload, kNamesPort, {"tcp", "udp"})) {
    names_port_is_wanted_ = true;
    if (open_) leave_names();
  }
  tasks_[credentials_id(facts_.drydock_id, payload.task_arn)] = {core, run, 0};
  for (std::size_t i = 0; i < run->task.containers.size(); ++i) {
    containers_[endpoint_id(facts_.drydock_id, payload.containers[i].container_arn)] = {core, run, i};
  }
}

/// Each time twice as many have come: cheap for all.
void TaskEndpoint::forget_ended() {
  const auto ended = [](const auto& entry) { return entry.second.run.expired(); };
  std::erase_if(containers_, ended);
  std::erase_if(tasks_, ended);
  tidy_at_ = std::max<std::size_t>(64, containers_.size() * 2);
}

std::optional<TaskEndpoint::Found> TaskEndpoint::alive(const Entry& entry) {
  Found found{entry.core.lock(), entry.run.lock(), entry.container};
  if (!found.core || !found.run || found.core->closing) return std::nullopt;
  return found;
}

std::optional<TaskEndpoint::Found> TaskEndpoint::container_with(const std::string& endpoint_id) const {
  const auto entry = containers_.find(endpoint_id);
  return entry == containers_.end() ? std::nullopt : alive(entry->second);
}

std::optional<TaskEndpoint::Found> TaskEndpoint::task_with_credentials(const std::string& credentials_id) const {
  const auto entry = tasks_.find(credentials_id);
  return entry == tasks_.end() ? std::nullopt : alive(entry->second);
}

std::optional<TaskEndpoint::Found> TaskEndpoint::task_at(const std::string& address) const {
  if (address.empty()) return std::nullopt;
  for (const auto& [id, entry] : containers_) {
    auto found = alive(entry);
    if (!found || found->run->task.payload.network_mode != "awsvpc") continue;
    const TaskContainer& container = found->run->task.containers[found->container];
    if (container.stage == Stage::kRunning && container.ip_address == address) return found;
  }
  return std::nullopt;
}

}  // namespace drydock::instances::docker
