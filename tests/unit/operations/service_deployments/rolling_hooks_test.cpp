// Lifecycle hooks of ROLLING deployments (spec/services.md section 8.4).
#include "tests/unit/operations/service_deployments/lifecycle_fixture.hpp"

namespace drydock::test {
namespace {

using model::LifecycleStage;
using Kind = scheduler::HookAnswer::Kind;

struct RollingWorld : LifecycleWorld {
  static Json rolling(const Json& hooks) { return {{"strategy", "ROLLING"}, {"lifecycleHooks", hooks}}; }
  static Json service_with(const Json& configuration) {
    return {{"serviceName", "web"},
            {"taskDefinition", "web:1"},
            {"desiredCount", 2},
            {"deploymentConfiguration", configuration}};
  }
  /// The second deployment of a service, with these hooks, as far as it gets by itself.
  void deploy_over(const Json& hooks, const Json& more = Json::object()) {
    create(service_with({{"strategy", "ROLLING"}}));
    finish();
    forget();
    clock.advance(std::chrono::minutes(1));
    Json configuration = rolling(hooks);
    configuration.update(more);
    update({{"taskDefinition", "web:2"}, {"deploymentConfiguration", configuration}});
    work();
  }
  void go_on(const Json& more = Json::object()) {
    const Json body = {{"serviceDeploymentArn", latest()["serviceDeploymentArn"]}, {"hookId", record().hooks.at(0).id}};
    ok("ContinueServiceDeployment", with(body, more));
    work();
  }
  std::string explained() const { return state.explanations.services.at(entity().id).code; }
};

TEST_CASE("a rolling deployment without hooks has no stages", "[deployments][hooks]") {
  RollingWorld world;
  world.deploy_over(Json::array());
  world.finish();
  CHECK(world.status() == "SUCCESSFUL");
  CHECK_FALSE(world.latest().contains("lifecycleStage"));
  CHECK(world.stages.empty());
}

TEST_CASE("PRE_SCALE_UP holds a rolling deployment before its first task", "[deployments][hooks]") {
  RollingWorld world;
  world.deploy_over(Json::array({LifecycleWorld::pause_at("PRE_SCALE_UP")}));
  CHECK(world.latest()["lifecycleStage"] == "PRE_SCALE_UP");
  CHECK(world.latest()["lifecycleHookDetails"][0]["status"] == "AWAITING_ACTION");
  CHECK(world.explained() == "LIFECYCLE_HOOK");
  CHECK(world.running(0) == 0);
  CHECK(world.running(1) == 2);
  SECTION("the old revision's tasks are replaced meanwhile") {
    world.ok("StopTask", {{"task", world.ok("ListTasks", {{"serviceName", "web"}})["taskArns"][0]}});
    world.work();
    CHECK(world.running(0) == 0);
    CHECK(world.running(1) == 2);
  }
  SECTION("the old revision follows the desired count meanwhile") {
    world.update({{"desiredCount", 3}});
    world.work();
    CHECK(world.running(0) == 0);
    CHECK(world.running(1) == 3);
    CHECK(world.service("web")["deployments"][1]["desiredCount"] == 3);
  }
  SECTION("CONTINUE lets it go on") {
    world.go_on();
    world.finish();
    CHECK(world.status() == "SUCCESSFUL");
    CHECK(world.stages == std::vector<std::string>{"PRE_SCALE_UP", "SCALE_UP", "POST_SCALE_UP"});
    CHECK(world.service("web")["deployments"].size() == 1);
    CHECK(world.running(0) == 2);
  }
  SECTION("ROLLBACK brings the old revision back") {
    const std::string old = world.service("web")["deployments"][1]["id"];
    world.go_on({{"action", "ROLLBACK"}});
    CHECK(world.status() == "ROLLBACK_SUCCESSFUL");
    CHECK(world.service("web")["deployments"][0]["id"] == old);
    CHECK(world.running(0) == 2);
    CHECK(world.latest()["statusReason"].get<std::string>().starts_with(
        "Service deployment rolled back because PRE_SCALE_UP lifecycle hook(s) failed. "));
  }
  SECTION("StopServiceDeployment ends the wait") {
    world.ok("StopServiceDeployment", {{"serviceDeploymentArn", world.latest()["serviceDeploymentArn"]}});
    world.work();
    CHECK(world.status() == "ROLLBACK_SUCCESSFUL");
    CHECK(world.latest()["lifecycleHookDetails"][0]["status"] == "FAILED");
  }
  SECTION("a newer deployment takes its place") {
    world.update({{"forceNewDeployment", true}, {"deploymentConfiguration", RollingWorld::rolling(Json::array())}});
    world.finish();
    CHECK(world.status() == "SUCCESSFUL");
    CHECK(world.service("web")["deployments"].size() == 1);
  }
}

TEST_CASE("POST_SCALE_UP holds a rolling deployment that has replaced its tasks", "[deployments][hooks]") {
  RollingWorld world;
  world.deploy_over(Json::array({LifecycleWorld::lambda_at({"POST_SCALE_UP"})}));
  CHECK(world.record().stage == LifecycleStage::kPostScaleUp);
  CHECK(world.record().hooks.at(0).calling);
  CHECK(world.running(0) == 2);
  CHECK(world.explained() == "LIFECYCLE_HOOK");
  CHECK(world.service("web")["deployments"][0]["rolloutState"] == "IN_PROGRESS");
  SECTION("SUCCEEDED completes it") {
    world.answer(Kind::kSucceeded);
    world.work();
    CHECK(world.status() == "SUCCESSFUL");
    CHECK(world.state.explanations.services.empty());
  }
  SECTION("FAILED rolls it back, in ECS's words") {
    const std::string bad = world.service("web")["deployments"][0]["id"];
    world.answer(Kind::kFailed);
    world.finish();
    const std::string reason =
        "Service deployment rolled back because POST_SCALE_UP lifecycle hook(s) failed. Lifecycle hook target " +
        std::string(LifecycleWorld::kFunction) + " returned FAILED status.";
    CHECK(world.status() == "ROLLBACK_SUCCESSFUL");
    CHECK(world.latest()["statusReason"] == reason);
    CHECK(world.service("web")["taskDefinition"].get<std::string>().ends_with("web:1"));
    const auto events = world.events("web");
    CHECK(std::ranges::count(events, "(deployment " + bad + ") deployment failed: " + reason) == 1);
  }
  SECTION("a task that ends meanwhile is replaced") {
    world.ok("StopTask", {{"task", world.ok("ListTasks", {{"serviceName", "web"}})["taskArns"][0]}});
    world.work();
    CHECK(world.running(0) == 2);
    CHECK(world.record().stage == LifecycleStage::kPostScaleUp);
    world.answer(Kind::kSucceeded);
    world.work();
    CHECK(world.status() == "SUCCESSFUL");
  }
}

TEST_CASE("hooks of a service's first rolling deployment", "[deployments][hooks]") {
  RollingWorld world;
  world.create(RollingWorld::service_with(RollingWorld::rolling(
      Json::array({LifecycleWorld::pause_at("PRE_SCALE_UP"), LifecycleWorld::pause_at("RECONCILE_SERVICE")}))));
  world.work();
  CHECK(world.record().stage == LifecycleStage::kPreScaleUp);  // there is nothing to reconcile
  CHECK(world.ok("ListTasks", {{"serviceName", "web"}})["taskArns"].empty());
  world.go_on();
  CHECK(world.status() == "SUCCESSFUL");
}

TEST_CASE("RECONCILE_SERVICE of a rolling deployment comes when several revisions are there", "[deployments][hooks]") {
  RollingWorld world;
  world.deploy_over(Json::array({LifecycleWorld::pause_at("POST_SCALE_UP")}), {{"minimumHealthyPercent", 100}});
  // The second revision waits with all tasks; the first one may come back only through it.
  world.update(
      {{"taskDefinition", "web:1"},
       {"deploymentConfiguration", RollingWorld::rolling(Json::array({LifecycleWorld::pause_at("RECONCILE_SERVICE"),
                                                                      LifecycleWorld::pause_at("PRE_SCALE_UP")}))}});
  world.work();
  CHECK(world.record().stage == LifecycleStage::kPreScaleUp);  // the first revision's tasks have gone by now
  world.update({{"forceNewDeployment", true}});
  world.work();
  CHECK(world.record().stage == LifecycleStage::kReconcileService);
  world.go_on();
  CHECK(world.record().stage == LifecycleStage::kPreScaleUp);
  world.go_on();
  world.finish();
  CHECK(world.status() == "SUCCESSFUL");
  CHECK(world.running(0) == 2);
}

TEST_CASE("a hook of a rolling deployment times out", "[deployments][hooks]") {
  for (const char* action : {"ROLLBACK", "CONTINUE"}) {
    CAPTURE(action);
    RollingWorld world;
    Json hook = LifecycleWorld::pause_at("PRE_SCALE_UP");
    hook["timeoutConfiguration"] = {{"timeoutInMinutes", 10}, {"action", action}};
    world.deploy_over(Json::array({hook}));
    world.clock.advance(std::chrono::minutes(9));
    world.work();
    CHECK(world.status() == "IN_PROGRESS");
    world.clock.advance(std::chrono::minutes(1));
    world.finish();
    CHECK(world.status() == (action == std::string("ROLLBACK") ? "ROLLBACK_SUCCESSFUL" : "SUCCESSFUL"));
    CHECK(world.latest()["lifecycleHookDetails"][0]["status"] == "TIMED_OUT");
  }
}

}  // namespace
}  // namespace drydock::test
