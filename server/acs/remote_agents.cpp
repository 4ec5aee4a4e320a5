#include "server/acs/remote_agents.hpp"

#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "model/arn.hpp"
#include "server/acs/protocol/telemetry.hpp"
#include "server/operations/container_instances/agent_reports.hpp"
#include "server/operations/container_instances/instance_session.hpp"
#include "server/operations/container_instances/usage_reports.hpp"
#include "server/sessions/secret.hpp"

namespace drydock::server::acs {
namespace {

constexpr std::string_view kAgentPath = "/acs/ws";
constexpr std::string_view kTelemetryPath = "/tcs/ws";
constexpr std::string_view kChannelPath = "/acs/channel";
// Agents give a silent session up after a minute.
constexpr std::chrono::seconds kHeartbeatEvery{30};
// Each is an open file, of which a process often may have 1024; clients of the API need some, too.
constexpr std::size_t kMostConnections = 600;
constexpr std::size_t kMostInFrame = std::size_t{2} << 20;  // telemetry has up to 1 MiB and a head
constexpr std::size_t kMostQueued = std::size_t{64} << 20;  // all tasks of a large instance at once
constexpr std::chrono::milliseconds kIdleTimeout{90'000};   // two heartbeats and a half
// Closing codes; agents come back at once after all but the policy's.
constexpr int kGoingAway = 1001;
constexpr int kPolicy = 1008;
constexpr int kInternalError = 1011;
constexpr int kSequenceBits = 16;

std::string_view path_of(const http::Request& request) {
  const std::string_view target = request.target;
  return target.substr(0, target.find('?'));
}

/// The form that agents understand before a session has begun.
http::Response refused(unsigned status, const std::string& type, const std::string& message) {
  Json said;
  said["message"] = message;
  http::Response response;
  response.status = status;
  response.content_type = "application/json";
  response.body = write_envelope(type, std::move(said));
  return response;
}

/// An agent names its cluster as it was configured: by name or ARN, or not at all.
bool names_cluster(const std::string& text, const model::Cluster& cluster) {
  const std::string name = text.substr(text.rfind('/') == std::string::npos ? 0 : text.rfind('/') + 1);
  return name.empty() || name == cluster.name;
}

}  // namespace

/// One connection of an agent, from the request on.
struct RemoteAgents::Connected {
  Connected(boost::asio::io_context& io, Kind is) : kind(is), timer(io) {}

  Kind kind;
  model::InstanceId instance;
  std::string arn;
  AgentQuery query;
  std::string server_url;
  std::optional<http::WebSocket> socket;
  std::shared_ptr<AgentSession> session;  // of kAgent
  boost::asio::steady_timer timer;
  bool over = false;
};

RemoteAgents::RemoteAgents(boost::asio::io_context& io, Core& core, Faults& faults, RemoteAgentsOptions options)
    : io_(io),
      core_(core),
      faults_(faults),
      options_(std::move(options)),
      composer_(core),
      channels_(io.get_executor()) {}

RemoteAgents::~RemoteAgents() {
  stopped_ = true;
  for (const ConnectedPtr& connected : open_) {
    connected->over = true;
    connected->timer.cancel();
    if (connected->session) connected->session->end();
  }
}

bool RemoteAgents::takes(const http::Request& request) {
  if (request.method != boost::beast::http::verb::get) return false;
  const std::string_view path = path_of(request);
  return path == kAgentPath || path == kTelemetryPath || path == kChannelPath;
}

void RemoteAgents::handle(const http::Request& request, http::ReplyFn reply) {
  const std::string_view path = path_of(request);
  if (path == kChannelPath) return channels_.handle(request, std::move(reply));
  open(path == kAgentPath ? Kind::kAgent : Kind::kTelemetry, request, std::move(reply));
}

bool RemoteAgents::is_cut_off(const model::ContainerInstance& instance) const {
  const model::State& state = core_.state();
  const model::Cluster& cluster = state.get(instance.cluster);
  const model::World& world = state.get(cluster.world);
  return faults_.agent_disconnected({world.account, world.region, cluster.name, model::arn_of(state, instance),
                                     instance.ec2_instance_id, instance.availability_zone});
}

/// Whoever signs must be of the instance's account and region. Without a signature it is whoever reaches this server,
/// unless signatures are asked for.
std::expected<void, RemoteAgents::Refusal> RemoteAgents::check_caller(const http::Request& request,
                                                                      std::string_view arn) const {
  const auto caller = options_.identify(request);
  if (!caller) return std::unexpected(Refusal{403, "AccessDeniedException", caller.error().message});
  if (!request.headers.contains(http::Headers::Field::authorization)) return {};
  const auto parsed = model::parse_arn(arn);
  if (parsed && parsed->account == caller->account && parsed->region == caller->region) return {};
  return std::unexpected(Refusal{403, "AccessDeniedException",
                                 "The container instance belongs to another account or region than the request's "
                                 "signature."});
}

std::expected<model::InstanceId, RemoteAgents::Refusal> RemoteAgents::admit(const http::Request& request,
                                                                            const AgentQuery& query) const {
  const auto refuse = [](const char* type, std::string message) {
    return std::unexpected(Refusal{400, type, std::move(message)});
  };
  if (options_.virtual_clock) {
    return refuse("BadRequestException",
                  "This Drydock's clock is virtual, and agents live in real time: start it with --clock real.");
  }
  if (auto allowed = check_caller(request, query.instance_arn); !allowed) return std::unexpected(allowed.error());
  const model::State& state = core_.state();
  const auto arn = model::parse_arn(query.instance_arn);
  const bool named = arn && arn->type == "container-instance" && !arn->path.empty();
  const auto uuid = named ? model::parse_uuid(arn->path.back()) : std::nullopt;
  const model::ContainerInstance* instance = uuid ? state.instance_with(*uuid) : nullptr;
  if (instance == nullptr || model::arn_of(state, *instance) != query.instance_arn) {
    return refuse("InvalidInstanceException",
                  "The container instance is not registered here: " + query.instance_arn.substr(0, 300));
  }
  if (!names_cluster(query.cluster, state.get(instance->cluster))) {
    return refuse("InvalidClusterException",
                  "The container instance is not in cluster " + query.cluster.substr(0, 300));
  }
  if (instance->status == model::InstanceStatus::kInactive) {
    return refuse("InactiveInstanceException",
                  "The container instance was deregistered. Remove the agent's saved state so that it registers anew.");
  }
  if (options_.is_own(*instance)) {
    return refuse("AccessDeniedException", "The container instance is this server's own.");
  }
  if (is_cut_off(*instance)) return refuse("ServerException", "A fault keeps this agent disconnected.");
  return instance->id;
}

void RemoteAgents::open(Kind kind, const http::Request& request, http::ReplyFn reply) {
  AgentQuery query = read_agent_query(request.target);
  const auto admitted = admit(request, query);
  if (!admitted) {
    const Refusal& refusal = admitted.error();
    spdlog::info("agent of {} refused: {}: {}", query.instance_arn.substr(0, 300), refusal.type, refusal.message);
    return reply(refused(refusal.status, refusal.type, refusal.message));
  }
  if (stopped_ || open_.size() >= kMostConnections) {
    return reply(refused(503, "ServerException", stopped_ ? "Drydock is shutting down." : "Too many agents."));
  }
  const auto connected = std::make_shared<Connected>(io_, kind);
  connected->instance = *admitted;
  connected->arn = query.instance_arn;
  connected->query = std::move(query);
  connected->server_url = "http://" + std::string(request.headers[http::Headers::Field::host]);
  http::WebSocketLimits limits;
  limits.message_bytes = kMostInFrame;
  limits.queued_bytes = kMostQueued;
  limits.idle_timeout = kIdleTimeout;
  reply(http::upgrade_to_websocket(
      request, limits, [this, connected](const http::WebSocket& socket) { return opened(connected, socket); }));
}

http::WebSocketEvents RemoteAgents::opened(const ConnectedPtr& connected, const http::WebSocket& socket) {
  connected->socket = socket;
  open_.insert(connected);
  // The connection counts as open only after this call.
  boost::asio::post(io_, [this, connected] { start(connected); });
  auto receive = [this, connected](std::string_view frame) {
    if (connected->over) return;
    if (connected->kind == Kind::kTelemetry) return receive_telemetry(connected, frame);
    if (connected->session) connected->session->receive(frame);
  };
  http::WebSocketEvents events;
  events.on_text = receive;
  events.on_binary = receive;
  events.on_closed = [this, connected] { ended(connected); };
  return events;
}

void RemoteAgents::start(const ConnectedPtr& connected) {
  if (connected->over) return;
  const model::ContainerInstance* instance = core_.state().find(connected->instance);
  // It may have been deregistered since the request came.
  if (stopped_ || instance == nullptr || instance->status == model::InstanceStatus::kInactive) {
    return drop(connected, kPolicy);
  }
  if (connected->kind == Kind::kTelemetry) {
    connected->socket->send_text(telemetry_heartbeat());
    return keep_ticking(connected);
  }
  SessionFacts facts;
  facts.instance_arn = connected->arn;
  facts.cluster_arn = model::arn_of(core_.state(), core_.state().get(instance->cluster));
  facts.closes_silent = connected->query.closes_silent;
  facts.drydock = connected->query.drydock;
  connected->session = std::make_shared<AgentSession>(std::move(facts), plane_of(connected));
  if (const auto before = sessions_.find(connected->instance); before != sessions_.end()) {
    const ConnectedPtr old = std::exchange(before->second, connected);
    core_.detach(connected->instance);
    drop(old, kPolicy);
  }
  sessions_[connected->instance] = connected;
  const api::VersionInfo& version = connected->query.version;
  const bool kept = core_.change([&](model::Transaction& tx) {
    if (version.agentVersion) operations::set_agent_version(tx, connected->instance, version);
    operations::set_agent_connected(tx, connected->instance, true);
  });
  if (!kept) return drop(connected, kInternalError);
  // What it is told must not be said before it is known that it is connected.
  core_.when_durable(core_.sequence(), [this, connected](const api::ApiError* error) {
    if (error != nullptr) return drop(connected, kInternalError);
    // What became durable together with this is delivered first, to nobody; the session begins with all there is.
    boost::asio::post(io_, [this, connected] { attach(connected); });
  });
}

void RemoteAgents::attach(const ConnectedPtr& connected) {
  const auto current = sessions_.find(connected->instance);
  if (connected->over || current == sessions_.end() || current->second != connected) return;
  const model::ContainerInstance* instance = core_.state().find(connected->instance);
  if (instance == nullptr || instance->status == model::InstanceStatus::kInactive) return drop(connected, kPolicy);
  spdlog::info("container instance {}: agent {} connected", connected->arn,
               connected->query.version.agentVersion.value_or("(version unknown)"));
  core_.attach(connected->instance, connected->session);
  connected->session->begin(connected->query.send_credentials);
  keep_ticking(connected);
}

void RemoteAgents::keep_ticking(const ConnectedPtr& connected) {
  connected->timer.expires_after(kHeartbeatEvery);
  connected->timer.async_wait([this, connected](const boost::system::error_code& error) {
    if (error || connected->over) return;
    if (connected->session) {
      connected->session->tick();
    } else {
      connected->socket->send_text(telemetry_heartbeat());
    }
    if (!connected->over) keep_ticking(connected);
  });
}

SessionPlane RemoteAgents::plane_of(const ConnectedPtr& connected) {
  const std::weak_ptr<Connected> weak = connected;
  SessionPlane plane;
  plane.send = [socket = *connected->socket](std::string frame) { socket.send_text(std::move(frame)); };
  plane.close = [this, weak](int code) {
    // Not from inside of what the session is doing.
    boost::asio::post(io_, [this, weak, code] {
      if (const auto strong = weak.lock()) drop(strong, code);
    });
  };
  plane.new_id = [this] { return new_id(); };
  plane.now = [this] { return clock_.now(); };
  plane.next_sequence = [this] { return next_sequence(); };
  const ComposerFacts facts{connected->instance, connected->server_url, options_.names_endpoint,
                            connected->query.drydock};
  plane.compose = [this, facts](const instances::TaskPayload& payload) { return composer_.compose(payload, facts); };
  plane.cannot_start = [this](const std::string& task_arn, const std::string& reason) {
    boost::asio::post(io_, [this, task_arn, reason] { cannot_start(task_arn, reason); });
  };
  plane.tasks = [this, id = connected->instance] { return composer_.tasks(id); };
  plane.credentials = [this](const std::string& task_arn) { return composer_.credentials(task_arn); };
  plane.publish_address = [this](instances::TaskAddress address, std::function<void()> durable) {
    publish_address(std::move(address), std::move(durable));
  };
  plane.wait_for_channel = [this, arn = connected->arn](instances::ChannelEvents events) {
    const std::string id = RemoteChannels::new_id();
    return std::pair(id, channels_.open(id, arn, std::move(events)));
  };
  plane.later = [this](std::function<void()> then) { boost::asio::post(io_, std::move(then)); };
  return plane;
}

/// As the agent itself says of a task that it cannot start.
void RemoteAgents::cannot_start(const std::string& task_arn, const std::string& reason) {
  const model::Task* task = composer_.find(task_arn);
  if (stopped_ || task == nullptr) return;
  const model::WorldId world = core_.state().get(task->cluster).world;
  api::SubmitTaskStateChangeRequest request;
  request.task = task_arn;
  request.status = "STOPPED";
  request.reason = reason;
  const auto submit = [&request](operations::Context& context) {
    return operations::submit_task_state_change(request, context);
  };
  // Without storage all agents connect anew when it works again, and this is seen again.
  if (const auto done = core_.run(world, submit); !done) spdlog::warn("task {}: {}", task_arn, done.error().message);
}

void RemoteAgents::publish_address(instances::TaskAddress address, std::function<void()> durable) {
  core_.change(
      [&](model::Transaction& tx) { operations::publish_address(tx, address.task_arn, address.ipv4, address.mac); });
  core_.when_durable(core_.sequence(), [durable = std::move(durable)](const api::ApiError* error) {
    if (error == nullptr) durable();
  });
}

void RemoteAgents::receive_telemetry(const ConnectedPtr& connected, std::string_view frame) {
  const auto envelope = read_envelope(telemetry_body(frame));
  const model::ContainerInstance* instance = core_.state().find(connected->instance);
  if (!envelope || instance == nullptr) return;
  const auto answer = acknowledgment(envelope->type);
  if (!answer) return;
  const auto is_elsewhere = [this, connected](const std::string& task_arn) {
    const model::Task* task = composer_.find(task_arn);
    return task == nullptr || task->instance != connected->instance;
  };
  auto health = envelope->type == "PublishHealthRequest" ? health_report(envelope->message)
                                                         : std::vector<instances::ContainerHealth>{};
  auto usage = envelope->type == "PublishMetricsRequest" ? usage_report(envelope->message, instance->cpu_units)
                                                         : std::vector<instances::ContainerUsage>{};
  std::erase_if(health, [&](const auto& one) { return is_elsewhere(one.task_arn); });
  std::erase_if(usage, [&](const auto& one) { return is_elsewhere(one.task_arn); });
  std::vector<operations::ContainerUse> use;
  for (const auto& one : usage) use.push_back({one.task_arn, one.cpu_units, one.memory_mib});
  if (!health.empty() || !use.empty()) {
    core_.change([&](model::Transaction& tx) {
      for (const auto& one : health) operations::publish_health(tx, one.task_arn, one.container_name, one.status);
      if (!use.empty()) operations::publish_usage(tx, use);
    });
  }
  connected->socket->send_text(*answer);
}

void RemoteAgents::drop(const ConnectedPtr& connected, int code) {
  if (connected->socket) connected->socket->close(code);
  ended(connected);
}

void RemoteAgents::ended(const ConnectedPtr& connected) {
  open_.erase(connected);
  if (std::exchange(connected->over, true)) return;
  connected->timer.cancel();
  if (!connected->session) return;
  connected->session->end();
  channels_.session_ended(connected->arn);
  const auto current = sessions_.find(connected->instance);
  if (current == sessions_.end() || current->second != connected) return;
  sessions_.erase(current);
  spdlog::info("container instance {}: agent disconnected", connected->arn);
  if (core_.state().find(connected->instance) == nullptr) return;
  core_.detach(connected->instance);
  core_.change([&](model::Transaction& tx) { operations::set_agent_connected(tx, connected->instance, false); });
}

void RemoteAgents::committed(std::span<const model::Touched> touched) {
  if (open_.empty()) return;
  for (const model::Touched& entity : touched) {
    if (entity.kind != model::EntityKind::kContainerInstance) continue;
    const model::InstanceId id{entity.id};
    const model::ContainerInstance* instance = core_.state().find(id);
    if (instance != nullptr && instance->status != model::InstanceStatus::kInactive) continue;
    core_.when_durable(core_.sequence(), [this, id](const api::ApiError* error) {
      if (error != nullptr) return;
      boost::asio::post(io_, [this, id] {
        const std::set<ConnectedPtr> all = open_;
        for (const ConnectedPtr& connected : all) {
          if (connected->instance == id) drop(connected, kPolicy);
        }
      });
    });
  }
}

void RemoteAgents::faults_changed() {
  const std::set<ConnectedPtr> all = open_;
  for (const ConnectedPtr& connected : all) {
    const model::ContainerInstance* instance = core_.state().find(connected->instance);
    if (instance != nullptr && is_cut_off(*instance)) drop(connected, kPolicy);
  }
}

void RemoteAgents::end_all(int code) {
  const std::set<ConnectedPtr> all = open_;
  for (const ConnectedPtr& connected : all) drop(connected, code);
}

void RemoteAgents::begin_again() {
  end_all(kGoingAway);
  core_.change([&](model::Transaction& tx) {
    const std::set<model::InstanceId> known = core_.state().instances();
    for (const model::InstanceId id : known) {
      if (!options_.is_own(core_.state().get(id))) operations::set_agent_connected(tx, id, false);
    }
  });
}

void RemoteAgents::stop() {
  stopped_ = true;
  end_all(kGoingAway);
}

/// What was durable stays so: after a restart the numbers go on above all that were given before.
std::int64_t RemoteAgents::next_sequence() {
  const auto durable = static_cast<std::int64_t>(core_.durable_sequence());
  last_sequence_ = std::max(last_sequence_ + 1, durable << kSequenceBits);
  return last_sequence_;
}

std::string RemoteAgents::new_id() { return model::to_dashed(sessions::new_id()); }

}  // namespace drydock::server::acs
