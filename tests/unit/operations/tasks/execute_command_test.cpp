// spec/operations.md, ExecuteCommand; spec/execute-command.md section 1.
#include "model/arn.hpp"
#include "tests/unit/operations/services/service_fixture.hpp"

namespace drydock::test {
namespace {

const std::string kBad = "InvalidParameterException: ";
const std::string kNotRunning =
    kBad +
    "The execute command failed because execute command was not enabled when the task was run or the execute command "
    "agent isn’t running. Wait and try again or run a new task with execute command enabled and try again.";

struct ExecWorld : ServiceWorld {
  ExecWorld() {
    add_instance("a");
    Json pair = definition("pair");
    pair["containerDefinitions"].push_back({{"name", "sidecar"}, {"image", "busybox"}, {"memory", 64}});
    ok("RegisterTaskDefinition", pair);
  }
  std::string task(const std::string& family, bool enabled) {
    return ok(
        "RunTask",
        {{"taskDefinition", family}, {"launchType", "EC2"}, {"enableExecuteCommand", enabled}})["tasks"][0]["taskArn"];
  }
  static Json command(const std::string& task) {
    return {{"task", task}, {"command", "/bin/sh"}, {"interactive", true}};
  }
};

TEST_CASE("a command needs a task that was run with execute command enabled and whose agent runs", "[exec]") {
  ExecWorld world;
  CHECK(world.no("ExecuteCommand", ExecWorld::command(world.task("web", false))) == kNotRunning);
  const std::string enabled = world.task("web", true);
  CHECK(world.no("ExecuteCommand", ExecWorld::command(enabled)) == kNotRunning);
  CHECK(world.no("ExecuteCommand", with(ExecWorld::command(enabled), {{"container", "app"}})) == kNotRunning);
  world.ok("StopTask", {{"task", enabled}});
  CHECK(world.no("ExecuteCommand", ExecWorld::command(enabled)) == kNotRunning);
}

TEST_CASE("the parameters of a command are checked", "[exec]") {
  ExecWorld world;
  const std::string task = world.task("web", true);
  const Json body = ExecWorld::command(task);
  CHECK(world.no("ExecuteCommand", with(body, {{"interactive", false}})) ==
        kBad + "Interactive is the only mode supported currently.");
  for (const char* member : {"task", "command", "interactive"}) {
    CHECK(world.no("ExecuteCommand", with(body, {{member, nullptr}})).starts_with(kBad));
  }
  CHECK(world.no("ExecuteCommand", with(body, {{"task", "short"}})) == kBad + "task length should be one of [32,36]");
  CHECK(world.no("ExecuteCommand", with(body, {{"task", std::string(32, 'a')}})) ==
        kBad + "The referenced task was not found.");
  CHECK(world.no("ExecuteCommand", with(body, {{"cluster", "nowhere"}})) ==
        "ClusterNotFoundException: Cluster not found.");
  CHECK(world.no("ExecuteCommand", with(body, {{"container", "other"}})) ==
        kBad + "The container other does not exist in the task definition.");
}

TEST_CASE("with several containers the command says which", "[exec]") {
  ExecWorld world;
  const std::string task = world.task("pair", true);
  const std::string refusal = world.no("ExecuteCommand", ExecWorld::command(task));
  CHECK(refusal.starts_with(kBad));
  CHECK(refusal.find("[app, sidecar]") != std::string::npos);
  CHECK(world.no("ExecuteCommand", with(ExecWorld::command(task), {{"container", "sidecar"}})) == kNotRunning);
}

}  // namespace
}  // namespace drydock::test
