// spec/operations.md, ExecuteCommand; spec/execute-command.md section 1.
#include "model/arn.hpp"
#include "server/operations/container_instances/instance_session.hpp"
#include "server/operations/registry.hpp"
#include "server/operations/sessions/session_desk.hpp"
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

/// The same with sessions at hand.
struct SessionWorld : ExecWorld {
  SessionWorld() {
    desk.count = [this](model::TaskId, std::string_view) { return open; };
    desk.open = [this](operations::SessionWanted asked, std::string_view at) {
      wanted.push_back(std::move(asked));
      return operations::SessionTicket{"s-1", "ws://" + std::string(at), "secret"};
    };
    desk.resume = [](model::WorldId, std::string_view session,
                     std::string_view) -> std::optional<operations::SessionTicket> {
      if (session != "s-1") return std::nullopt;
      return operations::SessionTicket{"s-1", "ws://again", "other"};
    };
    desk.terminate = [this](model::WorldId, std::string_view session) {
      terminated.emplace_back(session);
      return true;
    };
  }

  /// The answer, or {"refused": "Code: message"}.
  Json call(operations::Service service, const std::string& name, const Json& body) {
    const operations::Operation* operation = operations::find(service, name);
    REQUIRE(operation != nullptr);
    const auto refused = [](const api::ApiError& error) {
      return Json{{"refused", error.code + ": " + error.message}};
    };
    auto prepared = operation->prepare(*operation->info, body.dump());
    if (!prepared) return refused(prepared.error());
    model::Transaction tx(state, clock.now(), random);
    operations::Context context{tx, id, settings};
    context.host = host;
    context.sessions = &desk;
    const auto result = (*prepared)(context);
    if (!result) return refused(result.error());
    return Json::parse(*result);
  }
  Json execute(const Json& body) { return call(operations::Service::kEcs, "ExecuteCommand", body); }

  /// A task whose containers run.
  std::string running(const std::string& family, bool enabled = true) {
    const std::string arn = task(family, enabled);
    const model::Task& entity = found(arn);
    report(entity.id, model::TaskStatus::kRunning);
    edit([&](model::Transaction& tx) {
      tx.update(entity.id, [](model::Task& one) { one.containers[0].runtime_id = "runtime1"; });
    });
    return arn;
  }
  const model::Task& found(const std::string& arn) {
    return *state.task_with(*model::parse_uuid(arn.substr(arn.rfind('/') + 1)));
  }

  operations::SessionDesk desk;
  std::string host = "localhost:4566";
  std::size_t open = 0;
  std::vector<operations::SessionWanted> wanted;
  std::vector<std::string> terminated;
};

TEST_CASE("A command in a running container gets a session", "[exec]") {
  SessionWorld world;
  const std::string task = world.running("pair");
  const Json answer = world.execute(with(ExecWorld::command(task), {{"container", "app"}}));
  CHECK(answer["taskArn"] == task);
  CHECK(answer["clusterArn"] == world.arn("cluster/default"));
  CHECK(answer["containerName"] == "app");
  const Json shown = world.ok("DescribeTasks", {{"tasks", {task}}})["tasks"][0];
  CHECK(answer["containerArn"] == shown["containers"][0]["containerArn"]);
  CHECK(answer["interactive"] == true);
  CHECK(answer["session"] ==
        Json({{"sessionId", "s-1"}, {"streamUrl", "ws://localhost:4566"}, {"tokenValue", "secret"}}));
  // HTTP/1.0 may come without Host.
  world.host.clear();
  const Json nameless = world.execute(with(ExecWorld::command(task), {{"container", "app"}}));
  CHECK(nameless["session"]["streamUrl"] == "ws://127.0.0.1:4566");
  CHECK(world.wanted[0].id_prefix == "ecs-execute-command");
  CHECK(world.wanted[0].command == "/bin/sh");
  CHECK(world.wanted[0].task_arn == task);
  CHECK(world.wanted[0].container_name == "app");
  CHECK(world.wanted[0].target == "ecs:default_" + task.substr(task.rfind('/') + 1) + "_runtime1");
}

TEST_CASE("managedAgents follow their containers", "[exec]") {
  SessionWorld world;
  const auto agents = [&](const std::string& task) {
    return world.ok("DescribeTasks", {{"tasks", {task}}})["tasks"][0]["containers"][0]["managedAgents"];
  };
  const std::string task = world.task("web", true);
  CHECK(agents(task) == Json::parse(R"([{"name": "ExecuteCommandAgent", "lastStatus": "PENDING"}])"));
  world.report(world.found(task).id, model::TaskStatus::kRunning);
  CHECK(agents(task)[0]["lastStatus"] == "RUNNING");
  CHECK(agents(task)[0]["lastStartedAt"].is_number());
  world.report(world.found(task).id, model::TaskStatus::kStopped, 0);
  CHECK(agents(task) == Json::parse(R"([{"name": "ExecuteCommandAgent", "lastStatus": "STOPPED"}])"));
  CHECK(agents(world.task("web", false)).is_null());
}

TEST_CASE("A task that stops, and an instance that is away, open no session", "[exec]") {
  SessionWorld world;
  const std::string task = world.running("web");
  const Json body = ExecWorld::command(task);
  const auto connect = [&](bool connected) {
    world.edit(
        [&](model::Transaction& tx) { operations::set_agent_connected(tx, world.found(task).instance, connected); });
  };
  connect(false);
  CHECK(world.execute(body)["refused"] ==
        "TargetNotConnectedException: The execute command failed due to an internal error. Try again later.");
  connect(true);
  world.open = 1000;
  CHECK(world.execute(body)["refused"] == "ClientException: A container can have at most 1000 ECS Exec sessions.");
  world.open = 999;
  CHECK(world.execute(body).contains("session"));
  world.ok("StopTask", {{"task", task}});
  CHECK(world.execute(body)["refused"] == kNotRunning);
}

TEST_CASE("Systems Manager starts sessions in containers by their runtime ids", "[exec]") {
  SessionWorld world;
  const std::string task = world.running("web");
  const std::string target = "ecs:default_" + task.substr(task.rfind('/') + 1) + "_runtime1";
  const auto start = [&](const Json& body) { return world.call(operations::Service::kSsm, "StartSession", body); };
  CHECK(start({{"Target", target}}) ==
        Json({{"SessionId", "s-1"}, {"StreamUrl", "ws://localhost:4566"}, {"TokenValue", "secret"}}));
  CHECK(world.wanted.back().command.empty());
  start({{"Target", target},
         {"DocumentName", "AWS-StartInteractiveCommand"},
         {"Parameters", {{"command", {"top -d 1"}}}}});
  CHECK(world.wanted.back().command == "top -d 1");
  const Json port = {{"Target", target}, {"DocumentName", "AWS-StartPortForwardingSession"}};
  start(with(port, {{"Parameters", {{"portNumber", {"8080"}}, {"localPortNumber", {"18301"}}}}}));
  CHECK(world.wanted.back().kind == operations::SessionWanted::Kind::kPort);
  CHECK(world.wanted.back().port == "8080");
  CHECK(world.wanted.back().local_port == "18301");
  start(port);
  CHECK(world.wanted.back().port == "80");
  CHECK(world.wanted.back().local_port == "0");
  const Json remote = with(port, {{"DocumentName", "AWS-StartPortForwardingSessionToRemoteHost"}});
  start(with(remote, {{"Parameters", {{"host", {"db.internal"}}, {"portNumber", {"5432"}}}}}));
  CHECK(world.wanted.back().host == "db.internal");

  const auto refused = [&](const Json& body) { return start(body)["refused"].get<std::string>(); };
  CHECK(refused(remote) == "InvalidParameters: The parameter host is missing.");
  for (const char* bad : {"0", "65536", "x", "80x", "-1"}) {
    CHECK(refused(with(port, {{"Parameters", {{"portNumber", {bad}}}}})) ==
          "InvalidParameters: The parameter portNumber is not a port.");
  }
  CHECK(refused({{"Target", target}, {"DocumentName", "AWS-Nothing"}}) ==
        "InvalidDocument: Document with name AWS-Nothing does not exist.");
  for (const std::string& bad :
       {std::string("i-0123456789abcdef0"), std::string("ecs:"), std::string("ecs:a_b"), target + "x",
        "ecs:other" + target.substr(11), "ecs:default_" + std::string(32, 'a') + "_runtime1",
        target.substr(0, target.rfind('_') + 1)}) {
    CHECK(refused({{"Target", bad}}) == "TargetNotConnected: " + bad + " is not connected.");
  }
  CHECK(refused(Json::object()).starts_with("ValidationException: "));
}

TEST_CASE("Sessions are resumed and ended by their ids", "[exec]") {
  SessionWorld world;
  const auto ssm = [&](const char* operation, const char* session) {
    return world.call(operations::Service::kSsm, operation, {{"SessionId", session}});
  };
  CHECK(ssm("ResumeSession", "s-1") ==
        Json({{"SessionId", "s-1"}, {"StreamUrl", "ws://again"}, {"TokenValue", "other"}}));
  CHECK(ssm("ResumeSession", "s-2") == Json({{"SessionId", "s-2"}}));
  CHECK(ssm("TerminateSession", "s-1") == Json({{"SessionId", "s-1"}}));
  CHECK(world.terminated == std::vector<std::string>{"s-1"});
}

}  // namespace
}  // namespace drydock::test
