// What an earlier life of the agent asked for and the engine carries out late: after the new life has listed all
// containers. With an engine that is late when the test says so.

#include "tests/docker/bench.hpp"
#include "tests/docker/fake_engine.hpp"
#include "tests/support/catch.hpp"

using namespace drydock;
using namespace drydock::test;

namespace {

struct LateBench {
  LateBench() : bench(engine.socket()) {}

  /// The create of the task's one container, as the earlier life asked for it.
  std::string begin_create(const instances::TaskPayload& task) {
    return engine.begin_create(docker::docker_name(task, "main"),
                               docker::container_labels(bench.owner(), task, "main"));
  }
  void start_agent() {
    bench.start_agent();
    bench.until("session", [&] { return !bench.told.sessions.empty(); });
  }
  void until_gone(const std::string& id) {
    bench.until("removal of the container", [&] { return engine.state(id).empty(); }, std::chrono::seconds(20));
  }
  /// Lets the agent do what it has to do.
  void wait(std::chrono::milliseconds duration) {
    const auto end = std::chrono::steady_clock::now() + duration;
    bench.until("nothing", [&] { return std::chrono::steady_clock::now() >= end; });
  }
  instances::TaskPayload task() { return bench.task({container("main", {"true"})}); }

  FakeEngine engine;
  AgentBench bench;
};

}  // namespace

TEST_CASE("A container whose create ends late is adopted by its task, not created or started a second time") {
  LateBench late;
  const auto task = late.task();
  const std::string id = late.begin_create(task);
  late.start_agent();
  late.bench.send(task);
  late.bench.agent().end_of_resync({task.task_arn});
  late.bench.until("a refused create", [&] { return late.engine.conflicts() > 0; });
  late.wait(std::chrono::milliseconds(500));
  CHECK(late.bench.count_reports(task, "STOPPED") == 0);
  late.engine.finish_create(id);
  CHECK(entry(late.bench.await_report(task, "RUNNING"), "main").runtimeId == id);
  CHECK(late.engine.starts(id) == 1);
  CHECK(late.bench.containers().size() == 1);
}

TEST_CASE("A container whose create ends late and that no task wants is removed") {
  LateBench late;
  const auto forgotten = late.task();
  const auto stopped = late.task();
  const std::string of_nobody = late.begin_create(forgotten);
  const std::string of_stopped = late.begin_create(stopped);
  late.start_agent();
  late.bench.send(stopped, "STOPPED");
  late.bench.agent().end_of_resync({stopped.task_arn});
  late.bench.await_report(stopped, "STOPPED");
  late.engine.finish_create(of_nobody);
  late.engine.finish_create(of_stopped);
  late.until_gone(of_nobody);
  late.until_gone(of_stopped);
}

TEST_CASE("A container that starts late, when its task was stopped already, is stopped and removed") {
  LateBench late;
  const auto task = late.task();
  const std::string id = late.begin_create(task);
  late.engine.finish_create(id);
  late.start_agent();
  late.bench.send(task, "STOPPED");
  late.bench.agent().end_of_resync({task.task_arn});
  late.bench.await_report(task, "STOPPED");
  late.wait(std::chrono::milliseconds(300));
  CHECK(late.engine.state(id) == "created");
  late.engine.finish_start(id);
  late.until_gone(id);
}

TEST_CASE("A container that appears before the control plane has named its tasks waits for its task") {
  LateBench late;
  const auto wanted = late.task();
  const auto forgotten = late.task();
  const std::string id = late.begin_create(wanted);
  const std::string of_nobody = late.begin_create(forgotten);
  late.start_agent();
  late.engine.finish_create(id);
  late.engine.finish_start(id);
  late.engine.finish_create(of_nobody);
  late.wait(std::chrono::milliseconds(500));
  CHECK(late.engine.state(id) == "running");
  CHECK(late.engine.state(of_nobody) == "created");
  late.bench.send(wanted);
  late.bench.agent().end_of_resync({wanted.task_arn});
  CHECK(entry(late.bench.await_report(wanted, "RUNNING"), "main").runtimeId == id);
  CHECK(late.engine.starts(id) == 1);
  late.until_gone(of_nobody);
  CHECK(late.engine.state(id) == "running");
}

TEST_CASE("A deregistered instance registers as a new one when it is told to, and gives up what it ran") {
  LateBench late;
  late.start_agent();
  const auto task = late.task();
  late.bench.send(task);
  const std::string id = *entry(late.bench.await_report(task, "RUNNING"), "main").runtimeId;
  CHECK(late.bench.told.registrations.size() == 1);
  late.bench.agent().register_again();
  late.bench.until("second session", [&] { return late.bench.told.sessions.size() == 2; });
  REQUIRE(late.bench.told.registrations.size() == 2);
  CHECK(late.bench.told.registrations.back().containerInstanceArn.value_or("").empty());
  CHECK(late.bench.told.sessions == std::vector<bool>{true, true});
  late.bench.agent().end_of_resync({});
  late.until_gone(id);
  CHECK(late.bench.count_reports(task, "STOPPED") == 0);
}

TEST_CASE("What the agent creates and starts itself is left alone") {
  LateBench late;
  late.start_agent();
  late.bench.agent().end_of_resync({});
  const auto task = late.task();
  late.bench.send(task);
  const std::string id = *entry(late.bench.await_report(task, "RUNNING"), "main").runtimeId;
  late.wait(std::chrono::milliseconds(500));
  CHECK(late.engine.state(id) == "running");
  CHECK(late.engine.starts(id) == 1);
  CHECK(late.engine.conflicts() == 0);
}
