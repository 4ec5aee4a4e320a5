#include <algorithm>
#include <cstdio>

#include "cli/find.hpp"
#include "cli/output.hpp"
#include "cli/word.hpp"

namespace drydock::cli {
namespace {

constexpr std::size_t kIdShown = 12;

struct PsOptions {
  std::string cluster;
  bool all = false;
};

/// "8080->80 53->53/udp" of all containers.
std::string ports_of(const Json& task) {
  std::string out;
  for (const Json& container : task.value("containers", Json::array())) {
    for (const Json& binding : container.value("networkBindings", Json::array())) {
      std::string inside = text_of(binding, "containerPort");
      std::string outside = text_of(binding, "hostPort");
      if (inside.empty()) inside = text_of(binding, "containerPortRange");
      if (outside.empty()) outside = text_of(binding, "hostPortRange");
      out += (out.empty() ? "" : " ") + outside + "->" + inside;
      if (text_of(binding, "protocol") == "udp") out += "/udp";
    }
  }
  return out.empty() ? "-" : out;
}

/// Why it stopped, with the exit codes; where it runs, otherwise.
std::string note_of(const Json& task) {
  std::string reason = text_of(task, "stoppedReason");
  if (reason.empty()) {
    const std::string instance = text_of(task, "containerInstanceArn");
    return instance.empty() ? text_of(task, "launchType") : "on " + short_name(instance).substr(0, kIdShown);
  }
  for (const Json& container : task.value("containers", Json::array())) {
    const std::string code = text_of(container, "exitCode");
    if (!code.empty()) reason += "; " + text_of(container, "name") + " exited with " + code;
  }
  return reason;
}

Result<int> ps(Connection& connection, const Shared& shared, const PsOptions& options) {
  const auto clusters = clusters_of(connection, options.cluster);
  if (!clusters) return std::unexpected(clusters.error());
  std::vector<Json> tasks;
  for (const std::string& cluster : *clusters) {
    auto some = tasks_of(connection, cluster, options.all);
    if (!some) return std::unexpected(some.error());
    tasks.insert(tasks.end(), some->begin(), some->end());
  }
  if (shared.json()) {
    print_json({{"tasks", tasks}});
    return kDone;
  }
  std::ranges::stable_sort(tasks, std::greater<>(), [](const Json& task) { return task.value("createdAt", 0.0); });
  Table table({"TASK", "CLUSTER", "GROUP", "DEFINITION", "STATUS", "HEALTH", "AGE", "PORTS", "NOTE"});
  const double now = seconds_now();
  for (const Json& task : tasks) {
    table.add({short_name(text_of(task, "taskArn")).substr(0, kIdShown), short_name(text_of(task, "clusterArn")),
               text_of(task, "group"), short_name(text_of(task, "taskDefinitionArn")), text_of(task, "lastStatus"),
               text_of(task, "healthStatus"), age(task, "createdAt", now), ports_of(task), note_of(task)});
  }
  if (table.empty()) {
    std::printf("No tasks%s.\n", options.all ? "" : " (stopped ones: drydock ps --all)");
    return kDone;
  }
  table.print();
  return kDone;
}

}  // namespace

void add_ps(Words& words) {
  auto options = std::make_shared<PsOptions>();
  CLI::App* word = words.add("ps", "Tasks, the newest first", [options](Connection& connection, const Shared& shared) {
    return ps(connection, shared, *options);
  });
  cluster_option(word, options->cluster, "otherwise all");
  word->add_flag("--all,-a", options->all, "Stopped ones, too, with the reason");
  word->footer("Example: drydock ps --all --cluster deepdive");
}

}  // namespace drydock::cli
