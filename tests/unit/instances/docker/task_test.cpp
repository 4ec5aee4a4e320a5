#include "instances/docker/task.hpp"

#include "instances/docker/task_report.hpp"
#include "instances/docker/timestamps.hpp"
#include "tests/support/catch.hpp"

using namespace drydock;
using namespace drydock::instances;
using namespace drydock::instances::docker;
using drydock::test::StartsWith;

namespace {

const TimePoint kNow = *parse_rfc3339("2026-11-22T16:10:53.832944391Z");

struct Spec {
  std::string name;
  bool essential = true;
  std::string depends_on{};
  std::string condition{};
};

Task make(const std::vector<Spec>& specs) {
  TaskPayload payload;
  payload.task_arn = "arn:task/1";
  payload.desired_status = "RUNNING";
  payload.network_mode = "bridge";
  for (const Spec& spec : specs) {
    api::ContainerDefinition definition;
    definition.name = spec.name;
    definition.essential = spec.essential;
    if (!spec.depends_on.empty()) {
      api::ContainerDependency dependency;
      dependency.containerName = spec.depends_on;
      dependency.condition = spec.condition;
      definition.dependsOn = {dependency};
    }
    ContainerPayload container;
    container.definition = std::make_shared<const api::ContainerDefinition>(std::move(definition));
    payload.containers.push_back(std::move(container));
  }
  return make_task(payload);
}

ContainerInfo running(const std::string& id = "id") {
  ContainerInfo info;
  info.id = id;
  info.status = "running";
  info.running = true;
  info.started_at = kNow;
  return info;
}

ContainerInfo exited(int code, const std::string& id = "id") {
  ContainerInfo info;
  info.id = id;
  info.status = "exited";
  info.exit_code = code;
  info.started_at = kNow;
  info.finished_at = kNow + std::chrono::seconds(1);
  return info;
}

void run(Task& task, std::size_t index) { observe(task, task.containers[index], running()); }
void end(Task& task, std::size_t index, int code) { observe(task, task.containers[index], exited(code)); }

}  // namespace

TEST_CASE("A task is what its least advanced container is") {
  Task task = make({{"a"}, {"b", false}});
  CHECK(status_of(task) == TaskStatus::kPending);
  run(task, 0);
  CHECK(status_of(task) == TaskStatus::kPending);
  run(task, 1);
  CHECK(status_of(task) == TaskStatus::kRunning);
  end(task, 1, 0);
  CHECK(status_of(task) == TaskStatus::kRunning);
  CHECK_FALSE(should_stop(task));
  end(task, 0, 0);
  CHECK(status_of(task) == TaskStatus::kStopped);
}

TEST_CASE("The end of an essential container, whatever its code, ends the task") {
  Task task = make({{"a"}, {"b"}});
  run(task, 0);
  run(task, 1);
  end(task, 1, 0);
  CHECK(should_stop(task));
  CHECK(task.execution_stopped_at == kNow + std::chrono::seconds(1));
}

TEST_CASE("What the engine says maps to container states") {
  Task task = make({{"a"}});
  TaskContainer& container = task.containers[0];
  ContainerInfo created;
  created.id = "id";
  created.status = "created";
  observe(task, container, created);
  CHECK(container.stage == Stage::kCreated);
  CHECK_FALSE(container.has_run);
  observe(task, container, exited(3));
  CHECK(container.stage == Stage::kStopped);
  CHECK(container.exit_code == 3);
  CHECK(container.has_run);
  observe(task, container, running());
  CHECK(container.stage == Stage::kStopped);
}

TEST_CASE("A container that the engine could not start is stopped with the engine's error") {
  Task task = make({{"a"}});
  ContainerInfo info;
  info.id = "id";
  info.status = "created";
  info.error = "no such file";
  observe(task, task.containers[0], info);
  CHECK(task.containers[0].stage == Stage::kStopped);
  CHECK(task.containers[0].reason == "CannotStartContainerError: Error response from daemon: no such file");
  CHECK_FALSE(task.containers[0].exit_code);
}

TEST_CASE("A container killed for its memory says so") {
  Task task = make({{"a"}});
  ContainerInfo info = exited(137);
  info.oom_killed = true;
  observe(task, task.containers[0], info);
  CHECK(task.containers[0].reason == "OutOfMemoryError: Container killed due to memory usage");
  CHECK(task.containers[0].exit_code == 137);
}

TEST_CASE("The first error of a container stays") {
  Task task = make({{"a"}});
  task.containers[0].reason = "CannotPullContainerError: first";
  fail(task, task.containers[0], "CannotCreateContainerError: second", kNow);
  CHECK(task.containers[0].reason == "CannotPullContainerError: first");
}

TEST_CASE("A dependency's condition decides when a container may start") {
  using Verdict = Readiness::Verdict;
  struct Row {
    const char* condition;
    const char* dependency;  // none, running, healthy, exit0, exit1, failed
    Verdict verdict;
  };
  const auto row = GENERATE(Row{"START", "none", Verdict::kWait}, Row{"START", "running", Verdict::kReady},
                            Row{"START", "exit1", Verdict::kReady}, Row{"START", "failed", Verdict::kNever},
                            Row{"COMPLETE", "running", Verdict::kWait}, Row{"COMPLETE", "exit1", Verdict::kReady},
                            Row{"SUCCESS", "running", Verdict::kWait}, Row{"SUCCESS", "exit0", Verdict::kReady},
                            Row{"SUCCESS", "exit1", Verdict::kNever}, Row{"HEALTHY", "running", Verdict::kWait},
                            Row{"HEALTHY", "healthy", Verdict::kReady}, Row{"HEALTHY", "exit0", Verdict::kNever});
  Task task = make({{"main", true, "dep", row.condition}, {"dep", false}});
  const std::string state = row.dependency;
  if (state == "running" || state == "healthy") run(task, 1);
  if (state == "healthy") task.containers[1].health = "HEALTHY";
  if (state == "exit0") end(task, 1, 0);
  if (state == "exit1") end(task, 1, 1);
  if (state == "failed") fail(task, task.containers[1], "CannotPullContainerError: x", kNow);
  INFO(row.condition << " " << row.dependency);
  CHECK(readiness(task, task.containers[0], kNow).verdict == row.verdict);
}

TEST_CASE("A dependency that takes longer than its start time-out is given up") {
  Task task = make({{"main", true, "dep", "COMPLETE"}, {"dep", false}});
  auto definition = *task.containers[1].payload.definition;
  definition.startTimeout = 5;
  task.containers[1].payload.definition = std::make_shared<const api::ContainerDefinition>(definition);
  run(task, 1);
  const Readiness before = readiness(task, task.containers[0], kNow + std::chrono::seconds(4));
  CHECK(before.verdict == Readiness::Verdict::kWait);
  CHECK(before.deadline == kNow + std::chrono::seconds(5));
  const Readiness after = readiness(task, task.containers[0], kNow + std::chrono::seconds(5));
  CHECK(after.verdict == Readiness::Verdict::kNever);
  CHECK(after.reason == "dependency graph: container ordering dependency [dep] for target [main] has timed out.");
}

TEST_CASE("Unknown names and circles among dependencies are found") {
  CHECK(
      readiness(make({{"main", true, "ghost", "START"}}), make({{"main", true, "ghost", "START"}}).containers[0], kNow)
          .reason == "dependency graph: container ordering dependency [ghost] for target [main] does not exist.");
  CHECK(has_dependency_cycle(make({{"a", true, "b", "START"}, {"b", true, "a", "START"}})));
  CHECK(has_dependency_cycle(make({{"a", true, "a", "START"}})));
  CHECK_FALSE(has_dependency_cycle(make({{"a", true, "b", "START"}, {"b"}})));
}

TEST_CASE("A container is stopped after those that depend on it") {
  Task task = make({{"main", true, "base", "START"}, {"base"}});
  run(task, 0);
  run(task, 1);
  CHECK(may_stop(task, task.containers[0]));
  CHECK_FALSE(may_stop(task, task.containers[1]));
  end(task, 0, 0);
  CHECK(may_stop(task, task.containers[1]));
}

TEST_CASE("Bindings follow the port mappings' order, ranges are one entry, IPv6 is left out") {
  api::ContainerDefinition definition;
  api::PortMapping range;
  range.containerPortRange = "7000-7001";
  api::PortMapping web;
  web.containerPort = 80;
  definition.portMappings = {web, range};
  TaskPayload task;
  task.network_mode = "bridge";
  const std::vector<PublishedPort> ports = {{"0.0.0.0", 40000, 7000, "tcp"},
                                            {"0.0.0.0", 40001, 7001, "tcp"},
                                            {"::", 32768, 80, "tcp"},
                                            {"0.0.0.0", 32769, 80, "tcp"}};
  const auto bindings = network_bindings(task, definition, ports);
  REQUIRE(bindings);
  REQUIRE(bindings->size() == 2);
  CHECK(bindings->at(0).hostPort == 32769);
  CHECK(bindings->at(0).containerPort == 80);
  CHECK(bindings->at(1).containerPortRange == "7000-7001");
  CHECK(bindings->at(1).hostPortRange == "40000-40001");
  task.network_mode = "host";
  CHECK_FALSE(network_bindings(task, definition, ports));
}

TEST_CASE("A task is reported when its status changes, once, with what its containers did") {
  Task task = make({{"main"}, {"side", false}});
  run(task, 0);
  CHECK(take_reports(task, "harbour").empty());
  run(task, 1);
  auto reports = take_reports(task, "harbour");
  REQUIRE(reports.size() == 1);
  CHECK(reports[0].cluster == "harbour");
  CHECK(reports[0].status == "RUNNING");
  REQUIRE(reports[0].containers->size() == 2);
  CHECK(reports[0].containers->at(0).runtimeId == "id");
  CHECK(take_reports(task, "harbour").empty());

  end(task, 1, 4);
  reports = take_reports(task, "harbour");
  REQUIRE(reports.size() == 1);
  CHECK(reports[0].status == "RUNNING");
  CHECK(reports[0].containers->at(0).containerName == "side");
  CHECK(reports[0].containers->at(0).exitCode == 4);
  CHECK_FALSE(reports[0].executionStoppedAt);

  end(task, 0, 137);
  reports = take_reports(task, "harbour");
  REQUIRE(reports.size() == 1);
  CHECK(reports[0].status == "STOPPED");
  REQUIRE(reports[0].containers->size() == 1);
  CHECK(reports[0].containers->at(0).exitCode == 137);
  CHECK(reports[0].executionStoppedAt);
  CHECK(take_reports(task, "harbour").empty());
}

TEST_CASE("A task that ran and ended at once is reported RUNNING and then STOPPED") {
  Task task = make({{"main"}});
  end(task, 0, 0);
  const auto reports = take_reports(task, "harbour");
  REQUIRE(reports.size() == 2);
  CHECK(reports[0].status == "RUNNING");
  CHECK(reports[0].containers->at(0).status == "RUNNING");
  CHECK_FALSE(reports[0].containers->at(0).exitCode);
  CHECK(reports[1].status == "STOPPED");
  CHECK(reports[1].containers->at(0).exitCode == 0);
}

TEST_CASE("A task that could not start is reported STOPPED alone, with everything in one report") {
  Task task = make({{"main"}, {"side", false}});
  run(task, 1);
  fail(task, task.containers[0], "CannotPullContainerError: no", kNow);
  CHECK(take_reports(task, "harbour").empty());
  end(task, 1, 0);
  const auto reports = take_reports(task, "harbour");
  REQUIRE(reports.size() == 1);
  CHECK(reports[0].status == "STOPPED");
  CHECK(reports[0].containers->at(0).reason == "CannotPullContainerError: no");
  CHECK_FALSE(reports[0].containers->at(0).exitCode);
}

TEST_CASE("Long reasons are cut where the service cuts them, not inside a character") {
  Task task = make({{"main"}});
  std::string reason(1023, 'x');
  reason += "’’’";
  fail(task, task.containers[0], reason, kNow);
  const auto reports = take_reports(task, "harbour");
  REQUIRE(reports.size() == 1);
  CHECK(reports[0].containers->at(0).reason->size() == 1023);
}

TEST_CASE("The engine's timestamps are read, its zero time is none") {
  const auto plain = parse_rfc3339("2026-11-22T16:10:53Z");
  REQUIRE(plain);
  CHECK(std::chrono::duration_cast<std::chrono::seconds>(plain->time_since_epoch()).count() == 1795363853);
  CHECK(parse_rfc3339("2026-11-22T17:10:53+01:00") == plain);
  CHECK(*parse_rfc3339("2026-11-22T16:10:53.5Z") - *plain == std::chrono::milliseconds(500));
  for (const char* none : {"0001-01-01T00:00:00Z", "", "yesterday", "2026-13-01T00:00:00Z"})
    CHECK_FALSE(parse_rfc3339(none));
}

TEST_CASE("A task that could not be set up reports why, one that ran does not") {
  for (const bool ran : {false, true}) {
    Task task = make({{"main"}});
    task.payload.setup_error = "ResourceInitializationError: why";
    if (ran) {
      observe(task, task.containers[0], running());
      take_reports(task, "c");
      observe(task, task.containers[0], exited(0));
    } else {
      fail(task, task.containers[0], "", kNow);
    }
    const auto reports = take_reports(task, "c");
    REQUIRE(reports.size() == 1);
    CHECK(reports[0].status == "STOPPED");
    CHECK(reports[0].reason == (ran ? "" : "ResourceInitializationError: why"));
    if (!ran) CHECK_FALSE(reports[0].containers->front().reason);
  }
}
