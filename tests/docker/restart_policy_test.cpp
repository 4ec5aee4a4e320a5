#include "tests/docker/bench.hpp"
#include "tests/support/catch.hpp"

using namespace drydock;
using namespace drydock::test;

TEST_CASE("A restart policy starts the same container again, and nobody is told") {
  AgentBench bench;
  bench.start_agent();
  // Its third life ends with a code that the policy ignores.
  auto main = container("main", {"sh", "-c",
                                 "n=$(cat /count 2>/dev/null || echo 0); echo $((n + 1)) > /count; "
                                 "sleep 1.2; test $n -lt 2 && exit 3; exit 0"});
  api::ContainerRestartPolicy policy;
  policy.enabled = true;
  policy.ignoredExitCodes = {0};
  policy.restartAttemptPeriod = 1;
  main.restartPolicy = policy;
  const auto task = bench.task({main});
  bench.send(task);
  const auto stopped = bench.await_report(task, "STOPPED");
  CHECK(entry(stopped, "main").exitCode == 0);
  CHECK(bench.count_reports(task, "RUNNING") == 1);
  CHECK(bench.containers().size() == 1);
}

TEST_CASE("A container that is restarted again and again stops when asked") {
  AgentBench bench;
  bench.start_agent();
  auto main = container("main", {"sh", "-c", "sleep 1.1; exit 3"});
  api::ContainerRestartPolicy policy;
  policy.enabled = true;
  policy.restartAttemptPeriod = 1;
  main.restartPolicy = policy;
  main.stopTimeout = 2;
  const auto task = bench.task({main});
  bench.send(task);
  const auto id = entry(bench.await_report(task, "RUNNING"), "main").runtimeId.value_or("");
  const auto first = bench.engine(bench.client().inspect_container(id));
  REQUIRE(first);
  bench.until("the second life", [&] {
    const auto now = bench.engine(bench.client().inspect_container(id));
    return now && now->running && now->started_at != first->started_at;
  });
  bench.send(task, "STOPPED");
  bench.await_report(task, "STOPPED");
  CHECK(bench.count_reports(task, "STOPPED") == 1);
}
