#include "agent/remote_plane.hpp"

#include <spdlog/spdlog.h>

namespace drydock::agent {
namespace {

constexpr std::chrono::milliseconds kAddressLook{20};
constexpr std::chrono::seconds kAddressWait{10};
constexpr std::size_t kMostEnds = 1000;

bool is_missing_cluster(const api::ApiError& error) {
  return error.code == "ClusterNotFoundException" || error.message == "Cluster not found.";
}

bool is_refusal(const api::ApiError& error) {
  return error.http_status < 500 && error.code != "ThrottlingException" && !is_missing_cluster(error);
}

int cpu_units_of(const api::RegisterContainerInstanceRequest& request) {
  for (const api::Resource& resource : request.totalResources.value_or(std::vector<api::Resource>{})) {
    if (resource.name == "CPU" && resource.integerValue) return *resource.integerValue;
  }
  return 1024;
}

}  // namespace

RemotePlane::RemotePlane(const asio::any_io_executor& executor, const Settings& settings, IdentityFile& file,
                         std::shared_ptr<EcsApi> api)
    : executor_(executor),
      settings_(settings),
      file_(file),
      api_(std::move(api)),
      telemetry_(std::make_shared<Telemetry>(executor, api_)) {
  facts_.cluster = settings.instance.cluster;
}

instances::ControlPlane RemotePlane::functions() {
  instances::ControlPlane plane;
  const std::weak_ptr<RemotePlane> weak = weak_from_this();
  plane.register_instance = [weak](api::RegisterContainerInstanceRequest request, RegisterReply reply) {
    const auto self = weak.lock();
    if (!self) return;
    instances::docker::spawn(self->executor_, register_instance(self, std::move(request), std::move(reply)),
                             "registration");
  };
  plane.submit_task_state = [weak](api::SubmitTaskStateChangeRequest request, SubmitReply reply) {
    const auto self = weak.lock();
    if (!self) return;
    instances::docker::spawn(self->executor_, submit(self, std::move(request), std::move(reply)), "report of a task");
  };
  plane.publish_health = [weak](const std::vector<instances::ContainerHealth>& health) {
    if (const auto self = weak.lock()) self->telemetry_->publish(health);
  };
  plane.publish_metrics = [weak](const std::vector<instances::ContainerUsage>& usage) {
    if (const auto self = weak.lock()) self->telemetry_->publish(usage);
  };
  plane.publish_address = [weak](const instances::TaskAddress& address) {
    if (const auto self = weak.lock()) self->publish_address(address);
  };
  plane.session_changed = [weak](const std::string& arn, bool connected) {
    if (const auto self = weak.lock()) self->session_changed(arn, connected);
  };
  return plane;
}

void RemotePlane::close() {
  closed_ = true;
  wanted_ = false;
  telemetry_->stop();
  if (socket_) socket_->drop();
}

std::optional<RoleCredentials> RemotePlane::credentials_of(const std::string& task_arn) const {
  const auto known = credentials_.find(task_arn);
  return known == credentials_.end() ? std::nullopt : std::optional(known->second);
}

asio::awaitable<void> RemotePlane::register_instance(SelfPtr self, api::RegisterContainerInstanceRequest request,
                                                     RegisterReply reply) {
  std::string known = request.containerInstanceArn.value_or("");
  while (true) {
    const auto answer = co_await EcsApi::call<api::RegisterContainerInstanceResponse>(
        self->api_, std::string("RegisterContainerInstance"), request);
    if (answer) {
      if (auto error = self->registered(request, *answer)) {
        reply(std::unexpected(std::move(*error)));
      } else {
        reply(*answer);
      }
      co_return;
    }
    // Its cluster may come at any time; each question is a line in the server's log.
    if (is_missing_cluster(answer.error())) co_await instances::docker::sleep_for(self->cluster_waits_.next());
    if (known.empty() || !is_refusal(answer.error())) {
      reply(std::unexpected(answer.error()));
      co_return;
    }
    // As after a deregistration, or at a server that never knew it.
    spdlog::warn("{} is not taken back ({}); this machine registers as a new container instance", known,
                 answer.error().message);
    known.clear();
    request.containerInstanceArn.reset();
  }
}

std::optional<api::ApiError> RemotePlane::registered(const api::RegisterContainerInstanceRequest& request,
                                                     const api::RegisterContainerInstanceResponse& response) {
  const auto& instance = response.containerInstance;
  if (!instance || instance->containerInstanceArn.value_or("").empty()) {
    return api::ApiError::server("the server's answer names no container instance");
  }
  facts_.container_instance_arn = *instance->containerInstanceArn;
  if (request.versionInfo) facts_.docker_version = request.versionInfo->dockerVersion.value_or("");
  if (facts_.docker_version.starts_with("DockerVersion: ")) facts_.docker_version.erase(0, 15);
  cpu_units_ = cpu_units_of(request);
  cluster_waits_.reset();
  Identity identity = file_.identity();
  identity.container_instance_arn = facts_.container_instance_arn;
  identity.cluster = settings_.instance.cluster;
  identity.server = settings_.server.url();
  if (auto kept = file_.keep(std::move(identity)); !kept) return api::ApiError::server(kept.error());
  return std::nullopt;
}

/// The server is to know where a task is reached before it hears that the task runs; but it hears it.
asio::awaitable<void> RemotePlane::address_known(SelfPtr self, std::string task_arn) {
  const auto deadline = std::chrono::steady_clock::now() + kAddressWait;
  while (!self->closed_ && std::chrono::steady_clock::now() < deadline) {
    const auto sent = self->addresses_.find(task_arn);
    if (sent == self->addresses_.end() || sent->second.known) co_return;
    co_await instances::docker::sleep_for(kAddressLook);
  }
}

asio::awaitable<void> RemotePlane::submit(SelfPtr self, api::SubmitTaskStateChangeRequest request, SubmitReply reply) {
  const std::string arn = request.task.value_or("");
  const bool stopped = request.status == "STOPPED";
  if (request.status == "RUNNING") co_await address_known(self, arn);
  auto answer = co_await EcsApi::call<api::SubmitTaskStateChangeResponse>(
      self->api_, std::string("SubmitTaskStateChange"), request);
  if (answer && stopped) {
    self->remember_end(request);
    self->telemetry_->forget(arn);
    self->addresses_.erase(arn);
    self->credentials_.erase(arn);
  }
  reply(std::move(answer));
}

void RemotePlane::remember_end(const api::SubmitTaskStateChangeRequest& request) {
  const std::string arn = request.task.value_or("");
  if (!ends_.insert_or_assign(arn, request).second) return;
  ended_.push_back(arn);
  if (ended_.size() <= kMostEnds) return;
  ends_.erase(ended_.front());
  ended_.pop_front();
}

/// Of a task that the server sent and that cannot be run.
asio::awaitable<void> RemotePlane::refuse_task(SelfPtr self, std::string task_arn, std::string why) {
  spdlog::error("task {} cannot be run: {}", task_arn, why);
  api::SubmitTaskStateChangeRequest request;
  request.cluster = self->settings_.instance.cluster;
  request.task = std::move(task_arn);
  request.status = "STOPPED";
  request.reason = "UnrecognizedTaskError: Error loading task - " + why;
  const auto answer = co_await EcsApi::call<api::SubmitTaskStateChangeResponse>(
      self->api_, std::string("SubmitTaskStateChange"), std::move(request));
  if (!answer) spdlog::warn("report of a task refused: {}", answer.error().message);
}

void RemotePlane::publish_address(const instances::TaskAddress& address) {
  SentAddress& sent = addresses_[address.task_arn];
  const bool same = sent.address.ipv4 == address.ipv4 && sent.address.mac == address.mac;
  if (same && (sent.known || !sent.message_id.empty())) return;
  sent.address = address;
  sent.known = false;
  send_address(address.task_arn);
}

void RemotePlane::send_address(const std::string& task_arn) {
  SentAddress& sent = addresses_[task_arn];
  sent.message_id.clear();
  if (!socket_) return;
  sent.message_id = "address-" + std::to_string(++messages_);
  // Published ports are this machine's: the server reaches them where it sees this machine, not at the address by which
  // containers do. On the server's own machine both are right, and loopback is nobody's but the server's.
  std::string ipv4 = sent.address.ipv4;
  const std::string machine = socket_->local_ipv4();
  if (sent.address.mac.empty() && !machine.empty() && !machine.starts_with("127.")) ipv4 = machine;
  socket_->send(envelope(
      "DrydockTaskAddressMessage",
      {{"messageId", sent.message_id}, {"taskArn", sent.address.task_arn}, {"ipv4", ipv4}, {"mac", sent.address.mac}}));
}

void RemotePlane::session_changed(const std::string& container_instance_arn, bool connected) {
  facts_.container_instance_arn = container_instance_arn;
  wanted_ = connected && !closed_;
  if (!wanted_) {
    telemetry_->stop();
    if (socket_) socket_->drop();
    return;
  }
  if (running_) return;
  running_ = true;
  instances::docker::spawn(executor_, run_session(shared_from_this()), "session with the server");
}

}  // namespace drydock::agent
