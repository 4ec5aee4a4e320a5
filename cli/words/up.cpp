#include <csignal>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <thread>

#include "cli/find.hpp"
#include "cli/output.hpp"
#include "cli/task_logs.hpp"
#include "cli/word.hpp"

namespace drydock::cli {
namespace {

constexpr auto kBetweenLooks = std::chrono::milliseconds(100);

volatile std::sig_atomic_t interrupted = 0;  // how often Ctrl-C was pressed

struct UpOptions {
  std::string file;
  std::string cluster = "default";
  std::string launch_type;
};

Result<Json> definition_in(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return failed("cannot read " + file, {}, kMistake);
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  Json definition = Json::parse(text, nullptr, false, true);
  if (!definition.is_object()) {
    return failed(file + " is not the JSON of a task definition",
                  "It looks like: {\"family\": \"web\", \"containerDefinitions\": [...]}", kMistake);
  }
  // What describe-task-definition printed can be used as it is.
  if (definition.contains("taskDefinition")) definition = Json(definition["taskDefinition"]);
  for (const char* answered : {"taskDefinitionArn", "revision", "status", "requiresAttributes", "compatibilities",
                               "registeredAt", "registeredBy", "deregisteredAt"}) {
    definition.erase(answered);
  }
  return definition;
}

/// The cluster exists, and has the instance that was waiting for it: one joins within moments, or none will.
Result<void> prepare_cluster(Connection& connection, const UpOptions& options) {
  constexpr auto kLongestJoin = std::chrono::seconds(3);
  const auto end = std::chrono::steady_clock::now() + kLongestJoin;
  while (true) {
    const auto found = connection.ecs("DescribeClusters", {{"clusters", {options.cluster}}});
    if (!found) return std::unexpected(found.error());
    const Json clusters = found->value("clusters", Json::array());
    if (clusters.empty() || text_of(clusters[0], "status") != "ACTIVE") {
      const auto made = connection.ecs("CreateCluster", {{"clusterName", short_name(options.cluster)}});
      if (!made) return std::unexpected(made.error());
    } else if (clusters[0].value("registeredContainerInstancesCount", 0) > 0 || options.launch_type == "FARGATE" ||
               std::chrono::steady_clock::now() > end) {
      return {};
    }
    std::this_thread::sleep_for(kBetweenLooks);
  }
}

Result<std::string> start(Connection& connection, const UpOptions& options) {
  const auto definition = definition_in(options.file);
  if (!definition) return std::unexpected(definition.error());
  if (const auto there = prepare_cluster(connection, options); !there) return std::unexpected(there.error());
  const auto registered = connection.ecs("RegisterTaskDefinition", *definition);
  if (!registered) return std::unexpected(registered.error());
  const std::string arn = text_of((*registered)["taskDefinition"], "taskDefinitionArn");
  Json request = {{"taskDefinition", arn}, {"cluster", options.cluster}, {"startedBy", "drydock up"}};
  if (!options.launch_type.empty()) request["launchType"] = options.launch_type;
  if (text_of(*definition, "networkMode") == "awsvpc") {
    request["networkConfiguration"] = {{"awsvpcConfiguration", {{"subnets", {"subnet-00000000"}}}}};
  }
  const auto run = connection.ecs("RunTask", request);
  if (!run) return std::unexpected(run.error());
  for (const Json& failure : (*run)["failures"]) {
    return failed("the task cannot run: " + text_of(failure, "reason"),
                  "Which instance refuses it, and why: drydock explain " + options.cluster);
  }
  return text_of((*run)["tasks"][0], "taskArn");
}

/// The exit code of the essential container that ended the task: the first that is not 0, in the definition's order.
int exit_code_of(const Json& task) {
  bool any = false;
  for (const Json& container : task.value("containers", Json::array())) {
    if (!container.contains("exitCode") || !container["exitCode"].is_number()) continue;
    any = true;
    if (container["exitCode"] != 0) return container["exitCode"].get<int>();
  }
  return any ? kDone : kFailed;
}

Result<int> up(Connection& connection, const Shared& shared, const UpOptions& options) {
  const auto arn = start(connection, options);
  if (!arn) return std::unexpected(arn.error());
  std::signal(SIGINT, [](int) { interrupted = interrupted + 1; });
  std::signal(SIGTERM, [](int) { interrupted = interrupted + 1; });
  std::fprintf(stderr, "%s\n", arn->c_str());
  TaskLogs written(connection, {});
  Progress progress;
  bool stop_sent = false;
  while (true) {
    if (interrupted != 0 && !stop_sent) {
      const auto stopped = connection.ecs(
          "StopTask", {{"cluster", options.cluster}, {"task", *arn}, {"reason", "drydock up was interrupted"}});
      if (!stopped) return std::unexpected(stopped.error());
      stop_sent = true;
    }
    const auto task = find_task(connection, options.cluster, *arn);
    if (!task) return std::unexpected(task.error());
    const std::string status = text_of(*task, "lastStatus");
    const bool done = status == "STOPPED";
    const auto lines = written.more(*task);
    if (!lines) return std::unexpected(lines.error());
    progress.clear();
    const bool several = task->value("containers", Json::array()).size() > 1;
    for (const LogLine& line : *lines) {
      std::fprintf(shared.json() ? stderr : stdout, "%s%s\n", several ? (line.container + "  ").c_str() : "",
                   line.text.c_str());
    }
    std::fflush(stdout);
    if (done) {
      if (shared.json()) print_json(*task);
      const std::string reason = text_of(*task, "stoppedReason");
      std::fprintf(stderr, "STOPPED: %s\n", reason.c_str());
      for (const Json& container : task->value("containers", Json::array())) {
        const std::string why = text_of(container, "reason");
        if (!why.empty()) std::fprintf(stderr, "  %s: %s\n", text_of(container, "name").c_str(), why.c_str());
      }
      return exit_code_of(*task);
    }
    if (status != "RUNNING") progress.show(status);
    std::this_thread::sleep_for(kBetweenLooks);
  }
}

}  // namespace

void add_up(Words& words) {
  auto options = std::make_shared<UpOptions>();
  CLI::App* word =
      words.add("up", "Run a task definition file, follow what it writes, end with its exit code",
                [options](Connection& connection, const Shared& shared) { return up(connection, shared, *options); });
  word->add_option("--file,-f", options->file, "JSON of a task definition, as for register-task-definition")
      ->required();
  word->add_option("--cluster,-c", options->cluster, "Name or ARN of a cluster, made when missing")
      ->capture_default_str();
  word->add_option("--launch-type", options->launch_type, "EC2 or FARGATE")->check(CLI::IsMember({"EC2", "FARGATE"}));
  word->footer("Ctrl-C stops the task. Example: drydock up -f migrate.json && echo migrated");
}

}  // namespace drydock::cli
