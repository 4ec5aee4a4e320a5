#include <cstdio>
#include <thread>

#include "cli/find.hpp"
#include "cli/output.hpp"
#include "cli/word.hpp"

namespace drydock::cli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kBetweenLooks = std::chrono::milliseconds(100);

struct WaitOptions {
  std::string what;
  std::string cluster;
  double seconds = 600;
};

/// One look: a text that says how far it is, or empty when there is nothing left to wait for.
using Look = std::function<Result<std::string>(Connection&)>;

/// With a virtual clock nothing happens while one looks: it is moved instead.
Result<bool> moved_virtual_clock(Connection& connection, const Json& goal) {
  const auto clock = connection.get("clock");
  if (!clock) return std::unexpected(clock.error());
  if (text_of(*clock, "mode") != "virtual") return false;
  const auto moved = connection.post("clock", goal);
  if (!moved) return std::unexpected(moved.error());
  return true;
}

Result<int> wait_for(Connection& connection, const Shared& shared, const WaitOptions& options, const Look& look) {
  const auto end =
      Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(options.seconds));
  Progress progress;
  while (true) {
    const auto left = look(connection);
    if (!left) return std::unexpected(left.error());
    if (left->empty()) break;
    if (Clock::now() >= end) {
      return failed("not after " + std::to_string(static_cast<long long>(options.seconds)) + " s: " + *left,
                    "drydock explain says why", kTimedOut);
    }
    progress.show(*left);
    std::this_thread::sleep_for(kBetweenLooks);
  }
  progress.clear();
  if (shared.json()) print_json({{"reached", true}});
  return kDone;
}

/// How far a service is: empty when it has one deployment, as many tasks running as desired, and that rollout is
/// COMPLETED (its tasks healthy, too). AWS's waiter services_stable does not look at the last.
Result<std::string> distance(const Json& service) {
  const std::string name = text_of(service, "serviceName");
  const Json deployments = service.value("deployments", Json::array());
  const std::string rollout = deployments.empty() ? "" : text_of(deployments[0], "rolloutState");
  if (rollout == "FAILED") return failed(name + ": " + text_of(deployments[0], "rolloutStateReason"));
  const bool settled = deployments.size() <= 1 && text_of(service, "runningCount") == text_of(service, "desiredCount");
  if (settled && rollout != "IN_PROGRESS") return "";
  return name + ": " + text_of(service, "runningCount") + " of " + text_of(service, "desiredCount") + " tasks, " +
         std::to_string(deployments.size()) + " deployment" + (deployments.size() == 1 ? "" : "s") +
         (rollout.empty() ? "" : ", rollout " + rollout);
}

Result<int> stable(Connection& connection, const Shared& shared, const WaitOptions& options) {
  const auto service = find_service(connection, options.cluster, options.what);
  if (!service) return std::unexpected(service.error());
  const std::string arn = text_of(*service, "serviceArn");
  const std::string cluster = text_of(*service, "clusterArn");
  const auto moved = moved_virtual_clock(connection, {{"until", "stable"}, {"service", arn}});
  if (!moved) return std::unexpected(moved.error());
  return wait_for(connection, shared, options, [cluster, arn, moves = *moved](Connection& to) -> Result<std::string> {
    const auto now = find_service(to, cluster, arn);
    if (!now) return std::unexpected(now.error());
    auto left = distance(*now);
    if (left && !left->empty() && moves) {
      const auto later = to.post("clock", {{"advance", "1s"}});
      if (!later) return std::unexpected(later.error());
    }
    return left;
  });
}

Result<int> task_status(Connection& connection, const Shared& shared, const WaitOptions& options,
                        const std::string& wanted) {
  const auto task = find_task(connection, options.cluster, options.what);
  if (!task) return std::unexpected(task.error());
  const std::string arn = text_of(*task, "taskArn");
  const std::string cluster = text_of(*task, "clusterArn");
  const auto moved = moved_virtual_clock(connection, {{"until", "task"}, {"task", arn}, {"status", wanted}});
  if (!moved) return std::unexpected(moved.error());
  return wait_for(connection, shared, options, [=](Connection& to) -> Result<std::string> {
    const auto now = find_task(to, cluster, arn);
    if (!now) return std::unexpected(now.error());
    const std::string status = text_of(*now, "lastStatus");
    if (status == wanted) return "";
    if (status == "STOPPED") return failed("the task is STOPPED: " + text_of(*now, "stoppedReason"));
    return short_name(arn) + " is " + status;
  });
}

Result<int> ready(Connection& connection, const Shared& shared, const WaitOptions& options) {
  return wait_for(connection, shared, options, [](Connection& to) -> Result<std::string> {
    const auto health = to.get("health");
    return health ? "" : health.error().what;
  });
}

CLI::App* add_one(Words& words, CLI::App* wait, const char* name, const char* description, const char* what,
                  std::function<Result<int>(Connection&, const Shared&, const WaitOptions&)> job) {
  auto options = std::make_shared<WaitOptions>();
  CLI::App* word =
      words.add(wait, name, description, [options, job = std::move(job)](Connection& connection, const Shared& shared) {
        return job(connection, shared, *options);
      });
  if (what != nullptr) {
    word->add_option(what, options->what, "ARN, name, or the beginning of a task's id")->required();
    cluster_option(word, options->cluster, "otherwise any");
  }
  word->add_option("--timeout", options->seconds, "Seconds; then the exit code is 3")->capture_default_str();
  return word;
}

}  // namespace

void add_wait(Words& words) {
  CLI::App* wait = words.group("wait", "Wait for something to be so (with a virtual clock: move it there)");
  add_one(words, wait, "ready", "Until Drydock answers", nullptr, ready);
  add_one(words, wait, "stable", "Until a service is stable", "service", stable);
  for (const char* status : {"RUNNING", "STOPPED"}) {
    const std::string name = status == std::string_view("RUNNING") ? "running" : "stopped";
    add_one(words, wait, name.c_str(), ("Until a task is " + std::string(status)).c_str(), "task",
            [status](Connection& connection, const Shared& shared, const WaitOptions& options) {
              return task_status(connection, shared, options, status);
            });
  }
  wait->footer("Example: drydock wait stable web --timeout 60");
}

}  // namespace drydock::cli
