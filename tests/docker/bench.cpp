#include "tests/docker/bench.hpp"

#include <unistd.h>

#include <boost/asio/post.hpp>
#include <cstdlib>
#include <iostream>
#include <random>
#include <stdexcept>
#include <tuple>

namespace drydock::test {

namespace {

std::string random_hex(std::size_t digits) {
  static std::random_device device;
  std::string text;
  while (text.size() < digits) text += "0123456789abcdef"[device() % 16];
  return text;
}

}  // namespace

std::string engine_socket() {
  const char* host = std::getenv("DOCKER_HOST");
  std::string socket = host == nullptr ? "/var/run/docker.sock" : host;
  if (socket.starts_with("unix://")) socket.erase(0, 7);
  if (::access(socket.c_str(), R_OK | W_OK) != 0)
    throw std::runtime_error("the Docker tests need an engine: nothing at " + socket + " (DOCKER_HOST)");
  return socket;
}

AgentBench::AgentBench(std::string socket)
    : socket_(std::move(socket)),
      id_(random_hex(12)),
      client_(std::make_unique<docker::EngineClient>(io_.get_executor(), socket_)) {
  if (const auto version = engine(client_->version()); !version)
    throw std::runtime_error("no Docker engine: " + docker::describe(version.error()));
}

AgentBench::~AgentBench() {
  try {
    drop_agent();
    for (const auto& left : containers()) std::ignore = engine(client_->remove_container(left.id, true, true));
    client_->shutdown();
    io_.restart();
    io_.run_for(std::chrono::seconds(5));
  } catch (const std::exception& error) {
    // The engine may be gone on purpose.
    std::cerr << "left on the engine: " << error.what() << "\n";
  }
}

void AgentBench::start_agent(const std::function<void(docker::DockerAgentOptions&)>& adjust) {
  drop_agent();
  docker::DockerAgentOptions options;
  options.socket_path = socket_;
  options.drydock_id = id_;
  options.identity.instance_id = "i-" + id_;
  options.config.cluster = "harbour";
  options.config.stop_timeout = std::chrono::seconds(2);
  if (adjust) adjust(options);

  life_ = std::make_shared<int>(0);
  const std::weak_ptr<int> life = life_;
  instances::ControlPlane plane;
  plane.register_instance = [this, life](api::RegisterContainerInstanceRequest request, const auto& reply) {
    if (life.expired()) return;
    told.registrations.push_back(std::move(request));
    if (!told.registration_errors.empty()) {
      auto error = std::move(told.registration_errors.front());
      told.registration_errors.pop_front();
      return reply(std::unexpected(std::move(error)));
    }
    api::RegisterContainerInstanceResponse response;
    response.containerInstance.emplace();
    response.containerInstance->containerInstanceArn =
        "arn:aws:ecs:us-east-1:000000000000:container-instance/harbour/1";
    reply(std::move(response));
  };
  plane.submit_task_state = [this, life](api::SubmitTaskStateChangeRequest request, const auto& reply) {
    if (life.expired()) return;
    if (!told.report_errors.empty()) {
      auto error = std::move(told.report_errors.front());
      told.report_errors.pop_front();
      return reply(std::unexpected(std::move(error)));
    }
    told.reports.push_back(std::move(request));
    reply(api::SubmitTaskStateChangeResponse{});
  };
  plane.publish_health = [this, life](std::vector<instances::ContainerHealth> health) {
    if (life.expired()) return;
    told.health.insert(told.health.end(), health.begin(), health.end());
  };
  plane.session_changed = [this, life](const std::string&, bool connected) {
    if (!life.expired()) told.sessions.push_back(connected);
  };
  agent_ = std::make_unique<docker::DockerAgent>(io_.get_executor(), std::move(options), std::move(plane));
  agent_->start();
}

void AgentBench::drop_agent() {
  life_.reset();
  agent_.reset();
  io_.restart();
  io_.poll();
}

instances::TaskPayload AgentBench::task(std::vector<api::ContainerDefinition> containers) {
  instances::TaskPayload payload;
  const std::string task_id = random_hex(32);
  payload.task_arn = "arn:aws:ecs:us-east-1:000000000000:task/harbour/" + task_id;
  payload.cluster_arn = "arn:aws:ecs:us-east-1:000000000000:cluster/harbour";
  payload.desired_status = "RUNNING";
  payload.family = "trial";
  payload.version = "3";
  payload.network_mode = "bridge";
  payload.launch_type = "EC2";
  payload.sequence_number = ++tasks_;
  for (auto& definition : containers) {
    instances::ContainerPayload entry;
    entry.container_arn = payload.task_arn + "/" + definition.name.value_or("");
    entry.definition = std::make_shared<const api::ContainerDefinition>(std::move(definition));
    payload.containers.push_back(std::move(entry));
  }
  return payload;
}

void AgentBench::send(instances::TaskPayload task, const std::string& desired_status) {
  task.desired_status = desired_status;
  agent_->send(task);
}

void AgentBench::until(const std::string& what, const std::function<bool()>& condition, std::chrono::seconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= deadline) throw std::runtime_error("waited in vain for: " + what);
    io_.restart();
    io_.run_one_for(std::chrono::milliseconds(100));
  }
}

api::SubmitTaskStateChangeRequest AgentBench::await_report(const instances::TaskPayload& task,
                                                           const std::string& status) {
  until("report that the task is " + status, [&] { return count_reports(task, status) > 0; });
  for (const auto& report : told.reports) {
    if (report.task == task.task_arn && report.status == status) return report;
  }
  return {};
}

std::size_t AgentBench::count_reports(const instances::TaskPayload& task, const std::string& status) const {
  std::size_t count = 0;
  for (const auto& report : told.reports) count += report.task == task.task_arn && report.status == status ? 1 : 0;
  return count;
}

std::vector<docker::ContainerSummary> AgentBench::containers() {
  auto list = engine(client_->list_containers({std::string(docker::kLabelDrydock) + "=" + id_}));
  return list ? std::move(*list) : std::vector<docker::ContainerSummary>{};
}

api::ContainerDefinition container(std::string name, std::vector<std::string> command) {
  api::ContainerDefinition definition;
  definition.name = std::move(name);
  definition.image = kImage;
  definition.command = std::move(command);
  definition.essential = true;
  definition.memory = 64;
  definition.cpu = 10;
  return definition;
}

api::PortMapping port(int container_port, int host_port, std::string protocol) {
  api::PortMapping mapping;
  mapping.containerPort = container_port;
  mapping.hostPort = host_port;
  mapping.protocol = std::move(protocol);
  return mapping;
}

api::ContainerStateChange entry(const api::SubmitTaskStateChangeRequest& report, const std::string& container) {
  api::ContainerStateChange found;
  for (const auto& change : report.containers.value_or(std::vector<api::ContainerStateChange>{})) {
    if (change.containerName == container) found = change;
  }
  return found;
}

}  // namespace drydock::test
