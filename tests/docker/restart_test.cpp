// Restarts: of Drydock while containers live on, and of the engine under the agent.

#include "tests/docker/bench.hpp"
#include "tests/docker/own_engine.hpp"
#include "tests/support/catch.hpp"

using namespace drydock;
using namespace drydock::test;

namespace {

const std::vector<std::string> kForever = {"sh", "-c", "trap 'exit 0' TERM; while :; do sleep 1 & wait; done"};

}  // namespace

TEST_CASE("After a restart running containers are adopted, and exits meanwhile are told with their codes") {
  AgentBench bench;
  bench.start_agent();
  const auto stays = bench.task({container("main", kForever)});
  const auto dies = bench.task({container("main", kForever)});
  const auto gone = bench.task({container("main", kForever)});
  for (const auto* task : {&stays, &dies, &gone}) bench.send(*task);
  const std::string stays_id = *entry(bench.await_report(stays, "RUNNING"), "main").runtimeId;
  const std::string dies_id = *entry(bench.await_report(dies, "RUNNING"), "main").runtimeId;
  const std::string gone_id = *entry(bench.await_report(gone, "RUNNING"), "main").runtimeId;

  bench.drop_agent();
  REQUIRE(bench.engine(bench.client().kill_container(dies_id)));
  REQUIRE(bench.engine(bench.client().remove_container(gone_id, true, true)));
  bench.told = {};
  bench.start_agent();
  bench.agent().already_started({stays.task_arn, dies.task_arn, gone.task_arn});
  for (const auto* task : {&stays, &dies, &gone}) bench.send(*task);
  bench.agent().end_of_resync({stays.task_arn, dies.task_arn, gone.task_arn});

  CHECK(*entry(bench.await_report(stays, "RUNNING"), "main").runtimeId == stays_id);
  const auto dead = entry(bench.await_report(dies, "STOPPED"), "main");
  CHECK(dead.exitCode == 137);
  CHECK(dead.runtimeId == dies_id);
  const auto lost = entry(bench.await_report(gone, "STOPPED"), "main");
  CHECK_THAT(lost.reason.value_or(""), StartsWith("ContainerVanishedError: "));
  CHECK(bench.containers().size() == 2);
  CHECK(bench.count_reports(stays, "STOPPED") == 0);
}

TEST_CASE("Containers that no task asks for after a restart are stopped and removed") {
  AgentBench bench;
  bench.start_agent();
  const auto orphan = bench.task({container("main", kForever)});
  const auto kept = bench.task({container("main", kForever)});
  bench.send(orphan);
  bench.send(kept);
  bench.await_report(orphan, "RUNNING");
  const std::string kept_id = *entry(bench.await_report(kept, "RUNNING"), "main").runtimeId;

  bench.start_agent();
  bench.send(kept);
  bench.agent().end_of_resync({kept.task_arn});
  bench.until("removal of the orphan", [&] { return bench.containers().size() == 1; });
  CHECK(bench.containers().at(0).id == kept_id);
}

TEST_CASE("A task that the control plane forgot is removed without a report, also when the agent closes") {
  AgentBench bench;
  bench.start_agent();
  const auto task = bench.task({container("main", kForever)});
  bench.send(task);
  bench.await_report(task, "RUNNING");
  bench.agent().end_of_resync({});
  bench.agent().close(instances::CloseReason::kDeregistered);
  bench.until("removal", [&] { return bench.containers().empty(); });
  CHECK(bench.count_reports(task, "STOPPED") == 0);
}

TEST_CASE("A task that was being created when Drydock died is finished, not begun again") {
  AgentBench bench;
  bench.start_agent();
  const auto task = bench.task({container("first", kForever), container("second", kForever)});
  // As if the agent had died after creating the first container and before starting it.
  docker::SpecContext context;
  context.owner = bench.owner();
  const auto spec = docker::container_spec(context, task, task.containers.at(0));
  REQUIRE(spec);
  const auto created = bench.engine(bench.client().create_container(docker::docker_name(task, "first"), *spec));
  REQUIRE(created);
  bench.start_agent();
  bench.send(task);
  const auto running = bench.await_report(task, "RUNNING");
  CHECK(entry(running, "first").runtimeId == *created);
  CHECK(bench.containers().size() == 2);
}

TEST_CASE("A name that our own container holds already leads to its adoption") {
  AgentBench bench;
  bench.start_agent();
  bench.until("session", [&] { return !bench.told.sessions.empty(); });
  const auto task = bench.task({container("main", kForever)});
  docker::SpecContext context;
  context.owner = bench.owner();
  const auto spec = docker::container_spec(context, task, task.containers.at(0));
  REQUIRE(spec);
  const auto created = bench.engine(bench.client().create_container(docker::docker_name(task, "main"), *spec));
  REQUIRE(created);
  bench.send(task);
  CHECK(entry(bench.await_report(task, "RUNNING"), "main").runtimeId == *created);
}

TEST_CASE("When the engine goes and comes back the session follows and nothing is started twice") {
  OwnEngine engine;
  engine.start();
  AgentBench bench(engine.socket());
  engine.load_test_image();
  bench.start_agent();
  auto idle = container("main", kForever);
  auto task = bench.task({idle});
  task.network_mode = "none";
  bench.send(task);
  const std::string id = *entry(bench.await_report(task, "RUNNING"), "main").runtimeId;
  REQUIRE(bench.told.sessions == std::vector<bool>{true});

  engine.kill();
  bench.until("session closed", [&] { return bench.told.sessions.size() == 2; });
  CHECK(bench.told.sessions.back() == false);
  CHECK(bench.count_reports(task, "STOPPED") == 0);

  engine.start();
  bench.until("session open again", [&] { return bench.told.sessions.size() == 3; });
  CHECK(bench.told.sessions.back() == true);
  // An engine that was killed ends the containers of its earlier life when it starts.
  const auto stopped = bench.await_report(task, "STOPPED");
  CHECK(entry(stopped, "main").runtimeId == id);
  CHECK(entry(stopped, "main").exitCode.has_value());

  auto next = bench.task({idle});
  next.network_mode = "none";
  bench.send(next);
  bench.await_report(next, "RUNNING");
  CHECK(bench.containers().size() == 2);
}
