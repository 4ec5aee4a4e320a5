#include <cstdio>

#include "cli/find.hpp"
#include "cli/output.hpp"
#include "cli/word.hpp"

namespace drydock::cli {
namespace {

Result<int> show(const Result<Json>& answer, const Shared& shared) {
  if (!answer) return std::unexpected(answer.error());
  if (shared.json()) {
    print_json(*answer);
    return kDone;
  }
  std::printf("%s (%s clock)", text_of(*answer, "now").c_str(), text_of(*answer, "mode").c_str());
  const std::string because = text_of(*answer, "stoppedBecause");
  if (!because.empty()) {
    std::printf(", %s s later: %s", text_of(*answer, "advancedSeconds").c_str(), because.c_str());
  }
  const std::string next = text_of(*answer, "nextTimer");
  std::printf("\n%s\n", next.empty() ? "Nothing is due by itself." : ("Next due: " + next).c_str());
  return kDone;
}

/// Exit code 3 when the limit came first, so that scripts see it.
Result<int> run_until(Connection& connection, const Shared& shared, const Json& goal) {
  const auto answer = connection.post("clock", goal);
  const auto shown = show(answer, shared);
  if (!shown) return shown;
  const std::string because = text_of(*answer, "stoppedBecause");
  if (because == "reached" || because == goal.value("until", "")) return kDone;
  return because == "limit" ? kTimedOut : kFailed;
}

struct Until {
  std::string service;
  std::string task;
  std::string status = "RUNNING";
  std::string cluster;
  std::string limit;

  Json with_limit(Json goal) const {
    if (!limit.empty()) goal["limit"] = limit;
    return goal;
  }
};

void limit_option(CLI::App* word, Until& until) {
  word->add_option("--limit", until.limit, "At most so much virtual time (1h)");
}

void add_until(Words& words, CLI::App* clock) {
  auto until = std::make_shared<Until>();
  limit_option(words.add(clock, "idle", "On until nothing is left to happen by itself",
                         [until](Connection& connection, const Shared& shared) {
                           return run_until(connection, shared, until->with_limit({{"until", "idle"}}));
                         }),
               *until);
  CLI::App* stable = words.add(
      clock, "stable", "On until a service is stable",
      [until](Connection& connection, const Shared& shared) -> Result<int> {
        const auto service = find_service(connection, until->cluster, until->service);
        if (!service) return std::unexpected(service.error());
        return run_until(connection, shared,
                         until->with_limit({{"until", "stable"}, {"service", text_of(*service, "serviceArn")}}));
      });
  stable->add_option("service", until->service, "Name or ARN")->required();
  cluster_option(stable, until->cluster, "otherwise any");
  limit_option(stable, *until);
  CLI::App* task = words.add(
      clock, "task", "On until a task has a status",
      [until](Connection& connection, const Shared& shared) -> Result<int> {
        const auto found = find_task(connection, until->cluster, until->task);
        if (!found) return std::unexpected(found.error());
        return run_until(
            connection, shared,
            until->with_limit({{"until", "task"}, {"task", text_of(*found, "taskArn")}, {"status", until->status}}));
      });
  task->add_option("task", until->task, "ARN, or the beginning of the id")->required();
  task->add_option("status", until->status, "RUNNING, STOPPED, ...");
  cluster_option(task, until->cluster, "otherwise any");
  limit_option(task, *until);
}

}  // namespace

void add_clock(Words& words) {
  CLI::App* clock = words.group("clock", "Read and move the virtual clock (drydock serve --clock virtual)");
  words.add(clock, "show", "What time it is",
            [](Connection& connection, const Shared& shared) { return show(connection.get("clock"), shared); });
  auto by = std::make_shared<std::string>();
  words
      .add(clock, "advance", "On by a duration",
           [by](Connection& connection, const Shared& shared) {
             return show(connection.post("clock", {{"advance", *by}}), shared);
           })
      ->add_option("duration", *by, "90s, 1h30m, 2d")
      ->required();
  auto to = std::make_shared<std::string>();
  words
      .add(clock, "to", "On to an instant",
           [to](Connection& connection, const Shared& shared) {
             return show(connection.post("clock", {{"advanceTo", *to}}), shared);
           })
      ->add_option("instant", *to, "2025-01-01T12:00:00Z")
      ->required();
  add_until(words, clock);
  clock->footer("Example: drydock clock stable web --limit 2h");
}

}  // namespace drydock::cli
