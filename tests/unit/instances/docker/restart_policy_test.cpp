// spec/task-metadata.md section 15: which ends of a container are followed by a restart.

#include "instances/docker/task.hpp"
#include "instances/docker/task_report.hpp"
#include "instances/docker/timestamps.hpp"
#include "tests/support/catch.hpp"

using namespace drydock;
using namespace drydock::instances;
using namespace drydock::instances::docker;

namespace {

const TimePoint kStart = *parse_rfc3339("2026-11-22T16:10:53.832944391Z");

Task make(bool enabled, std::optional<int> period = std::nullopt) {
  api::ContainerDefinition definition;
  definition.name = "main";
  api::ContainerRestartPolicy policy;
  policy.enabled = enabled;
  policy.ignoredExitCodes = {0, 7};
  policy.restartAttemptPeriod = period;
  definition.restartPolicy = policy;
  TaskPayload payload;
  payload.task_arn = "arn:task/1";
  payload.desired_status = "RUNNING";
  ContainerPayload container;
  container.definition = std::make_shared<const api::ContainerDefinition>(std::move(definition));
  payload.containers.push_back(std::move(container));
  return make_task(payload);
}

ContainerInfo info(TimePoint start, std::optional<int> ran_for_seconds, int code = 0) {
  ContainerInfo out;
  out.id = "id";
  out.running = !ran_for_seconds;
  out.started_at = start;
  out.exit_code = code;
  if (ran_for_seconds) out.finished_at = start + std::chrono::seconds(*ran_for_seconds);
  return out;
}

}  // namespace

TEST_CASE("A container is started again when it ran long enough and its exit code is not ignored", "[restart]") {
  struct Row {
    bool enabled;
    std::optional<int> period;
    int ran;
    int code;
    bool again;
  };
  const auto row =
      GENERATE(Row{true, 60, 60, 1, true}, Row{true, 60, 59, 1, false}, Row{true, std::nullopt, 61, 1, true},
               Row{true, std::nullopt, 59, 1, false}, Row{true, 60, 600, 0, false}, Row{true, 60, 600, 7, false},
               Row{true, 60, 600, 137, true}, Row{false, 60, 600, 1, false});
  Task task = make(row.enabled, row.period);
  TaskContainer& container = task.containers[0];
  observe(task, container, info(kStart, std::nullopt));
  REQUIRE(take_reports(task, "c").size() == 1);
  observe(task, container, info(kStart, row.ran, row.code));
  CHECK(container.restart_due == row.again);
  CHECK((container.stage == Stage::kRunning) == row.again);
  CHECK(take_reports(task, "c").empty() == row.again);
}

TEST_CASE("An end that was not seen, or that was asked for, is final", "[restart]") {
  Task adopted = make(true);
  observe(adopted, adopted.containers[0], info(kStart, 600, 1));
  CHECK(adopted.containers[0].stage == Stage::kStopped);
  Task stopped = make(true);
  observe(stopped, stopped.containers[0], info(kStart, std::nullopt));
  stopped.stop_wanted = true;
  observe(stopped, stopped.containers[0], info(kStart, 600, 1));
  CHECK(stopped.containers[0].stage == Stage::kStopped);
  CHECK(stopped.containers[0].exit_code == 1);
}

TEST_CASE("An end that is told again after the restart counts once", "[restart]") {
  Task task = make(true);
  TaskContainer& container = task.containers[0];
  observe(task, container, info(kStart, std::nullopt));
  observe(task, container, info(kStart, 600, 1));
  REQUIRE(container.restart_due);
  container.restart_due = false;
  container.restarted_run = container.started_at;
  observe(task, container, info(kStart, 600, 1));
  CHECK_FALSE(container.restart_due);
  const TimePoint again = kStart + std::chrono::seconds(601);
  observe(task, container, info(again, std::nullopt));
  CHECK(container.started_at == again);
  observe(task, container, info(again, 5, 1));
  CHECK(container.stage == Stage::kStopped);
}
