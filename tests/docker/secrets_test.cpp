// What is resolved at launch reaches the container, and nothing but it; what could not be resolved ends the task.

#include "tests/docker/bench.hpp"
#include "tests/support/catch.hpp"

using namespace drydock;
using namespace drydock::test;

namespace {

api::KeyValuePair variable(const std::string& name, const std::string& value) {
  api::KeyValuePair pair;
  pair.name = name;
  pair.value = value;
  return pair;
}

}  // namespace

TEST_CASE("A container reads the secrets it was given") {
  AgentBench bench;
  bench.start_agent();
  const std::string check = R"(test "$KEY" = 'p w"$x' && test "$PLAIN" = own && test -z "$OTHER")";
  auto main = container("main", {"sh", "-c", check});
  main.environment = {variable("PLAIN", "own")};
  auto task = bench.task({main});
  task.containers[0].secrets.environment = {{"KEY", R"(p w"$x)"}};
  bench.send(task);
  CHECK(entry(bench.await_report(task, "STOPPED"), "main").exitCode == 0);
}

TEST_CASE("A task whose resources could not be had ends with the reason, and no container was made") {
  AgentBench bench;
  bench.start_agent();
  auto task = bench.task({container("main", {"true"}), container("side", {"true"})});
  task.setup_error = "ResourceInitializationError: invalid parameters: /none";
  bench.send(task);
  const auto stopped = bench.await_report(task, "STOPPED");
  CHECK(stopped.reason == "ResourceInitializationError: invalid parameters: /none");
  CHECK_FALSE(entry(stopped, "main").exitCode);
  CHECK_FALSE(entry(stopped, "main").reason);
  CHECK(entry(stopped, "side").status == "STOPPED");
  CHECK(bench.containers().empty());
}
