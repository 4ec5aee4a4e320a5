#include <cstdio>
#include <thread>

#include "cli/find.hpp"
#include "cli/output.hpp"
#include "cli/task_logs.hpp"
#include "cli/word.hpp"

namespace drydock::cli {
namespace {

constexpr auto kBetweenReads = std::chrono::milliseconds(200);

struct LogsOptions {
  std::string task;
  std::string cluster;
  std::string container;
  bool follow = false;
};

void print_lines(const std::vector<LogLine>& lines, bool named, bool json) {
  for (const LogLine& line : lines) {
    if (json) {
      std::printf("%s\n", Json({{"container", line.container}, {"message", line.text}}).dump().c_str());
    } else if (named) {
      std::printf("%s  %s\n", line.container.c_str(), line.text.c_str());
    } else {
      std::printf("%s\n", line.text.c_str());
    }
  }
  std::fflush(stdout);
}

Result<int> logs(Connection& connection, const Shared& shared, const LogsOptions& options) {
  auto task = find_task(connection, options.cluster, options.task);
  if (!task) return std::unexpected(task.error());
  TaskLogs written(connection, options.container);
  const Json containers = task->value("containers", Json::array());
  const bool named = containers.size() > 1 && options.container.empty();
  if (!options.container.empty()) {
    bool known = false;
    for (const Json& container : containers) known = known || text_of(container, "name") == options.container;
    if (!known) return failed("the task has no container " + options.container, "drydock ps --output json names them");
  }
  while (true) {
    const bool stopped = text_of(*task, "lastStatus") == "STOPPED";
    const auto lines = written.more(*task);
    if (!lines) return std::unexpected(lines.error());
    print_lines(*lines, named, shared.json());
    if (!options.follow || stopped) return kDone;
    std::this_thread::sleep_for(kBetweenReads);
    auto now = find_task(connection, text_of(*task, "clusterArn"), text_of(*task, "taskArn"));
    if (!now) return std::unexpected(now.error());
    task = std::move(now);
  }
}

}  // namespace

void add_logs(Words& words) {
  auto options = std::make_shared<LogsOptions>();
  CLI::App* word =
      words.add("logs", "What a task's containers write",
                [options](Connection& connection, const Shared& shared) { return logs(connection, shared, *options); });
  word->add_option("task", options->task, "ARN of the task, or the beginning of its id")->required();
  cluster_option(word, options->cluster, "otherwise any");
  word->add_option("--container", options->container, "One container only");
  word->add_flag("--follow,-f", options->follow, "Go on until the task is STOPPED");
  word->footer("Example: drydock logs 3f2a --follow");
}

}  // namespace drydock::cli
