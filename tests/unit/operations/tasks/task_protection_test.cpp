// spec/operations.md, GetTaskProtection and UpdateTaskProtection; spec/services.md section 7.
#include "server/operations/tasks/task_protection.hpp"

#include <algorithm>

#include "model/arn.hpp"
#include "tests/unit/operations/services/service_fixture.hpp"

namespace drydock::test {
namespace {

using model::DeploymentTasks;

struct ProtectionWorld : ServiceWorld {
  explicit ProtectionWorld(int desired = 4, int minimum = 100, int maximum = 200) {
    add_instance("a");
    add_instance("b");
    create(
        with(web(), {{"desiredCount", desired},
                     {"deploymentConfiguration", {{"minimumHealthyPercent", minimum}, {"maximumPercent", maximum}}}}));
    run("web");
  }
  std::string arn(model::TaskId task) const { return model::arn_of(state, state.get(task)); }
  Json protect(const std::vector<model::TaskId>& tasks, const Json& more = Json::object()) {
    Json arns = Json::array();
    for (const model::TaskId task : tasks) arns.push_back(arn(task));
    return ok("UpdateTaskProtection",
              with({{"cluster", "default"}, {"tasks", arns}, {"protectionEnabled", true}}, more));
  }
  Json protection(const Json& tasks = Json::array()) {
    return ok("GetTaskProtection", {{"cluster", "default"}, {"tasks", tasks}});
  }
  std::vector<model::TaskId> healthy() const { return tasks("web", &DeploymentTasks::healthy); }
  bool runs(model::TaskId task) const {
    const auto all = healthy();
    return std::ranges::find(all, task) != all.end();
  }
  double epoch(std::chrono::minutes later) const {
    return static_cast<double>((clock.now() + later).time_since_epoch().count()) / 1000;
  }
  bool said(const std::string& text) {
    const auto messages = events("web");
    return std::ranges::find(messages, text) != messages.end();
  }
  /// What an expired protection does happens when its timer rings.
  void pass_time(std::chrono::minutes time) {
    clock.advance(time);
    run("web");
  }
};

TEST_CASE("protection is set, read, renewed and taken away", "[protection]") {
  ProtectionWorld world;
  const auto tasks = world.healthy();
  const Json unprotected = {{"taskArn", world.arn(tasks[0])}, {"protectionEnabled", false}};
  CHECK(world.protection({world.arn(tasks[0])})["protectedTasks"] == Json::array({unprotected}));
  Json answer = world.protect({tasks[0]});
  const Json first = answer["protectedTasks"][0];
  CHECK(answer["failures"] == Json::array());
  CHECK(first["taskArn"] == world.arn(tasks[0]));
  CHECK(first["protectionEnabled"] == true);
  CHECK(first["expirationDate"].get<double>() == world.epoch(std::chrono::minutes(120)));
  CHECK(world.protection({world.arn(tasks[0])})["protectedTasks"] == Json::array({first}));
  world.clock.advance(std::chrono::minutes(10));
  answer = world.protect({tasks[0]}, {{"expiresInMinutes", 5}});
  CHECK(answer["protectedTasks"][0]["expirationDate"].get<double>() == world.epoch(std::chrono::minutes(5)));
  world.protect({tasks[1]}, {{"expiresInMinutes", 2880}});
  CHECK(world.protection()["protectedTasks"].size() == 2);
  answer = world.protect({tasks[0]}, {{"protectionEnabled", false}});
  CHECK(answer["protectedTasks"] == Json::array({unprotected}));
  CHECK(world.protection()["protectedTasks"].size() == 1);
}

TEST_CASE("protection ends by itself", "[protection]") {
  ProtectionWorld world;
  const auto tasks = world.healthy();
  world.protect({tasks[0]}, {{"expiresInMinutes", 1}});
  world.clock.advance(std::chrono::seconds(59));
  CHECK(world.protection()["protectedTasks"].size() == 1);
  world.clock.advance(std::chrono::seconds(1));
  // It counts as over before the timer has been worked off, and is forgotten then.
  CHECK(world.protection()["protectedTasks"] == Json::array());
  CHECK(world.state.protected_tasks().size() == 1);
  world.settle();
  CHECK(world.state.protected_tasks().empty());
  CHECK(world.protection({world.arn(tasks[0])})["protectedTasks"][0]["protectionEnabled"] == false);
}

TEST_CASE("a protected task is kept when the queue is only told what changed", "[protection]") {
  ProtectionWorld world;
  const auto tasks = world.healthy();
  world.protect({tasks[0]}, {{"expiresInMinutes", 3}});
  scheduler::WorkQueue queue;
  const model::Touched touched{model::EntityKind::kTask, tasks[0].value};
  queue.touched(world.state, {&touched, 1});
  while (const auto key = queue.pop()) {
    world.edit([&](model::Transaction& tx) { scheduler::reconcile(tx, *key, world.pace, queue); });
  }
  CHECK(queue.next_timer() == world.clock.now() + std::chrono::minutes(3));
}

TEST_CASE("what cannot be protected is a failure", "[protection]") {
  ProtectionWorld world(1);
  const auto tasks = world.healthy();
  const std::string standalone = world.ok("RunTask", {{"taskDefinition", "web"}})["tasks"][0]["taskArn"];
  const std::string missing = world.TestWorld::arn("task/default/" + std::string(32, 'a'));
  const Json body = {{"cluster", "default"}, {"tasks", {standalone, missing}}};
  for (const Json& answer : {world.ok("GetTaskProtection", body),
                             world.ok("UpdateTaskProtection", with(body, {{"protectionEnabled", true}}))}) {
    CHECK(answer["protectedTasks"] == Json::array());
    REQUIRE(answer["failures"].size() == 2);
    CHECK(answer["failures"][0]["arn"] == standalone);
    CHECK(answer["failures"][0]["reason"] == "TASK_NOT_VALID");
    CHECK(answer["failures"][1] == Json({{"arn", missing}, {"reason", "MISSING"}}));
  }
  world.ok("StopTask", {{"task", world.arn(tasks[0])}});
  CHECK(world.protect(tasks)["failures"][0]["reason"] == "TASK_NOT_VALID");
}

TEST_CASE("requests for protection have limits", "[protection]") {
  ProtectionWorld world(1);
  const std::string task = world.arn(world.healthy()[0]);
  const Json body = {{"cluster", "default"}, {"tasks", {task}}, {"protectionEnabled", true}};
  for (const int minutes : {0, 2881, -1}) {
    CHECK(world.no("UpdateTaskProtection", with(body, {{"expiresInMinutes", minutes}}))
              .starts_with("InvalidParameterException: "));
  }
  CHECK(world.no("UpdateTaskProtection", with(body, {{"tasks", std::vector<std::string>(11, task)}}))
            .starts_with("InvalidParameterException: "));
  CHECK(world.no("GetTaskProtection", {{"cluster", "default"}, {"tasks", std::vector<std::string>(101, task)}})
            .starts_with("InvalidParameterException: "));
  CHECK(world.no("UpdateTaskProtection", with(body, {{"tasks", Json::array()}})) ==
        "InvalidParameterException: Tasks cannot be empty.");
  CHECK(world.no("UpdateTaskProtection", with(body, {{"tasks", {"short"}}})) ==
        "InvalidParameterException: taskId length should be one of [32,36]");
  for (const char* member : {"cluster", "protectionEnabled"}) {
    CHECK(world.no("UpdateTaskProtection", with(body, {{member, nullptr}})).starts_with("InvalidParameterException: "));
  }
  for (const char* operation : {"GetTaskProtection", "UpdateTaskProtection"}) {
    CHECK(world.no(operation, with(body, {{"cluster", "nowhere"}})) == "ClusterNotFoundException: Cluster not found.");
  }
}

TEST_CASE("a service scales in around its protected tasks", "[protection]") {
  ProtectionWorld world;
  const auto tasks = world.healthy();
  world.protect({tasks[0], tasks[1]});
  world.update({{"desiredCount", 2}});
  world.run("web");
  CHECK(world.healthy() == std::vector{tasks[0], tasks[1]});
  CHECK(world.events("web").back() == "has reached a steady state.");
}

TEST_CASE("a scale-in that protection blocks says so and goes on when it ends", "[protection]") {
  ProtectionWorld world;
  const auto tasks = world.healthy();
  world.protect(tasks, {{"expiresInMinutes", 30}});
  world.update({{"desiredCount", 1}});
  world.run("web");
  CHECK(world.healthy().size() == 4);
  const std::string id = world.service("web")["deployments"][0]["id"];
  const std::string text = "was unable to reach steady state because (taskSet " + id +
                           ") was unable to scale in due to (reason 3 tasks under protection)";
  CHECK(world.said(text));
  CHECK(world.state.explanations.services.at(world.service_id("web")).code == "TASK_PROTECTION");
  world.pass_time(std::chrono::minutes(29));
  CHECK(world.healthy().size() == 4);
  world.pass_time(std::chrono::minutes(1));
  CHECK(world.healthy().size() == 1);
  CHECK(world.events("web").back() == "has reached a steady state.");
  CHECK_FALSE(world.state.explanations.services.contains(world.service_id("web")));
}

TEST_CASE("a deployment leaves protected tasks alone until they are free", "[protection]") {
  ProtectionWorld world(3);
  const auto old = world.healthy();
  world.protect({old[1]});
  world.update({{"forceNewDeployment", true}});
  world.run("web");
  CHECK(world.runs(old[1]));
  CHECK_FALSE(world.runs(old[0]));
  CHECK(world.healthy().size() == 4);
  CHECK(world.service("web")["deployments"].size() == 2);
  CHECK(world.service("web")["deployments"][0]["rolloutState"] == "IN_PROGRESS");
  world.protect({old[1]}, {{"protectionEnabled", false}});
  world.run("web");
  CHECK_FALSE(world.runs(old[1]));
  CHECK(world.service("web")["deployments"][0]["rolloutState"] == "COMPLETED");
}

TEST_CASE("no protection is added while protected tasks block the service", "[protection]") {
  ProtectionWorld world(3);
  const auto tasks = world.healthy();
  world.protect({tasks[0], tasks[1]});
  world.update({{"desiredCount", 1}});
  world.run("web");
  CHECK(world.healthy().size() == 2);
  world.update({{"desiredCount", 3}});
  world.run("web");
  world.update({{"desiredCount", 1}});
  const auto fresh = world.healthy().back();
  const Json refused = world.protect({fresh})["failures"];
  REQUIRE(refused.size() == 1);
  CHECK(refused[0]["reason"] == "DEPLOYMENT_BLOCKED");
  CHECK(refused[0]["arn"] == world.arn(fresh));
  CHECK_FALSE(world.state.get(fresh).is_protected(world.clock.now()));
  // What is protected already may be renewed, and protection may always be taken away.
  CHECK(world.protect({tasks[0]})["failures"] == Json::array());
  CHECK(world.protect({tasks[0], fresh}, {{"protectionEnabled", false}})["failures"] == Json::array());
}

TEST_CASE("no protection is added while an old protected task is all a deployment waits for", "[protection]") {
  ProtectionWorld world(2);
  const auto old = world.healthy();
  world.protect({old[0]});
  world.update({{"forceNewDeployment", true}});
  world.run("web");
  auto fresh = world.healthy();
  std::erase(fresh, old[0]);
  REQUIRE(fresh.size() == 2);
  CHECK(world.protect({fresh[0]})["failures"][0]["reason"] == "DEPLOYMENT_BLOCKED");
}

TEST_CASE("StopTask and a failed health check do not care for protection", "[protection]") {
  ProtectionWorld world(1);
  const auto task = world.healthy()[0];
  world.protect({task});
  world.ok("StopTask", {{"task", world.arn(task)}});
  CHECK(world.state.get(task).stop_wanted);
  CHECK(world.protection()["protectedTasks"] == Json::array());
}

TEST_CASE("a draining instance keeps its protected task", "[protection]") {
  ProtectionWorld world(2);
  const auto tasks = world.healthy();
  world.protect({tasks[0]});
  const model::InstanceId instance = world.state.get(tasks[0]).instance;
  world.edit([&](model::Transaction& tx) {
    tx.update(instance, [](model::ContainerInstance& entity) { entity.status = model::InstanceStatus::kDraining; });
  });
  world.run("web");
  CHECK(world.runs(tasks[0]));
  world.pass_time(std::chrono::minutes(120));
  CHECK_FALSE(world.runs(tasks[0]));
  CHECK(world.healthy().size() == 2);
}

TEST_CASE("a DAEMON deployment leaves protected tasks alone", "[protection]") {
  ServiceWorld world;
  world.add_instance("a");
  world.add_instance("b");
  world.create(with(ServiceWorld::web(), {{"desiredCount", nullptr}, {"schedulingStrategy", "DAEMON"}}));
  world.run("web");
  const auto old = world.tasks("web", &DeploymentTasks::healthy);
  REQUIRE(old.size() == 2);
  world.ok("UpdateTaskProtection", {{"cluster", "default"},
                                    {"tasks", {model::arn_of(world.state, world.state.get(old[0]))}},
                                    {"protectionEnabled", true}});
  world.update({{"forceNewDeployment", true}});
  world.run("web");
  auto now = world.tasks("web", &DeploymentTasks::healthy);
  CHECK(now.size() == 2);
  CHECK(std::ranges::find(now, old[0]) != now.end());
  CHECK(std::ranges::find(now, old[1]) == now.end());
  world.clock.advance(std::chrono::minutes(120));
  world.run("web");
  now = world.tasks("web", &DeploymentTasks::healthy);
  CHECK(now.size() == 2);
  CHECK(std::ranges::find(now, old[0]) == now.end());
}

TEST_CASE("protection is all or nothing and survives a restart", "[protection]") {
  ProtectionWorld world(2);
  api::UpdateTaskProtectionRequest request;
  request.cluster = "default";
  request.tasks.emplace();
  for (const model::TaskId task : world.healthy()) request.tasks->push_back(world.arn(task));
  request.protectionEnabled = true;
  CHECK(check_atomic(world, operations::update_task_protection, request) == 2);
}

}  // namespace
}  // namespace drydock::test
