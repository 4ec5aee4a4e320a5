#include "agent/word.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "agent/application.hpp"
#include "cli/engine.hpp"
#include "instances/read_agent_config.hpp"

namespace drydock::agent {
namespace {

struct Given {
  std::string url;
  std::string config;
  std::string data_dir;
  std::string docker_socket;
  std::string region;
  std::string log_level = "info";
};

constexpr const char* kExamples = R"(Example: drydock agent --url http://10.0.0.5:4566
         ECS_CLUSTER=web ECS_BACKEND_HOST=http://10.0.0.5:4566 drydock agent
         drydock agent --url http://10.0.0.5:4566 --config /etc/ecs/ecs.config)";

std::string environment(const char* name, const std::string& fallback) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? value : fallback;
}

std::string default_data_dir() {
  const std::string home = environment("HOME", ".");
  return environment("XDG_DATA_HOME", home + "/.local/share") + "/drydock-agent";
}

cli::Result<Settings> settings_of(const Given& given) {
  Settings settings;
  auto config = instances::read_agent_config(given.config);
  if (!config) return cli::failed(config.error(), {}, cli::kMistake);
  settings.instance = std::move(*config);
  std::string url = given.url.empty() ? settings.instance.backend_host : given.url;
  if (url.empty()) {
    return cli::failed("which Drydock to join is not said", "Name it with --url http://HOST:4566, or ECS_BACKEND_HOST",
                       cli::kMistake);
  }
  if (url.find("://") == std::string::npos) url = "http://" + url;
  auto server = cli::parse_endpoint(url);
  if (!server) return std::unexpected(server.error());
  settings.server = std::move(*server);
  settings.region = given.region;
  settings.data_dir = given.data_dir;
  settings.docker_socket = given.docker_socket;
  settings.log_level = given.log_level;
  settings.key.id = environment("AWS_ACCESS_KEY_ID", "");
  settings.key.secret = environment("AWS_SECRET_ACCESS_KEY", "");
  settings.key.session_token = environment("AWS_SESSION_TOKEN", "");
  if (settings.key.id.empty()) settings.key.secret.clear();
  return settings;
}

int report(const cli::Failure& failure) {
  std::fprintf(stderr, "drydock: %s\n", failure.what.c_str());
  if (!failure.next.empty()) std::fprintf(stderr, "  %s\n", failure.next.c_str());
  return failure.exit_code;
}

int run_agent(const Given& given) {
  const auto settings = settings_of(given);
  if (!settings) return report(settings.error());
  // A server that goes away while it is written to must not end the process.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  spdlog::set_default_logger(spdlog::stderr_logger_mt("drydock-agent"));
  spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %^%l%$ %v");
  spdlog::set_level(spdlog::level::from_str(settings->log_level == "warn" ? "warning" : settings->log_level));
  const auto ended = run(*settings);
  if (!ended) return report({ended.error(), {}, cli::kFailed});
  return *ended;
}

}  // namespace

void add_word(CLI::App& app, std::function<int()>& chosen) {
  auto given = std::make_shared<Given>();
  given->data_dir = default_data_dir();
  given->docker_socket = cli::engine_socket();
  given->region = environment("AWS_REGION", environment("AWS_DEFAULT_REGION", "us-east-1"));
  CLI::App* word = app.add_subcommand("agent", "Join a Drydock elsewhere with this machine's Docker engine");
  word->footer(kExamples);
  word->add_option("--url", given->url, "The server, http://HOST:4566; otherwise ECS_BACKEND_HOST");
  word->add_option("--config", given->config,
                   "Settings of the container instance, in the format of /etc/ecs/ecs.config (ECS_CLUSTER, "
                   "ECS_INSTANCE_ATTRIBUTES, ...); the ECS_... variables of the environment count, too");
  word->option_defaults()->always_capture_default();
  word->add_option("--data-dir", given->data_dir, "Where it keeps who it is; one agent for each directory");
  word->add_option("--docker-socket", given->docker_socket, "Docker Engine API socket");
  word->add_option("--region", given->region, "Region of the cluster");
  word->add_option("--log-level", given->log_level, "How much is logged")
      ->check(CLI::IsMember({"trace", "debug", "info", "warn", "error", "off"}));
  word->callback([given, &chosen] { chosen = [given] { return run_agent(*given); }; });
}

}  // namespace drydock::agent
