#include "server/options.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

#include <CLI/CLI.hpp>

#include "agent/word.hpp"
#include "cli/arguments.hpp"
#include "cli/commands.hpp"
#include "cli/engine.hpp"
#include "instances/docker/container_spec.hpp"
#include "server/upstream/upstream.hpp"
#include "server/virtual_time/time_values.hpp"
#include "server/wire/aws_request.hpp"

namespace drydock::server {
namespace {

constexpr int kMostMachines = 10'000;

std::string environment(const char* name, const std::string& fallback) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? value : fallback;
}

std::string default_data_dir() {
  const std::string home = environment("HOME", ".");
  return environment("XDG_DATA_HOME", home + "/.local/share") + "/drydock";
}

SimulatedSize parse_size(const std::string& text) {
  SimulatedSize size;
  char colon = 0;
  std::istringstream in(text);
  if (!(in >> size.cpu_units >> colon >> size.memory_mib) || colon != ':' || !in.eof() || size.cpu_units < 1 ||
      size.memory_mib < 1) {
    throw CLI::ValidationError("--simulated-sizes", "\"" + text + "\" is not CPU:MEMORY, for example 2048:3884");
  }
  return size;
}

GroupTemplate parse_group(const std::string& text) {
  GroupTemplate group;
  const std::size_t equals = text.find('=');
  group.name = text.substr(0, equals);
  char colons[3] = {};
  std::istringstream in(equals == std::string::npos ? "" : text.substr(equals + 1));
  in >> group.minimum >> colons[0] >> group.maximum >> colons[1] >> group.size.cpu_units >> colons[2] >>
      group.size.memory_mib;
  const bool separated = std::ranges::all_of(colons, [](char c) { return c == ':'; });
  if (group.name.empty() || !in || !in.eof() || !separated || group.minimum < 0 || group.maximum < group.minimum ||
      group.maximum > kMostMachines || group.size.cpu_units < 1 || group.size.memory_mib < 1) {
    throw CLI::ValidationError("--instance-group", "\"" + text +
                                                       "\" is not NAME=MIN:MAX:CPU:MEMORY with at most 10000 "
                                                       "machines, for example web-asg=0:10:2048:3884");
  }
  return group;
}

/// Throws CLI::ValidationError.
void read_local_ports(const std::string& text, ServeOptions& options) {
  options.first_local_port = 1;
  options.last_local_port = 0;
  if (text == "off") return;
  const auto range = instances::docker::parse_port_range(text);
  if (!range) throw CLI::ValidationError("--local-ports", "takes two ports, like 20000-20999, or off");
  options.first_local_port = range->first;
  options.last_local_port = range->last;
}

/// FROM=TO, or the path of a file of such lines. Throws CLI::ValidationError.
void read_images(const std::string& text, instances::ImageMap& map) {
  if (text.find('=') != std::string::npos) {
    if (const auto added = instances::add_image_rule(map, text); !added) {
      throw CLI::ValidationError("--image-map", added.error());
    }
    return;
  }
  std::ifstream file(text);
  if (!file) throw CLI::ValidationError("--image-map", "cannot read " + text);
  const std::string lines(std::istreambuf_iterator<char>(file), {});
  if (const auto added = instances::add_image_rules(map, lines); !added) {
    throw CLI::ValidationError("--image-map", text + ": " + added.error());
  }
}

}  // namespace

std::expected<ServeOptions, CommandLineEnd> parse_command_line(int argc, const char* const* argv) {
  ServeOptions options;
  options.data_dir = default_data_dir();
  options.docker_socket = cli::engine_socket();
  std::string runtime = "docker";
  std::string instances_in = "config";
  std::string pace = "fast";
  std::string throttle = "off";
  std::string clock = "real";
  std::string endpoint_in_tasks = "on";
  std::string names = "on";
  std::string local_ports = "20000-20999";
  std::vector<std::string> sizes;
  std::vector<std::string> quotas;
  std::vector<std::string> hooks;
  std::vector<std::string> groups;
  std::vector<std::string> images;
  const CLI::Validator account(
      [](const std::string& text) { return wire::is_account(text) ? "" : "\"" + text + "\" is not 12 digits"; }, "");
  const CLI::Validator region(
      [](const std::string& text) { return wire::is_region(text) ? "" : "\"" + text + "\" is not a region"; }, "");

  const CLI::Validator instant(
      [](const std::string& text) {
        const auto parsed = parse_instant(text);
        return parsed ? std::string() : parsed.error();
      },
      "");

  const CLI::Validator upstream(
      [](const std::string& text) {
        const auto parsed = parse_upstream(text);
        return parsed ? std::string() : parsed.error();
      },
      "");

  CLI::App app("Drydock: Amazon ECS on your own machine", "drydock");
  app.set_version_flag("--version", std::string("drydock ") + DRYDOCK_VERSION);
  app.require_subcommand(1);
  CLI::App* serve = app.add_subcommand("serve", "Run the control plane, with a container instance on this machine");
  serve->option_defaults()->always_capture_default();
  serve->add_option("--host", options.host, "Address to listen on");
  serve->add_option("--port", options.port, "Port to listen on; 0 lets the system choose");
  serve->add_option("--allow-host", options.allowed_hosts, "Further host names that clients may use")->delimiter(',');
  serve->add_option("--data-dir", options.data_dir, "Where everything is kept");
  serve->add_option("--runtime", runtime, "Where tasks run")->check(CLI::IsMember({"docker", "simulated", "none"}));
  serve->add_option("--docker-socket", options.docker_socket, "Docker Engine API socket");
  serve
      ->add_option("--endpoint-in-tasks", endpoint_in_tasks,
                   "on: AWS_ENDPOINT_URL tells containers to call AWS's APIs here; off: they are not told, and nothing "
                   "but metadata and credentials is served to them")
      ->check(CLI::IsMember({"on", "off"}));
  serve->add_option("--instance-config", options.instance_config,
                    "Settings of the container instance, in the format of /etc/ecs/ecs.config; without it the "
                    "ECS_... variables of the environment count");
  serve
      ->add_option("--instances-in", instances_in,
                   "config: the instance joins the cluster its settings name; all: "
                   "every cluster gets an instance of its own")
      ->check(CLI::IsMember({"config", "all"}));
  serve->add_option("--simulated-instances", options.simulated_instances, "How many instances to simulate")
      ->check(CLI::Range(0, 10000));
  serve->add_option("--simulated-sizes", sizes, "CPU:MEMORY of simulated instances, used in turn")->delimiter(',');
  serve
      ->add_option("--simulated-zones", options.simulated_zones,
                   "Availability zones of simulated instances and of instance groups, used in turn")
      ->delimiter(',');
  serve
      ->add_option("--simulated-capacity-providers", options.simulated_capacity_providers,
                   "Capacity providers that simulated instances belong to, used in turn; none for none")
      ->delimiter(',');
  serve
      ->add_option(
          "--instance-group,--simulated-group", groups,
          "NAME=MIN:MAX:CPU:MEMORY, repeatable: what stands for an Auto Scaling group; the capacity provider that has "
          "it starts and ends container instances of this size, simulated or on the Docker engine; docs/capacity.md")
      ->allow_extra_args(false);
  serve->add_option("--pace", pace, "fast: no waits but configured ones; aws: the service's own rhythm")
      ->check(CLI::IsMember({"fast", "aws"}));
  serve
      ->add_option("--clock", clock,
                   "virtual: time stands still until /_drydock/clock moves it, and everything happens in one defined "
                   "order; not with docker")
      ->check(CLI::IsMember({"real", "virtual"}));
  serve->add_option("--clock-start", options.clock_start, "Where a new virtual clock begins")->check(instant);
  serve->add_option("--seed", options.seed, "Decides all ids and random choices while the clock is virtual");
  serve->add_flag("--strict", options.strict, "Real ECS's refusals where Drydock is kinder");
  serve->add_option("--region", options.region, "Region of requests that do not name one")->check(region);
  serve->add_option("--account", options.account, "Account of requests whose access key is not a 12-digit account id")
      ->check(account);
  CLI::Option* credentials =
      serve->add_option("--credentials", options.credentials,
                        "Access keys and their accounts (aws_account_id), in the format of ~/.aws/credentials");
  serve->add_flag("--verify-signatures", options.verify_signatures, "Only requests signed with one of --credentials")
      ->needs(credentials);
  serve->add_option("--throttle", throttle, "aws: ThrottlingException beyond the rates of the real service")
      ->check(CLI::IsMember({"off", "aws"}));
  serve
      ->add_option("--session-resume-seconds", options.session_resume_seconds,
                   "How long an ECS Exec session goes on after its client was lost")
      ->check(CLI::Range(0, 86400));
  serve->add_option("--quota", quotas, "NAME=VALUE, repeatable; docs/quotas.md has the names, for example clusters=20")
      ->allow_extra_args(false);
  serve
      ->add_option("--lifecycle-hook", hooks,
                   "FUNCTION=TARGET, repeatable: the URL (http://...) or command that stands for a Lambda function in "
                   "lifecycle hooks of deployments, or succeed; FUNCTION is a name, an ARN or *")
      ->allow_extra_args(false);
  serve->add_option("--event-history", options.event_history, "How many events are kept; 0: none are made")
      ->check(CLI::Range(0, 1'000'000));
  serve->add_option("--event-webhook", options.event_webhooks, "URL (http://...), repeatable, that is sent every event")
      ->allow_extra_args(false);
  serve->add_flag("--shuffle-events", options.shuffle_events,
                  "Webhooks get some events twice and some in another order, as EventBridge may do it");
  serve
      ->add_option("--log-bytes", options.log_bytes,
                   "How many bytes of log events are kept, for example 500MB; the oldest go first")
      ->transform(CLI::AsSizeValue(false));
  serve->add_flag("--create-log-groups", options.create_missing_log_groups,
                  "Log groups of awslogs are made where ECS would refuse to start the container");
  serve->add_option("--s3-dir", options.s3_dir,
                    "Directory that stands for S3: DIR/BUCKET/KEY is read for environmentFiles");
  serve
      ->add_option(
          "--upstream", options.upstream,
          "URL (http://host:port) of another emulator, which gets the calls of services Drydock does not speak")
      ->check(upstream);
  serve
      ->add_option(
          "--image-map", images,
          "FROM=TO, or a file of such lines, repeatable: the image to run in place of another; FROM is an image, "
          "a repository or a beginning with *; TO is an image, or stub: a program that only waits, and is healthy")
      ->allow_extra_args(false);
  serve
      ->add_option(
          "--names", names,
          "on: containers ask Drydock for names first, and so find each other by those of Cloud Map and Service "
          "Connect; off: they have the machine's name servers only")
      ->check(CLI::IsMember({"on", "off"}));
  serve->add_option("--local-ports", local_ports,
                    "FIRST-LAST: ports of this machine's loopback that services are given, so that their tasks can be "
                    "reached; off: only to services that ask for one");
  serve->add_option("--log-level", options.log_level, "How much is logged")
      ->check(CLI::IsMember({"trace", "debug", "info", "warn", "error", "off"}));

  cli::Run word;
  agent::add_word(app, word);
  cli::add_commands(app, word);

  try {
    auto arguments = cli::with_command_marked(app, {argv + 1, argv + argc});
    std::ranges::reverse(arguments);  // as CLI11 takes them
    app.parse(std::move(arguments));
    for (const std::string& assignment : quotas) {
      if (const auto set = options.quotas.set(assignment); !set) throw CLI::ValidationError("--quota", set.error());
    }
    for (const std::string& assignment : hooks) {
      const auto added = add_hook_target(options.lifecycle_hooks, assignment);
      if (!added) throw CLI::ValidationError("--lifecycle-hook", added.error());
    }
    for (const std::string& url : options.event_webhooks) {
      const auto target = parse_hook_target(url, false);
      if (!target || target->kind != HookTarget::Kind::kUrl) {
        throw CLI::ValidationError("--event-webhook", target ? "not a URL: " + url : target.error());
      }
    }
    read_local_ports(local_ports, options);
    for (const std::string& text : images) read_images(text, options.images);
    for (const std::string& group : groups) options.instance_groups.push_back(parse_group(group));
    if (!groups.empty() && runtime == "none") {
      throw CLI::ValidationError("--instance-group", "machines that come and go need --runtime docker or simulated");
    }
    if (!sizes.empty()) options.simulated_sizes.clear();
    for (const std::string& size : sizes) options.simulated_sizes.push_back(parse_size(size));
    if (clock == "virtual" && runtime == "docker") {
      throw CLI::ValidationError("--clock",
                                 "containers of Docker live in real time: --clock virtual needs --runtime simulated "
                                 "(or none)");
    }
  } catch (const CLI::ParseError& error) {
    std::ostringstream out;
    const int code = app.exit(error, out, out);
    std::string text = out.str();
    if (!text.ends_with('\n')) text += '\n';
    return std::unexpected(CommandLineEnd{code == 0 ? 0 : 2, std::move(text), {}});
  }
  if (word) return std::unexpected(CommandLineEnd{0, {}, std::move(word)});
  options.runtime = runtime == "docker"      ? Runtime::kDocker
                    : runtime == "simulated" ? Runtime::kSimulated
                                             : Runtime::kNone;
  options.instances_in_all = instances_in == "all";
  options.task_endpoint_url = endpoint_in_tasks == "on";
  options.names_in_tasks = names == "on";
  options.aws_throttle = throttle == "aws";
  options.virtual_clock = clock == "virtual";
  options.aws_pace = pace == "aws";
  return options;
}

const char* runtime_name(Runtime runtime) {
  switch (runtime) {
    case Runtime::kDocker: return "docker";
    case Runtime::kSimulated: return "simulated";
    case Runtime::kNone: return "none";
  }
  return "";
}

}  // namespace drydock::server
