#include "server/application.hpp"

#include <cstdio>
#include <optional>
#include <random>
#include <thread>

#include <spdlog/spdlog.h>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "server/acs/remote_agents.hpp"
#include "server/admin/admin_handler.hpp"
#include "server/admin/agents_path.hpp"
#include "server/admin/clock.hpp"
#include "server/admin/deployment_paths.hpp"
#include "server/admin/instance_groups.hpp"
#include "server/admin/restorer.hpp"
#include "server/admin/simulation_paths.hpp"
#include "server/admin/snapshots.hpp"
#include "server/admin/worlds.hpp"
#include "server/agents/agents.hpp"
#include "server/api/api_handler.hpp"
#include "server/behaviours/behaviours.hpp"
#include "server/buckets/bucket_directory.hpp"
#include "server/buckets/object_reader.hpp"
#include "server/console/console.hpp"
#include "server/core/core.hpp"
#include "server/core/simulation_settings.hpp"
#include "server/events/delivery/event_sender.hpp"
#include "server/events/delivery/webhooks.hpp"
#include "server/events/stream/event_feed.hpp"
#include "server/events/stream/events_path.hpp"
#include "server/explain/without_effect.hpp"
#include "server/faults/faults.hpp"
#include "server/faults/storage_gate.hpp"
#include "server/hooks/hook_runner.hpp"
#include "server/http/server.hpp"
#include "server/local_ports/local_ports.hpp"
#include "server/logs/log_service.hpp"
#include "server/names/names_path.hpp"
#include "server/real_clock.hpp"
#include "server/sessions/data_channel_path.hpp"
#include "server/sessions/secret.hpp"
#include "server/startup.hpp"
#include "server/task_endpoint/task_endpoint_server.hpp"
#include "server/upstream/upstream.hpp"
#include "server/virtual_time/time_values.hpp"
#include "server/virtual_time/virtual_time.hpp"
#include "storage/store.hpp"

namespace drydock::server {
namespace {

constexpr auto kShutdownGrace = std::chrono::seconds(10);
constexpr model::Duration kSessionsGrace{1500};
constexpr int kGoingAway = 1001;  // a websocket's closing code
// What is seeded in virtual time, each on its own.
constexpr std::uint64_t kCore = 1;
constexpr std::uint64_t kDrydockId = 2;
constexpr std::uint64_t kRequestIds = 3;
constexpr std::uint64_t kHooks = 4;
constexpr std::uint64_t kTaskEndpoint = 5;
constexpr std::uint64_t kCredentials = 6;
constexpr std::uint64_t kEvents = 7;
constexpr std::uint64_t kSeedKinds = 16;

std::uint64_t entropy() {
  std::random_device device;
  return (static_cast<std::uint64_t>(device()) << 32U) | device();
}

/// Null when the clock is the operating system's.
std::unique_ptr<model::VirtualClock> virtual_clock(const ServeOptions& options) {
  if (!options.virtual_clock) return nullptr;
  return std::make_unique<model::VirtualClock>(parse_instant(options.clock_start).value_or(model::Instant{}));
}

/// Decisions of the scheduler are what services say about themselves.
void log_decisions(const model::State& state, std::span<const model::Touched> touched) {
  for (const model::Touched& entity : touched) {
    if (entity.kind != model::EntityKind::kServiceEvent) continue;
    const model::ServiceEvent* event = state.find(model::ServiceEventId{entity.id});
    if (event != nullptr) spdlog::info("{}", event->message);
  }
}

/// What a new task definition asks for in vain is said at once.
void warn_of_definitions(const model::State& state, std::span<const model::Touched> touched, model::Instant now) {
  for (const model::Touched& entity : touched) {
    if (entity.kind != model::EntityKind::kTaskDefinition || entity.before) continue;
    const model::TaskDefinition* made = state.find(model::TaskDefinitionId{entity.id});
    if (made == nullptr) continue;
    for (const model::Explanation& reason : without_effect(*made->definition, now)) {
      spdlog::warn("task definition {}:{}: {}", state.get(made->family).name, made->revision, reason.message);
    }
  }
}

class Application {
 public:
  explicit Application(const ServeOptions& options)
      : options_(options),
        virtual_clock_(virtual_clock(options)),
        objects_(
            io_.get_executor(),
            [directory = options.s3_dir](const std::string& bucket, const std::string& key) {
              return read_object(directory, bucket, key);
            },
            read_patience(options)),
        core_(core_options(options, log_lines_, object_reads()), clock(), entropy(),
              [this](std::uint64_t epoch, model::ChangeSet changes) { gate_.append(epoch, std::move(changes)); }),
        gate_(core_, after(),
              [this](std::uint64_t epoch, model::ChangeSet changes) { store_->append(epoch, std::move(changes)); }),
        faults_(core_, after()),
        behaviours_(core_),
        timer_(io_) {
    if (!virtual_clock_) return;
    time_ = std::make_unique<VirtualTime>(
        *virtual_clock_, core_, [this](std::function<void()> then) { boost::asio::post(io_, std::move(then)); });
    time_->handed_over = [this] { return gate_.forwarded(); };
    time_->answers_soon = [this] { return objects_.answers_soon(); };
    objects_.on_change = [this] { time_->wake(); };
  }

  std::expected<int, std::string> run() {
    auto config = read_agent_config(options_.instance_config);
    if (!config) return std::unexpected(std::move(config.error()));
    if (auto opened = open_store(); !opened) return std::unexpected(std::move(opened.error()));
    if (auto opened = open_logs(); !opened) return std::unexpected(std::move(opened.error()));
    feed_ = std::make_unique<EventFeed>(io_, core_);
    sender_ = std::make_unique<EventSender>(io_, core_, after(),
                                            EventSender::Options{options_.shuffle_events, seed(kEvents)});
    connect_core();
    if (options_.runtime == Runtime::kDocker) serve_tasks();
    make_local_ports();
    agents_ = std::make_unique<Agents>(io_, core_, options_, std::move(*config), drydock_id_, after(true), faults_,
                                       surroundings(), tasks_ ? tasks_->endpoint() : nullptr);
    agents_->logs = logs_->sink();
    agents_->log_executor = log_io_.get_executor();
    agents_->read_object = object_reads();
    auto policy = authentication_policy(options_);
    if (!policy) return std::unexpected(std::move(policy.error()));
    policy->credential_seed = core_.settings().credential_seed;
    auto throttle = options_.aws_throttle ? std::make_unique<throttling::Throttle>() : nullptr;
    sessions_ = std::make_unique<sessions::Sessions>(real_clock_, around_sessions(), session_options(options_));
    data_channels_ = sessions::data_channel_path(*sessions_);
    api_ = std::make_unique<ApiHandler>(core_, std::move(*policy), std::move(throttle), faults_, sessions_->desk(),
                                        seed(kRequestIds));
    make_remote_agents();
    connect_upstream();
    AdminActions actions{[this](const Extent& extent) { return reset(extent); }, [this] { return agents_->restart(); },
                         tasks_ ? tasks_->reasons() : MoreReasons{}};
    admin_ = std::make_unique<AdminHandler>(core_, runtime_name(options_.runtime), std::move(actions));
    hooks_ = std::make_unique<HookRunner>(io_, core_, options_.lifecycle_hooks, seed(kHooks));
    add_admin_paths();
    prepare_console();
    if (auto listening = listen(); !listening) return std::unexpected(std::move(listening.error()));
    agents_->start();
    if (options_.runtime == Runtime::kDocker) local_ports_->start();
    hooks_->call_all();
    if (auto set = set_option_webhooks(core_, options_.event_webhooks); !set) {
      return std::unexpected(std::move(set.error()));
    }
    sender_->send_all();
    wait_for_signals();
    std::thread log_thread([this] { log_io_.run(); });
    std::thread relay_thread([this] { relay_io_.run(); });
    io_.run();
    log_io_.stop();
    log_thread.join();
    relay_io_.stop();
    relay_thread.join();
    logs_->close();
    if (const auto closed = store_->close(); !closed) spdlog::warn("storage: {}", closed.error().message);
    return 0;
  }

 private:
  instances::ReadObject object_reads() {
    return [this](const std::string& bucket, const std::string& key, std::function<void(instances::ObjectRead)> then) {
      objects_.read(bucket, key, std::move(then));
    };
  }

  std::expected<void, std::string> open_store() {
    storage::StoreOptions options;
    options.directory = options_.data_dir;
    options.initial_meta = {{"drydock_id", model::to_hex({seed(kDrydockId), 0}).substr(0, 16)},
                            {"credential_seed", model::to_hex({seed(kCredentials), seed(kCredentials)})}};
    storage::Callbacks callbacks;
    callbacks.on_durable = [this](std::uint64_t sequence) {
      boost::asio::post(io_, [this, sequence] { durable(sequence); });
    };
    callbacks.on_failed = [this](const storage::StorageError& error) {
      boost::asio::post(io_, [this, message = error.message, last = error.last_durable_sequence] {
        spdlog::error("storage failed, changes are refused: {}", message);
        gate_.failed(message, last);
        if (time_) time_->wake();
      });
    };
    callbacks.on_recovered = [this](const storage::Recovery& recovery) {
      boost::asio::post(io_, [this, recovery] {
        spdlog::info("storage works again");
        gate_.recovered(recovery.epoch, recovery.last_durable_sequence);
      });
    };
    auto opened = storage::Store::open(std::move(options), std::move(callbacks));
    if (!opened) return std::unexpected(std::move(opened.error().message));
    store_ = std::move(*opened);
    return load();
  }

  std::expected<void, std::string> load() {
    model::StateLoader loader = core_.loader();
    std::string broken;
    const auto visit = [&](model::EntityKind kind, std::uint64_t id, std::string_view body) {
      if (auto added = loader.add(kind, id, body); !added && broken.empty()) broken = std::move(added.error());
    };
    const auto last = store_->load(visit);
    if (!last) return std::unexpected(last.error().message);
    if (!broken.empty()) return std::unexpected(options_.data_dir + ": " + broken);
    drydock_id_ = store_->meta("drydock_id").value_or("");
    // Of directories that were made before there were temporary credentials, the id is the next best.
    core_.set_credential_seed(store_->meta("credential_seed").value_or(drydock_id_));
    core_.start(*last);
    gate_.start(*last);
    if (time_) {
      // Ids must not come again after a restart, and a restart is part of the history.
      core_.reseed(seed(kCore) + *last);
      const bool lived_in_real_time =
          simulation_settings(core_.state(), SimulationTopic::kClock).empty() && !core_.state().worlds().empty();
      if (lived_in_real_time) virtual_clock_->advance_to(RealClock().now());
      time_->restore();
    }
    behaviours_.restore();
    faults_.restore();
    return {};
  }

  std::expected<void, std::string> open_logs() {
    LogServiceOptions logs;
    logs.directory = options_.data_dir;
    logs.most_bytes = options_.log_bytes;
    logs.create_missing_groups = options_.create_missing_log_groups;
    auto opened = LogService::open(io_.get_executor(), core_, std::move(logs), log_lines_);
    if (!opened) return std::unexpected(std::move(opened.error()));
    logs_ = std::move(*opened);
    return {};
  }

  void connect_core() {
    gate_.on_recovered = [this] {
      agents_->storage_recovered();
      remote_agents_->begin_again();
      call_outside();
    };
    faults_.on_change = [this] {
      gate_.set_delay(faults_.storage_delay());
      gate_.set_failure(faults_.storage_failure());
      if (agents_) agents_->faults_changed();
      if (remote_agents_) remote_agents_->faults_changed();
    };
    core_.on_work = [this] { schedule_settle(); };
    core_.on_commit = [this](std::span<const model::Touched> touched) {
      log_decisions(core_.state(), touched);
      if (options_.runtime == Runtime::kDocker) warn_of_definitions(core_.state(), touched, core_.now());
      agents_->committed(touched);
      if (remote_agents_) remote_agents_->committed(touched);
      end_sessions(touched);
      hooks_->committed(touched);
      feed_->committed(touched);
      sender_->committed(touched);
      if (local_ports_) local_ports_->committed(touched);
      if (tasks_) tasks_->committed(touched);
      logs_->committed(touched);
    };
    schedule_settle();
  }

  /// Whatever State says is to be called or told of, and is not on its way.
  void call_outside() {
    hooks_->call_all();
    sender_->send_all();
  }

  const model::Clock& clock() const {
    if (virtual_clock_) return *virtual_clock_;
    return real_clock_;
  }

  /// What random things of a kind begin with: the user's seed in virtual time, else something new every time.
  std::uint64_t seed(std::uint64_t kind) const {
    return virtual_clock_ ? model::Random(options_.seed * kSeedKinds + kind).next() : entropy();
  }

  void durable(std::uint64_t sequence) {
    if (time_) return time_->durable(sequence);
    core_.durable(sequence);
  }

  instances::simulated::After after(bool of_instances = false) {
    return [this, of_instances](model::Duration delay, std::function<void()> then) {
      if (time_ && of_instances) return time_->after_of_instance(delay, std::move(then));
      if (time_) return time_->after(delay, std::move(then));
      in_real_time(delay, std::move(then));
    };
  }

  void in_real_time(model::Duration delay, std::function<void()> then) {
    if (delay.count() <= 0) {
      boost::asio::post(io_, std::move(then));
      return;
    }
    auto timer = std::make_shared<boost::asio::steady_timer>(io_, delay);
    timer->async_wait([timer, then = std::move(then)](const boost::system::error_code& error) {
      if (!error) then();
    });
  }

  static sessions::SessionsOptions session_options(const ServeOptions& options) {
    sessions::SessionsOptions session;
    session.resume_within = std::chrono::seconds(options.session_resume_seconds);
    return session;
  }

  /// People and sockets wait in real time, whatever the clock of the control plane says.
  sessions::SessionsAround around_sessions() {
    sessions::SessionsAround around;
    around.link_of = [this](model::TaskId id) -> std::shared_ptr<instances::InstanceLink> {
      const model::Task* task = core_.state().find(id);
      return task == nullptr ? nullptr : core_.link_of(*task);
    };
    around.after = [this](model::Duration delay, std::function<void()> then) { in_real_time(delay, std::move(then)); };
    around.secret = sessions::new_secret;
    around.id = sessions::new_id;
    return around;
  }

  /// Sessions of tasks that are to stop end before their containers do.
  void end_sessions(std::span<const model::Touched> touched) {
    if (!sessions_ || sessions_->size() == 0) return;
    for (const model::Touched& entity : touched) {
      if (entity.kind != model::EntityKind::kTask) continue;
      const model::TaskId id{entity.id};
      const model::Task* task = core_.state().find(id);
      const bool stopped = task == nullptr || task->last_status == model::TaskStatus::kStopped;
      if (stopped || task->stop_wanted)
        boost::asio::post(io_, [this, id, stopped] { sessions_->task_stops(id, stopped); });
    }
  }

  instances::simulated::Surroundings surroundings() {
    instances::simulated::Surroundings around;
    around.behaviour = [this](const instances::ContainerPayload& container) {
      return instances::simulated::behaviour_of(*container.definition, behaviours_.rules(), container.tagged_image);
    };
    around.pull_failure = [this](const instances::TaskPayload& task, const std::string& image) {
      return faults_.pull_failure(task, image);
    };
    around.stop_delay = [this](const instances::TaskPayload& task) { return faults_.stop_delay(task); };
    around.stop_fails = [this](const instances::TaskPayload& task) { return faults_.stop_fails(task); };
    around.start_log = [this](const instances::TaskPayload& task, const api::ContainerDefinition& container,
                              const std::string& runtime_id) { return logs_->start(task, container, runtime_id); };
    around.log = [this](instances::simulated::LogBook::Line line) {
      logs_->add(line);
      behaviours_.logs.add(std::move(line));
    };
    return around;
  }

  void serve_tasks() {
    TaskEndpointServer::Api api;
    if (options_.task_endpoint_url) {
      api = [this](const http::Request& request, http::ReplyFn reply) { api_->handle(request, std::move(reply)); };
    }
    tasks_ = std::make_unique<TaskEndpointServer>(io_, core_, drydock_id_, std::move(api), seed(kTaskEndpoint));
    if (options_.names_in_tasks) tasks_->answer_names(relay_io_.get_executor(), options_.docker_socket);
  }

  void make_local_ports() {
    auto soon = [this](std::function<void()> then) { boost::asio::post(io_, std::move(then)); };
    const PortSpan span{options_.first_local_port, options_.last_local_port};
    local_ports_ = std::make_unique<LocalPorts>(core_, span, relay_io_.get_executor(), soon);
  }

  void add_admin_paths() {
    auto clock_path = std::make_shared<ClockPath>(core_, time_.get());
    admin_->add("clock", [clock_path](const http::Request& request, std::string_view rest, http::ReplyFn reply) {
      if (!rest.empty()) return reply(message_reply(404, "/_drydock/clock has nothing below it."));
      clock_path->handle(request, std::move(reply));
    });
    admin_->add("alarms", alarms_path(core_, options_.account, options_.region));
    admin_->add("lifecycle-hooks", lifecycle_hooks_path(hooks_->targets()));
    admin_->add("events", events_path(core_, *feed_));
    admin_->add("behaviours", behaviours_path(core_, behaviours_));
    admin_->add("endpoints", endpoints_path(*local_ports_));
    admin_->add("names", names_path(core_, tasks_ ? tasks_->ways() : ConnectWays{}));
    admin_->add("faults", faults_path(core_, faults_, options_.runtime == Runtime::kSimulated));
    admin_->add("instance-groups",
                instance_groups_path(core_, options_.account, options_.region, options_.runtime != Runtime::kNone));
    restorer_.emplace(core_, *agents_, faults_, behaviours_, time_.get(), [this] {
      remote_agents_->begin_again();
      call_outside();
    });
    admin_->add("snapshots", snapshots_path(core_, *restorer_));
    admin_->add("worlds", worlds_path(core_));
    admin_->add("agents", agents_path(core_, *logs_));
    admin_->add("simulated-logs", simulated_logs_path(behaviours_));
  }

  void make_remote_agents() {
    acs::RemoteAgentsOptions remote;
    remote.identify = [this](const http::Request& request) { return api_->identify(request); };
    remote.is_own = [this](const model::ContainerInstance& instance) { return agents_->has(instance); };
    remote.virtual_clock = time_ != nullptr;
    remote.names_endpoint = options_.task_endpoint_url;
    remote_agents_ = std::make_unique<acs::RemoteAgents>(io_, core_, faults_, std::move(remote));
  }

  void connect_upstream() {
    if (options_.upstream.empty()) return;
    upstream_ = std::make_unique<Upstream>(io_, parse_upstream(options_.upstream).value_or(UpstreamOptions{}));
    api_->forward = [this](const http::Request& request, http::ReplyFn reply) {
      upstream_->forward(request, std::move(reply));
    };
  }

  /// Its token is new with every start, like those of sessions.
  void prepare_console() {
    console::PageFacts facts;
    facts.token = console_token_;
    facts.nonce = sessions::new_secret();
    facts.account = options_.account;
    facts.region = options_.region;
    facts.runtime = runtime_name(options_.runtime);
    facts.version = DRYDOCK_VERSION;
    facts.virtual_clock = time_ != nullptr;
    facts.verifies_signatures = options_.verify_signatures;
    console_.emplace(facts);
  }

  void dispatch(const http::Request& request, http::ReplyFn reply) {
    if (request.method == boost::beast::http::verb::get && request.target.starts_with(sessions::kDataChannelPath)) {
      return data_channels_(http::Request(request), std::move(reply));
    }
    if (acs::RemoteAgents::takes(request)) return remote_agents_->handle(request, std::move(reply));
    if (request.target.starts_with("/_drydock/")) return admin_->handle(request, std::move(reply));
    if (upstream_ && !request.headers.contains("X-Amz-Target") && is_signed_for_another(request)) {
      return upstream_->forward(request, std::move(reply));
    }
    if (auto page = console_->answer(request)) return reply(std::move(*page));
    if (request.method != boost::beast::http::verb::post) return admin_->handle(request, std::move(reply));
    const auto handle = [this](const http::Request& call, http::ReplyFn then) { api_->handle(call, std::move(then)); };
    if (LogService::takes(request)) return logs_->handle(request, std::move(reply), handle);
    handle(request, std::move(reply));
  }

  std::expected<void, std::string> listen() {
    http::Options http;
    http.addresses = {options_.host};
    if (options_.host == "127.0.0.1" || options_.host == "localhost") http.addresses = {"127.0.0.1", "::1"};
    http.port = options_.port;
    http.allowed_hosts = options_.allowed_hosts;
    http.page_token = console_token_;
    server_ =
        std::make_unique<http::Server>(io_, std::move(http), [this](http::Request&& request, http::ReplyFn reply) {
          if (!time_) return dispatch(request, std::move(reply));
          time_->when_idle([this, request = std::move(request), reply = std::move(reply)]() mutable {
            dispatch(request, std::move(reply));
          });
        });
    const auto port = server_->listen();
    if (!port) return std::unexpected(port.error());
    const std::string shown = options_.host.find(':') == std::string::npos ? options_.host : "[" + options_.host + "]";
    const std::string url = "http://" + shown + ":" + std::to_string(*port);
    core_.set_endpoint(url);
    std::printf("Drydock listens on %s\n", url.c_str());
    std::fflush(stdout);
    return {};
  }

  /// One pass for all that came in together.
  void schedule_settle() {
    if (time_) return time_->wake();
    if (settle_scheduled_) return;
    settle_scheduled_ = true;
    boost::asio::post(io_, [this] {
      settle_scheduled_ = false;
      core_.settle();
      arm_timer();
    });
  }

  void arm_timer() {
    const auto next = core_.next_timer();
    if (!next || (timer_armed_ && *next >= timer_at_)) return;
    timer_at_ = *next;
    timer_armed_ = true;
    timer_.expires_after(std::max(*next - core_.now(), model::Duration{1}));
    timer_.async_wait([this](const boost::system::error_code& error) {
      if (error) return;
      timer_armed_ = false;
      schedule_settle();
    });
  }

  bool reset(const Extent& extent) {
    if (!core_.reset(extent)) return false;
    if (extent.everything()) {
      faults_.clear();
      behaviours_.clear();
    }
    agents_->reset(extent);
    remote_agents_->begin_again();
    return true;
  }

  void wait_for_signals() {
    signals_.async_wait([this](const boost::system::error_code& error, int) {
      if (error) return;
      spdlog::info("stopping; containers go on running");
      signals_.cancel();
      const bool any = sessions_->size() != 0;
      sessions_->close_all("Drydock is shutting down", kGoingAway);
      feed_->close();
      remote_agents_->stop();
      server_->stop(kShutdownGrace, [this, any] {
        // Clients are told, and commands that ignore the end of their terminal are killed.
        in_real_time(any ? kSessionsGrace : model::Duration{0}, [this] { finish(); });
      });
    });
  }

  void finish() {
    agents_->stop();
    timer_.cancel();
    // What was acknowledged is durable already; nothing else needs the loop.
    io_.stop();
  }

  const ServeOptions& options_;
  boost::asio::io_context io_{1};
  boost::asio::io_context log_io_{1};  // reads what containers write
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> log_work_{log_io_.get_executor()};
  boost::asio::io_context relay_io_{1};  // carries what goes through local ports
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> relay_work_{relay_io_.get_executor()};
  model::LogLines log_lines_;
  RealClock real_clock_;
  std::unique_ptr<model::VirtualClock> virtual_clock_;
  std::unique_ptr<storage::Store> store_;
  ObjectReader objects_;  // of S3
  Core core_;
  std::unique_ptr<LogService> logs_;
  StorageGate gate_;
  Faults faults_;
  Behaviours behaviours_;
  std::unique_ptr<VirtualTime> time_;  // null with the real clock
  boost::asio::steady_timer timer_;
  boost::asio::signal_set signals_{io_, SIGINT, SIGTERM};
  std::unique_ptr<Agents> agents_;
  std::optional<Restorer> restorer_;
  std::unique_ptr<HookRunner> hooks_;
  std::unique_ptr<EventFeed> feed_;
  std::unique_ptr<EventSender> sender_;
  std::unique_ptr<LocalPorts> local_ports_;
  std::unique_ptr<sessions::Sessions> sessions_;
  http::Handler data_channels_;
  std::unique_ptr<ApiHandler> api_;
  std::unique_ptr<acs::RemoteAgents> remote_agents_;
  std::unique_ptr<Upstream> upstream_;
  std::unique_ptr<AdminHandler> admin_;
  std::string console_token_ = sessions::new_secret();
  std::optional<console::Console> console_;
  std::unique_ptr<http::Server> server_;
  std::unique_ptr<TaskEndpointServer> tasks_;  // with Docker only
  std::string drydock_id_;
  model::Instant timer_at_{};
  bool timer_armed_ = false;
  bool settle_scheduled_ = false;
};

}  // namespace

std::expected<int, std::string> run(const ServeOptions& options) {
  Application application(options);
  return application.run();
}

}  // namespace drydock::server
