#include "server/application.hpp"

#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <random>

#include <spdlog/spdlog.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "server/admin/admin_handler.hpp"
#include "server/agents/agents.hpp"
#include "server/api/api_handler.hpp"
#include "server/core/core.hpp"
#include "server/hooks/hook_runner.hpp"
#include "server/http/server.hpp"
#include "server/real_clock.hpp"
#include "storage/store.hpp"

extern char** environ;

namespace drydock::server {
namespace {

constexpr auto kShutdownGrace = std::chrono::seconds(10);

std::uint64_t entropy() {
  std::random_device device;
  return (static_cast<std::uint64_t>(device()) << 32U) | device();
}

std::map<std::string, std::string> environment() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const std::size_t equals = text.find('=');
    if (equals != std::string::npos) variables[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return variables;
}

std::expected<instances::AgentConfig, std::string> read_agent_config(const std::string& path) {
  std::string text;
  if (!path.empty()) {
    std::ifstream file(path);
    if (!file) return std::unexpected("cannot read the instance configuration " + path);
    text.assign(std::istreambuf_iterator<char>(file), {});
  }
  auto config = instances::parse_agent_config(text, environment());
  if (!config) return std::unexpected((path.empty() ? "environment" : path) + ": " + config.error());
  for (const std::string& name : config->ignored) spdlog::info("instance setting {} has no effect here", name);
  return config;
}

std::expected<wire::AuthenticationPolicy, std::string> authentication_policy(const ServeOptions& options) {
  wire::AuthenticationPolicy policy;
  policy.defaults = {options.account, options.region};
  policy.require_signature = options.strict;
  policy.verify = options.verify_signatures;
  if (options.credentials.empty()) return policy;
  std::ifstream file(options.credentials);
  if (!file) return std::unexpected("cannot read the credentials " + options.credentials);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  auto credentials = wire::parse_credentials(text);
  if (!credentials) return std::unexpected(options.credentials + ": " + credentials.error());
  if (credentials->empty()) return std::unexpected(options.credentials + ": no access keys in it");
  policy.credentials = std::move(*credentials);
  return policy;
}

const char* runtime_name(Runtime runtime) {
  switch (runtime) {
    case Runtime::kDocker: return "docker";
    case Runtime::kSimulated: return "simulated";
    case Runtime::kNone: return "none";
  }
  return "";
}

/// Decisions of the scheduler are what services say about themselves.
void log_decisions(const model::State& state, std::span<const model::Touched> touched) {
  for (const model::Touched& entity : touched) {
    if (entity.kind != model::EntityKind::kServiceEvent) continue;
    const model::ServiceEvent* event = state.find(model::ServiceEventId{entity.id});
    if (event != nullptr) spdlog::info("{}", event->message);
  }
}

class Application {
 public:
  explicit Application(const ServeOptions& options)
      : options_(options),
        core_(core_options(options), clock_, entropy(),
              [this](std::uint64_t epoch, model::ChangeSet changes) { store_->append(epoch, std::move(changes)); }),
        timer_(io_) {}

  std::expected<int, std::string> run() {
    auto config = read_agent_config(options_.instance_config);
    if (!config) return std::unexpected(std::move(config.error()));
    if (auto opened = open_store(); !opened) return std::unexpected(std::move(opened.error()));
    connect_core();
    agents_ = std::make_unique<Agents>(io_, core_, options_, std::move(*config), drydock_id_);
    auto policy = authentication_policy(options_);
    if (!policy) return std::unexpected(std::move(policy.error()));
    auto throttle = options_.aws_throttle ? std::make_unique<throttling::Throttle>() : nullptr;
    api_ = std::make_unique<ApiHandler>(core_, std::move(*policy), std::move(throttle), entropy());
    hooks_ = std::make_unique<HookRunner>(io_, core_, options_.lifecycle_hooks, entropy());
    AdminActions actions{[this](const Extent& extent) { return reset(extent); }, [this] { return agents_->restart(); }};
    admin_ = std::make_unique<AdminHandler>(core_, runtime_name(options_.runtime), std::move(actions),
                                            hooks_->targets(), Place{options_.account, options_.region});
    if (auto listening = listen(); !listening) return std::unexpected(std::move(listening.error()));
    agents_->start();
    hooks_->call_all();
    wait_for_signals();
    io_.run();
    if (const auto closed = store_->close(); !closed) spdlog::warn("storage: {}", closed.error().message);
    return 0;
  }

 private:
  static CoreOptions core_options(const ServeOptions& options) {
    CoreOptions core;
    core.pace = options.aws_pace ? scheduler::aws_pace() : scheduler::fast_pace();
    core.settings.strict = options.strict;
    core.settings.automatic_instances = options.instances_in_all;
    core.settings.quotas = options.quotas;
    return core;
  }

  std::expected<void, std::string> open_store() {
    storage::StoreOptions options;
    options.directory = options_.data_dir;
    options.initial_meta = {{"drydock_id", model::to_hex({entropy(), entropy()}).substr(0, 16)}};
    storage::Callbacks callbacks;
    callbacks.on_durable = [this](std::uint64_t sequence) {
      boost::asio::post(io_, [this, sequence] { core_.durable(sequence); });
    };
    callbacks.on_failed = [this](const storage::StorageError& error) {
      boost::asio::post(io_, [this, message = error.message, last = error.last_durable_sequence] {
        spdlog::error("storage failed, changes are refused: {}", message);
        core_.storage_failed(message, last);
      });
    };
    callbacks.on_recovered = [this](const storage::Recovery& recovery) {
      boost::asio::post(io_, [this, recovery] {
        spdlog::info("storage works again");
        core_.storage_recovered(recovery.epoch, recovery.last_durable_sequence);
        agents_->storage_recovered();
        hooks_->call_all();
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
    core_.start(*last);
    return {};
  }

  void connect_core() {
    core_.on_work = [this] { schedule_settle(); };
    core_.on_commit = [this](std::span<const model::Touched> touched) {
      log_decisions(core_.state(), touched);
      agents_->committed(touched);
      hooks_->committed(touched);
    };
    schedule_settle();
  }

  std::expected<void, std::string> listen() {
    http::Options http;
    http.addresses = {options_.host};
    if (options_.host == "127.0.0.1" || options_.host == "localhost") http.addresses = {"127.0.0.1", "::1"};
    http.port = options_.port;
    http.allowed_hosts = options_.allowed_hosts;
    server_ =
        std::make_unique<http::Server>(io_, std::move(http), [this](http::Request&& request, http::ReplyFn reply) {
          if (request.method == boost::beast::http::verb::post && !request.target.starts_with("/_drydock/")) {
            api_->handle(request, std::move(reply));
          } else {
            admin_->handle(request, std::move(reply));
          }
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
    agents_->reset(extent);
    return true;
  }

  void wait_for_signals() {
    signals_.async_wait([this](const boost::system::error_code& error, int) {
      if (error) return;
      spdlog::info("stopping; containers go on running");
      signals_.cancel();
      server_->stop(kShutdownGrace, [this] {
        agents_->stop();
        timer_.cancel();
        // What was acknowledged is durable already; nothing else needs the loop.
        io_.stop();
      });
    });
  }

  const ServeOptions& options_;
  boost::asio::io_context io_{1};
  RealClock clock_;
  std::unique_ptr<storage::Store> store_;
  Core core_;
  boost::asio::steady_timer timer_;
  boost::asio::signal_set signals_{io_, SIGINT, SIGTERM};
  std::unique_ptr<Agents> agents_;
  std::unique_ptr<HookRunner> hooks_;
  std::unique_ptr<ApiHandler> api_;
  std::unique_ptr<AdminHandler> admin_;
  std::unique_ptr<http::Server> server_;
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
