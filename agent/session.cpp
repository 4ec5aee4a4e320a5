// The session with the control plane: what the server sends, and what it is answered.

#include <chrono>

#include <spdlog/spdlog.h>

#include "agent/channel.hpp"
#include "agent/remote_plane.hpp"
#include "instances/remote/payload_json.hpp"

namespace drydock::agent {
namespace {

using Json = nlohmann::json;
using std::chrono::milliseconds;

constexpr milliseconds kFirstWait{250};
constexpr milliseconds kLongestWait{5000};
constexpr milliseconds kInactiveWait{std::chrono::hours(1)};
// AWS's agent waits 60 s and up to 60 s more.
constexpr std::chrono::seconds kSilence{90};

}  // namespace

asio::awaitable<void> RemotePlane::run_session(SelfPtr self) {
  Backoff waits(kFirstWait, kLongestWait);
  while (self->wanted_ && !self->closed_) {
    const auto found = co_await discover(self->api_, self->facts_.cluster, self->facts_.container_instance_arn);
    bool lasted = false;
    if (!found) {
      if (!self->closed_) spdlog::warn("the server does not say where to connect: {}", found.error());
    } else if (self->wanted_) {
      lasted = co_await converse(self, *found);
    }
    if (lasted) waits.reset();
    if (self->wanted_ && !self->closed_) co_await instances::docker::sleep_for(waits.next());
  }
  self->running_ = false;
}

/// One connection, to its end. True when it was one: the next may follow at once.
asio::awaitable<bool> RemotePlane::converse(SelfPtr self, PollEndpoint where) {
  WebSocketTarget target;
  target.endpoint = where.acs.endpoint;
  target.target = acs_target(where.acs.path, self->facts_);
  target.headers = self->api_->sign_get(target.endpoint, target.target);
  target.silence = kSilence;
  const auto socket = co_await WebSocket::connect(self->executor_, std::move(target));
  if (!socket) {
    co_await rest(self, socket.error());
    co_return false;
  }
  if (!self->wanted_) co_return false;
  self->socket_ = *socket;
  self->place_ = where.acs;
  self->facts_.send_credentials = false;
  self->telemetry_->start(where.tcs, self->facts_, self->cpu_units_);
  spdlog::info("connected as {}", self->facts_.container_instance_arn);
  for (auto& [arn, sent] : self->addresses_) {
    sent.message_id.clear();
    if (!sent.known) self->send_address(arn);
  }
  bool heard = false;
  while (true) {
    const auto text = co_await WebSocket::read(*socket);
    if (!text) break;
    heard = true;
    if (const auto message = parse_envelope(*text)) self->handle(*message);
  }
  self->socket_.reset();
  self->telemetry_->stop();
  if (!self->closed_) spdlog::warn("the session ended ({}); containers go on", (*socket)->ending());
  co_return heard;
}

/// Why there is no session, and what that means.
asio::awaitable<void> RemotePlane::rest(SelfPtr self, Refusal refusal) {
  if (refusal.type.empty()) {
    self->api_->reach().lost(refusal.message);
    co_return;
  }
  if (refusal.type == "InactiveInstanceException") {
    spdlog::warn(
        "{} was deregistered: it gets no more tasks, and what runs goes on. Start drydock agent again and this "
        "machine joins as a new container instance",
        self->facts_.container_instance_arn);
    co_await instances::docker::sleep_for(kInactiveWait);
    co_return;
  }
  spdlog::warn("the server refuses the session: {}: {}", refusal.type, refusal.message);
  if (refusal.type != "InvalidInstanceException") co_return;
  // It does not know this instance: it was reset, or is another one.
  co_await instances::docker::sleep_for(kFirstWait);
  const auto agent = self->agent_.lock();
  if (agent && self->wanted_) {
    self->wanted_ = false;
    // Whose tasks it ran nobody knows either; what comes back with the registration is sent again.
    agent->end_of_resync({});
    agent->register_again();
  }
}

void RemotePlane::acknowledge(const char* type, const Json& message) {
  if (!socket_) return;
  Json answer;
  answer["cluster"] = text_of(message, "clusterArn");
  answer["containerInstance"] = facts_.container_instance_arn;
  answer["messageId"] = text_of(message, "messageId");
  socket_->send(envelope(type, std::move(answer)));
}

void RemotePlane::handle(const Envelope& envelope) {
  const Json& message = envelope.message;
  if (envelope.type == "HeartbeatMessage") return acknowledge("HeartbeatAckRequest", message);
  if (envelope.type == "PayloadMessage") return take_tasks(message);
  if (envelope.type == "IAMRoleCredentialsMessage") return take_credentials(message);
  if (envelope.type == "DrydockOpenChannelMessage") return open_channel(message);
  if (envelope.type == "TaskManifestMessage") {
    if (const auto agent = agent_.lock()) agent->end_of_resync(manifest_of(message));
    return acknowledge("AckRequest", message);
  }
  if (envelope.type == "DrydockAck") {
    const std::string id = text_of(message, "messageId");
    for (auto& [arn, sent] : addresses_) {
      if (!id.empty() && sent.message_id == id) sent.known = true;
    }
    return;
  }
  spdlog::debug("message {} has no meaning here", envelope.type);
}

void RemotePlane::take_tasks(const Json& message) {
  const auto agent = agent_.lock();
  if (!agent) return;
  for (SentTask& task : tasks_of(message)) {
    const std::string& arn = task.payload.task_arn;
    if (!task.wrong.empty()) {
      instances::docker::spawn(executor_, refuse_task(shared_from_this(), arn, task.wrong), "report of a task");
      continue;
    }
    if (const auto end = ends_.find(arn); end != ends_.end()) {
      instances::docker::spawn(executor_, submit(shared_from_this(), end->second, [](const auto&) {}), "end of a task");
      continue;
    }
    if (task.credentials) credentials_[arn] = std::move(*task.credentials);
    if (task.started) agent->already_started({arn});
    agent->send(task.payload);
  }
  acknowledge("AckRequest", message);
}

void RemotePlane::take_credentials(const Json& message) {
  const std::string arn = text_of(message, "taskArn");
  const bool for_task = text_of(message, "roleType") == "TaskApplication";
  const auto given = message.find("roleCredentials");
  auto credentials = given == message.end() ? std::nullopt : role_credentials_of(*given);
  if (arn.empty() || !for_task || !credentials || !socket_) return;
  Json answer;
  answer["messageId"] = text_of(message, "messageId");
  answer["credentialsId"] = credentials->credentials_id;
  answer["expiration"] = credentials->expiration;
  credentials_[arn] = std::move(*credentials);
  socket_->send(agent::envelope("IAMRoleCredentialsAckRequest", std::move(answer)));
}

void RemotePlane::open_channel(const Json& message) {
  const auto agent = agent_.lock();
  const std::string id = text_of(message, "channelId");
  const auto given = message.find("request");
  auto request = instances::remote::channel_request_of_json(given == message.end() ? Json() : *given);
  if (!agent || id.empty() || !request) {
    spdlog::warn("a session into a container was asked for in a way that is not understood");
    return;
  }
  WebSocketTarget target;
  target.endpoint = place_.endpoint;
  target.target = channel_target(place_.path, facts_.container_instance_arn, id);
  target.headers = api_->sign_get(target.endpoint, target.target);
  target.binary = true;
  instances::docker::spawn(executor_, carry_channel(executor_, std::move(target), agent, std::move(*request)),
                           "session into a container");
}

}  // namespace drydock::agent
