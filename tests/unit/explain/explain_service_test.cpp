// Why services, their deployments and their tasks are as they are.
#include "tests/unit/explain/explain_fixture.hpp"
#include "tests/unit/operations/service_deployments/lifecycle_fixture.hpp"

namespace drydock::test {
namespace {

using Codes = std::vector<std::string>;
using model::DeploymentTasks;
using model::TaskStatus;

struct ExplainWorld : ServiceWorld {
  std::string task_arn(model::TaskId task) const { return model::arn_of(state, state.get(task)); }
  std::string web_arn() const { return model::arn_of(state, state.get(service_id("web"))); }
  std::string deployment_arn() const { return model::arn_of(state, state.get(state.get(service_id("web")).deploying)); }
  void deploy(int desired = 1, const Json& more = Json::object()) {
    create(with(with(web(), {{"desiredCount", desired}}), more));
    settle();
  }
  void checked() {
    Json body = definition("web");
    body["containerDefinitions"][0]["healthCheck"] = {{"command", {"CMD", "true"}}};
    ok("RegisterTaskDefinition", body);
  }
  model::TaskId only() const {
    for (const auto group : {&DeploymentTasks::starting, &DeploymentTasks::healthy, &DeploymentTasks::evaluating,
                             &DeploymentTasks::unhealthy, &DeploymentTasks::stopping}) {
      const auto found = tasks("web", group);
      if (!found.empty()) return found.front();
    }
    FAIL("no task");
    return {};
  }
};

TEST_CASE("an ARN that names nothing has no explanation", "[explain]") {
  ExplainWorld world;
  for (const char* arn :
       {"", "arn:aws:ecs:eu-west-1:123456789012:service/default/web",
        "arn:aws:ecs:eu-west-1:123456789012:task/default/x", "arn:aws:ecs:eu-west-1:123456789012:cluster/other",
        "arn:aws:ecs:us-east-1:123456789012:cluster/default",
        "arn:aws:ecs:eu-west-1:123456789012:task-set/default/web/ecs-svc/1",
        "arn:aws:ecs:eu-west-1:123456789012:capacity-provider/none", "arn:aws:ecs:eu-west-1:123456789012:bread/a"}) {
    CAPTURE(arn);
    CHECK(explained(world, arn).is_null());
  }
}

TEST_CASE("each instance is named with the rule that refused", "[explain]") {
  ExplainWorld world;
  const model::InstanceId small = world.add_instance("a", 4096, 32);
  const model::InstanceId gone = world.add_instance("b");
  const model::InstanceId leaving = world.add_instance("c");
  world.edit([&](model::Transaction& tx) {
    tx.update(gone, [](model::ContainerInstance& one) { one.agent_connected = false; });
    tx.update(leaving, [](model::ContainerInstance& one) { one.status = model::InstanceStatus::kDraining; });
  });
  world.deploy();
  const Json why = explained(world, world.web_arn());
  CHECK(why["type"] == "service");
  CHECK(why["status"] == "ACTIVE");
  CHECK(why["code"] == "PLACEMENT");
  CHECK(why["reasons"][0]["code"] == "PLACEMENT");
  std::map<std::string, std::string> refusals;
  for (const Json& one : why["refusals"]) refusals[one["containerInstanceArn"]] = one["reason"];
  const auto named = [&](model::InstanceId id) { return model::arn_of(world.state, world.state.get(id)); };
  CHECK(refusals == std::map<std::string, std::string>{
                        {named(small), "RESOURCE:MEMORY"}, {named(gone), "AGENT"}, {named(leaving), "DRAINING"}});
  SECTION("and says so itself") {
    CHECK(codes(world, named(small)) == Codes{"RESOURCE:MEMORY"});
    CHECK(explained(world, named(small))["message"] == "It refused service web.");
    CHECK(codes(world, named(gone)) == Codes{"AGENT", "AGENT"});
    CHECK(codes(world, named(leaving)) == Codes{"DRAINING", "DRAINING"});
  }
  SECTION("and the cluster shows whom it holds back") {
    const Json cluster = explained(world, "arn:aws:ecs:eu-west-1:123456789012:cluster/default");
    CHECK(cluster["code"] == "PLACEMENT");
    CHECK(cluster["message"].get<std::string>().starts_with("Service web: was unable to place a task"));
  }
  SECTION("and its deployment, too") { CHECK(has(codes(world, world.deployment_arn()), "PLACEMENT")); }
}

TEST_CASE("what a task that starts waits for", "[explain]") {
  ExplainWorld world;
  const model::InstanceId instance = world.add_instance("a");
  world.deploy();
  const model::TaskId task = world.only();
  CHECK(codes(world, world.task_arn(task)) == Codes{"STARTING_CONTAINERS"});
  CHECK(explained(world, world.task_arn(task))["status"] == "PENDING");
  CHECK(has(codes(world, world.web_arn()), "TASKS_STARTING"));
  world.edit([&](model::Transaction& tx) {
    tx.update(task, [&](model::Task& one) { one.pull_started_at = world.clock.now(); });
  });
  CHECK(codes(world, world.task_arn(task)) == Codes{"PULLING_IMAGES"});
  world.edit([&](model::Transaction& tx) {
    tx.update(instance, [](model::ContainerInstance& one) { one.agent_connected = false; });
  });
  CHECK(codes(world, world.task_arn(task)) == Codes{"AGENT"});
}

TEST_CASE("a task says which of its containers wait for which", "[explain]") {
  ExplainWorld world;
  const model::InstanceId instance = world.add_instance("a");
  world.edit([&](model::Transaction& tx) {
    tx.update(instance, [](model::ContainerInstance& one) {
      auto attributes = std::make_shared<std::vector<api::Attribute>>(*one.attributes);
      attributes->emplace_back().name = "ecs.capability.container-ordering";
      std::ranges::sort(*attributes, {}, &api::Attribute::name);
      one.attributes = std::move(attributes);
    });
  });
  Json body = ServiceWorld::definition("web");
  Json second = body["containerDefinitions"][0];
  second["name"] = "proxy";
  second["portMappings"] = Json::array();
  second["dependsOn"] = {{{"containerName", "app"}, {"condition", "START"}}};
  body["containerDefinitions"].push_back(second);
  world.ok("RegisterTaskDefinition", body);
  world.deploy();
  CHECK(explained(world, world.task_arn(world.only()))["message"].get<std::string>().ends_with(
      "Container proxy starts once app is START."));
}

TEST_CASE("why a task stopped", "[explain]") {
  ExplainWorld world;
  world.add_instance("a");
  world.deploy();
  const model::TaskId task = world.only();
  SECTION("its container failed") {
    world.report(task, TaskStatus::kStopped, std::nullopt, "CannotPullContainerError: no such image");
    const Json why = explained(world, world.task_arn(task));
    CHECK(why["status"] == "STOPPED");
    CHECK(codes_in(why["reasons"]) == Codes{"TaskFailedToStart", "CONTAINER"});
    CHECK(why["reasons"][1]["message"] == "Container app: CannotPullContainerError: no such image");
  }
  SECTION("its container exited") {
    world.report(task, TaskStatus::kRunning);
    world.report(task, TaskStatus::kStopped, 137);
    const Json why = explained(world, world.task_arn(task));
    CHECK(why["code"] == "EssentialContainerExited");
    CHECK(why["reasons"][1]["message"] == "Container app exited with 137");
  }
  SECTION("a user stops it") {
    world.report(task, TaskStatus::kRunning);
    world.ok("StopTask", {{"task", world.task_arn(task)}, {"reason", "enough"}});
    CHECK(codes(world, world.task_arn(task)) == Codes{"UserInitiated", "STOPPING"});
    CHECK(explained(world, world.task_arn(task))["message"] == "enough");
  }
}

TEST_CASE("a deployment waits for health and for grace", "[explain]") {
  ExplainWorld world;
  world.add_instance("a");
  world.checked();
  world.deploy(1, {{"healthCheckGracePeriodSeconds", 60}});
  const model::TaskId task = world.only();
  world.report(task, TaskStatus::kRunning);
  world.settle();
  CHECK(has(codes(world, world.deployment_arn()), "HEALTH_CHECKS"));
  world.edit([&](model::Transaction& tx) { model::apply_health(tx, task, "app", model::Health::kUnhealthy); });
  world.settle();
  CHECK(has(codes(world, world.web_arn()), "GRACE_PERIOD"));
  CHECK(has(codes(world, world.task_arn(task)), "UNHEALTHY"));
  world.edit([&](model::Transaction& tx) { model::apply_health(tx, task, "app", model::Health::kHealthy); });
  world.settle();
  CHECK(codes(world, world.web_arn()).empty());
  CHECK(explained(world, world.web_arn())["code"] == "NOTHING");
}

TEST_CASE("a deployment waits for its bounds, for older tasks and for their protection", "[explain]") {
  ExplainWorld world;
  world.add_instance("a");
  world.deploy(1);
  world.run("web");
  SECTION("bounds") {
    world.update({{"forceNewDeployment", true},
                  {"deploymentConfiguration", {{"minimumHealthyPercent", 100}, {"maximumPercent", 150}}}});
    world.settle();
    CHECK(codes(world, world.web_arn()) == Codes{"DEPLOYMENT_BOUNDS", "OLD_TASKS"});
  }
  SECTION("protection") {
    const std::string old = world.task_arn(world.only());
    world.ok("UpdateTaskProtection",
             {{"cluster", "default"}, {"tasks", {old}}, {"protectionEnabled", true}, {"expiresInMinutes", 10}});
    world.update({{"forceNewDeployment", true}});
    world.run("web");
    CHECK(has(codes(world, world.web_arn()), "TASK_PROTECTION"));
    CHECK(codes(world, old) == Codes{"TASK_PROTECTION"});
  }
  SECTION("tasks on the way out") {
    world.update({{"forceNewDeployment", true}});
    world.settle();
    world.report(world.tasks("web", &DeploymentTasks::starting).at(0), TaskStatus::kRunning);
    world.settle();
    CHECK(has(codes(world, world.web_arn()), "TASKS_STOPPING"));
  }
}

TEST_CASE("tasks that fail to start hold a deployment back", "[explain]") {
  ExplainWorld world;
  world.add_instance("a");
  world.deploy(1);
  for (int i = 0; i < 3; ++i) {
    world.report(world.tasks("web", &DeploymentTasks::starting).at(0), TaskStatus::kStopped, std::nullopt, "no");
    world.settle();
  }
  CHECK(codes(world, world.web_arn()) == Codes{"START_THROTTLED", "FAILED_TASKS"});
}

TEST_CASE("quotas, hooks, bake time and alarms", "[explain]") {
  LifecycleWorld world;
  const auto arn = [&] { return model::arn_of(world.state, world.record()); };
  Json configuration = LifecycleWorld::blue_green(10);
  configuration["lifecycleHooks"] = Json::array({LifecycleWorld::pause_at("POST_SCALE_UP")});
  configuration["alarms"] = {{"alarmNames", {"errors"}}, {"enable", true}, {"rollback", true}};
  world.deploy_second(configuration);
  world.work();
  CHECK(codes(world, arn()) == Codes{"LIFECYCLE_HOOK", "OLD_TASKS", "ALARMS", "LIFECYCLE_STAGE"});
  world.ok("ContinueServiceDeployment", {{"serviceDeploymentArn", arn()}, {"hookId", world.record().hooks.at(0).id}});
  world.work();
  CHECK(explained(world, arn())["code"] == "BAKE_TIME");
  world.ok("StopServiceDeployment", {{"serviceDeploymentArn", arn()}});
  world.finish();
  const Json over = explained(world, arn());
  CHECK(over["status"] == "ROLLBACK_SUCCESSFUL");
  CHECK(over["message"] == "Service deployment rolled back because StopServiceDeployment was called.");
}

TEST_CASE("a deployment that a newer one replaces", "[explain]") {
  ExplainWorld world;
  world.add_instance("a");
  world.deploy(1);
  const std::string first = world.deployment_arn();
  world.update({{"forceNewDeployment", true}});
  CHECK(codes(world, first) == Codes{"STOP_REQUESTED", "SUPERSEDED"});
  world.settle();
  CHECK(codes(world, first) == Codes{"STOPPED"});
}

TEST_CASE("a deleted service", "[explain]") {
  ExplainWorld world;
  world.add_instance("a");
  world.deploy(1);
  world.run("web");
  const std::string arn = world.web_arn();
  world.ok("DeleteService", {{"service", "web"}, {"force", true}});
  CHECK(explained(world, arn)["message"] == "The service was deleted; 1 task left.");
}

}  // namespace
}  // namespace drydock::test
