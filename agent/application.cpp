#include "agent/application.hpp"

#include <algorithm>
#include <cctype>
#include <csignal>
#include <thread>

#include <spdlog/spdlog.h>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include "agent/log_uploader.hpp"
#include "agent/remote_plane.hpp"
#include "agent/task_server.hpp"

namespace drydock::agent {
namespace {

constexpr std::chrono::milliseconds kUsageInterval{20'000};
constexpr std::size_t kAccountDigits = 12;

bool is_account(const std::string& key) {
  return key.size() == kAccountDigits && std::ranges::all_of(key, [](unsigned char c) { return std::isdigit(c) != 0; });
}

instances::docker::DockerAgentOptions agent_options(const Settings& settings, const Identity& identity) {
  instances::docker::DockerAgentOptions options;
  options.socket_path = settings.docker_socket;
  options.config = settings.instance;
  options.drydock_id = identity.drydock_id;
  options.identity.instance_id = identity.instance_id;
  options.identity.region = settings.region;
  options.identity.availability_zone = settings.region + "a";
  if (is_account(settings.key.id)) options.identity.account_id = settings.key.id;
  // Elsewhere it is another instance.
  const bool same = identity.cluster == settings.instance.cluster && identity.server == settings.server.url();
  if (same) options.container_instance_arn = identity.container_instance_arn;
  options.usage_interval = kUsageInterval;
  return options;
}

}  // namespace

std::expected<int, std::string> run(const Settings& settings) {
  auto file = IdentityFile::open(settings.data_dir);
  if (!file) return std::unexpected(std::move(file.error()));
  const Identity identity = (*file)->identity();
  spdlog::info("{} joins cluster {} of {}; data in {}", identity.instance_id, settings.instance.cluster,
               settings.server.url(), settings.data_dir);

  asio::io_context io{1};
  asio::io_context log_io{1};  // reads what containers write
  const auto log_work = asio::make_work_guard(log_io);
  const auto api = std::make_shared<EcsApi>(io.get_executor(), settings);
  const auto plane = std::make_shared<RemotePlane>(io.get_executor(), settings, **file, api);
  const auto logs = std::make_shared<LogUploader>(io.get_executor(), api);
  TaskServer tasks(io, settings, identity.drydock_id, api, plane);
  auto options = agent_options(settings, identity);
  options.task_endpoint = tasks.endpoint();
  options.logs = logs->sink();
  options.log_executor = log_io.get_executor();
  const auto agent =
      std::make_shared<instances::docker::DockerAgent>(io.get_executor(), std::move(options), plane->functions());
  plane->serve(agent);

  asio::signal_set signals(io, SIGINT, SIGTERM);
  signals.async_wait([&](const boost::system::error_code& error, int) {
    if (error) return;
    spdlog::info("stopping; containers go on running");
    plane->close();
    api->close();
    logs->close();
    agent->close(instances::CloseReason::kShutdown);
    // What was acknowledged is durable at the server; nothing else needs the loop.
    asio::post(io, [&io] { io.stop(); });
  });
  agent->start();
  std::thread log_thread([&log_io] { log_io.run(); });
  io.run();
  log_io.stop();
  log_thread.join();
  return 0;
}

}  // namespace drydock::agent
