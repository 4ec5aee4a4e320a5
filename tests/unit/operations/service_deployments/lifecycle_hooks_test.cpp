// Lifecycle hooks: functions that are called and PAUSE hooks that are continued (spec/services.md sections 8.3 to 8.5).
#include "tests/unit/operations/service_deployments/lifecycle_fixture.hpp"

namespace drydock::test {
namespace {

using model::HookStatus;
using model::LifecycleStage;
using Kind = scheduler::HookAnswer::Kind;

const std::string kBad = "InvalidParameterException: ";
const std::string kRolledBack = "Service deployment rolled back because ";

struct HookWorld : LifecycleWorld {
  /// The second deployment of a service, with these hooks, until it waits.
  void wait_for(const Json& hooks, Json configuration = blue_green()) {
    configuration["lifecycleHooks"] = hooks;
    deploy_second(configuration);
    work();
  }
  const model::HookRun& hook(std::size_t place = 0) const { return record().hooks.at(place); }
  void go_on(const Json& more = Json::object()) {
    const Json body = {{"serviceDeploymentArn", latest()["serviceDeploymentArn"]}, {"hookId", hook().id}};
    ok("ContinueServiceDeployment", with(body, more));
    work();
  }
};

TEST_CASE("a function is wanted at its stage, and its answer lets the deployment go on", "[deployments][hooks]") {
  for (const char* stage :
       {"PRE_SCALE_UP", "POST_SCALE_UP", "TEST_TRAFFIC_SHIFT", "POST_TEST_TRAFFIC_SHIFT",
        "PRE_PRODUCTION_TRAFFIC_SHIFT", "PRODUCTION_TRAFFIC_SHIFT", "POST_PRODUCTION_TRAFFIC_SHIFT"}) {
    CAPTURE(stage);
    HookWorld world;
    world.wait_for(Json::array({LifecycleWorld::lambda_at({stage})}));
    CHECK(model::to_text(world.record().stage) == std::string(stage));
    CHECK(world.hook().calling);
    CHECK(world.hook().attempt == 1);
    const Json shown = world.latest()["lifecycleHookDetails"];
    REQUIRE(shown.size() == 1);
    CHECK(shown[0]["targetType"] == "AWS_LAMBDA");
    CHECK(shown[0]["targetArn"] == LifecycleWorld::kFunction);
    CHECK(shown[0]["status"] == "IN_PROGRESS");
    CHECK(shown[0]["timeoutAction"] == "ROLLBACK");
    CHECK(shown[0]["expiresAt"].get<double>() * 1000 ==
          static_cast<double>((world.clock.now() + std::chrono::hours(24)).time_since_epoch().count()));
    CHECK(world.state.explanations.services.at(world.entity().id).code == "LIFECYCLE_HOOK");
    CHECK(world.answer(Kind::kSucceeded));
    CHECK_FALSE(world.answer(Kind::kFailed));  // nobody waits for a second answer
    world.finish();
    CHECK(world.status() == "SUCCESSFUL");
    CHECK(world.latest()["lifecycleHookDetails"][0]["status"] == "SUCCEEDED");
  }
}

TEST_CASE("a function that is IN_PROGRESS is called again after its delay", "[deployments][hooks]") {
  HookWorld world;
  world.wait_for(Json::array({LifecycleWorld::lambda_at({"POST_SCALE_UP"})}));
  CHECK(world.answer(Kind::kInProgress));
  world.work();
  CHECK_FALSE(world.hook().calling);
  world.clock.advance(std::chrono::seconds(29));
  world.work();
  CHECK_FALSE(world.hook().calling);
  world.clock.advance(std::chrono::seconds(1));
  world.work();
  CHECK(world.hook().calling);
  CHECK(world.hook().attempt == 2);
  // An answer to the first call comes too late.
  world.edit([&](model::Transaction& tx) {
    CHECK_FALSE(scheduler::answer_hook(tx, world.record().id, world.hook().id, 1, {Kind::kFailed, {}, {}, {}}));
  });
  scheduler::HookAnswer later{Kind::kInProgress, std::chrono::minutes(5), R"({"seen":1})", {}};
  world.edit(
      [&](model::Transaction& tx) { CHECK(scheduler::answer_hook(tx, world.record().id, world.hook().id, 2, later)); });
  world.clock.advance(std::chrono::minutes(4));
  world.work();
  CHECK_FALSE(world.hook().calling);
  world.clock.advance(std::chrono::minutes(1));
  world.work();
  CHECK(world.hook().attempt == 3);
  REQUIRE(world.record().hook_memory.size() == 1);
  CHECK(world.record().hook_memory[0].details == R"({"seen":1})");
  CHECK(world.status() == "IN_PROGRESS");
  world.answer(Kind::kSucceeded);
  world.finish();
  CHECK(world.status() == "SUCCESSFUL");
}

TEST_CASE("a hook that fails rolls back, in ECS's words", "[deployments][hooks]") {
  struct Row {
    Kind kind;
    const char* error;
    std::string words;
  };
  const std::string function = LifecycleWorld::kFunction;
  const std::vector<Row> rows = {
      {Kind::kFailed, "", "Lifecycle hook target " + function + " returned FAILED status."},
      {Kind::kUnreadable, "HookStatus must not be null",
       "ECS was unable to parse the response from " + function + " due to HookStatus must not be null"},
      {Kind::kNotInvoked, "connection refused",
       "ECS was unable to invoke hook target " + function + " due to connection refused"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.words);
    HookWorld world;
    world.wait_for(Json::array({LifecycleWorld::lambda_at({"POST_TEST_TRAFFIC_SHIFT"})}));
    const std::string bad = world.service("web")["deployments"][0]["id"];
    const std::string good = world.service("web")["deployments"][1]["id"];
    CHECK(world.answer(row.kind, row.error));
    world.work();
    const std::string reason = kRolledBack + "POST_TEST_TRAFFIC_SHIFT lifecycle hook(s) failed. " + row.words;
    const Json deployment = world.latest();
    CHECK(deployment["status"] == "ROLLBACK_SUCCESSFUL");
    CHECK(deployment["statusReason"] == reason);
    CHECK(deployment["rollback"]["reason"] == reason);
    CHECK(deployment["lifecycleHookDetails"][0]["status"] == "FAILED");
    const auto events = world.events("web");
    const auto at = std::ranges::find(events, "(deployment " + bad + ") deployment failed: " + reason);
    REQUIRE(at != events.end());
    CHECK(*(at + 1) == "rolling back to deployment " + good + ".");
  }
}

TEST_CASE("all hooks of a stage have to succeed, and run side by side", "[deployments][hooks]") {
  HookWorld world;
  world.wait_for(Json::array({LifecycleWorld::lambda_at({"POST_SCALE_UP"}), LifecycleWorld::pause_at("POST_SCALE_UP"),
                              LifecycleWorld::lambda_at({"PRE_SCALE_UP"})}));
  CHECK(world.record().stage == LifecycleStage::kPreScaleUp);
  world.answer(Kind::kSucceeded);
  world.work();
  REQUIRE(world.record().hooks.size() == 2);
  world.answer(Kind::kSucceeded);
  world.work();
  CHECK(world.record().stage == LifecycleStage::kPostScaleUp);
  const model::HookRun pause = world.hook(1);
  CHECK(pause.pause);
  world.ok("ContinueServiceDeployment",
           {{"serviceDeploymentArn", world.latest()["serviceDeploymentArn"]}, {"hookId", pause.id}});
  world.finish();
  CHECK(world.status() == "SUCCESSFUL");
}

TEST_CASE("hooks of the traffic shifts are called again on the way back", "[deployments][hooks]") {
  HookWorld world;
  Json hooks = Json::array({LifecycleWorld::lambda_at({"TEST_TRAFFIC_SHIFT", "PRODUCTION_TRAFFIC_SHIFT"}),
                            LifecycleWorld::pause_at("POST_PRODUCTION_TRAFFIC_SHIFT")});
  world.wait_for(hooks);
  world.answer(Kind::kSucceeded);
  world.work();
  CHECK(world.record().stage == LifecycleStage::kProductionTrafficShift);
  world.answer(Kind::kSucceeded);
  world.work();
  world.go_on({{"action", "ROLLBACK"}});
  CHECK(world.status() == "ROLLBACK_IN_PROGRESS");
  CHECK(world.record().stage == LifecycleStage::kProductionTrafficShift);
  CHECK(world.hook().calling);
  // Traffic is back before the hook answers; the new revision's tasks stay until then.
  CHECK(world.latest()["targetServiceRevision"]["requestedProductionTrafficWeight"] == 0.0);
  CHECK(world.latest()["targetServiceRevision"]["requestedTestTrafficWeight"] == 100.0);
  CHECK(world.running(1) == 2);
  world.answer(Kind::kSucceeded);
  world.work();
  CHECK(world.record().stage == LifecycleStage::kTestTrafficShift);
  CHECK(world.latest()["targetServiceRevision"]["requestedTestTrafficWeight"] == 0.0);
  // A hook that fails now changes nothing: the traffic is where it has to be.
  world.answer(Kind::kFailed);
  world.work();
  CHECK(world.status() == "ROLLBACK_SUCCESSFUL");
  CHECK(world.service("web")["deployments"].size() == 1);
}

TEST_CASE("a PAUSE hook holds the deployment until it is continued", "[deployments][hooks]") {
  for (const char* stage : {"PRE_SCALE_UP", "POST_SCALE_UP", "POST_TEST_TRAFFIC_SHIFT", "PRE_PRODUCTION_TRAFFIC_SHIFT",
                            "POST_PRODUCTION_TRAFFIC_SHIFT"}) {
    CAPTURE(stage);
    HookWorld world;
    world.wait_for(Json::array({LifecycleWorld::pause_at(stage)}));
    const Json deployment = world.latest();
    const Json shown = deployment["lifecycleHookDetails"];
    REQUIRE(shown.size() == 1);
    CHECK(shown[0]["targetType"] == "PAUSE");
    CHECK_FALSE(shown[0].contains("targetArn"));
    CHECK(shown[0]["status"] == "AWAITING_ACTION");
    const std::string id = shown[0]["hookId"];
    CHECK(id.starts_with("ecs-pause-"));
    CHECK(id.size() == std::string("ecs-pause-").size() + 43);
    world.clock.advance(std::chrono::hours(23));
    world.work();
    CHECK(model::to_text(world.record().stage) == std::string(stage));
    const Json answer = world.ok("ContinueServiceDeployment",
                                 {{"serviceDeploymentArn", deployment["serviceDeploymentArn"]}, {"hookId", id}});
    CHECK(answer == Json{{"serviceDeploymentArn", deployment["serviceDeploymentArn"]}});
    CHECK(world.no("ContinueServiceDeployment",
                   {{"serviceDeploymentArn", deployment["serviceDeploymentArn"]}, {"hookId", id}}) ==
          kBad + "The service deployment has no lifecycle hook " + id + " that awaits an action.");
    world.finish();
    CHECK(world.status() == "SUCCESSFUL");
  }
}

TEST_CASE("a PAUSE hook at RECONCILE_SERVICE", "[deployments][hooks]") {
  HookWorld world;
  world.deploy_second(LifecycleWorld::blue_green(60));
  world.reach(LifecycleStage::kBakeTime);
  Json configuration = LifecycleWorld::blue_green();
  configuration["lifecycleHooks"] = Json::array({LifecycleWorld::pause_at("RECONCILE_SERVICE")});
  world.update({{"forceNewDeployment", true}, {"deploymentConfiguration", configuration}});
  world.work();
  CHECK(world.record().stage == LifecycleStage::kReconcileService);
  CHECK(world.entity().deployments.size() == 2);  // what is between is gone
  world.go_on();
  world.finish();
  CHECK(world.status() == "SUCCESSFUL");
}

TEST_CASE("a LINEAR deployment pauses before every step, each time with another id", "[deployments][hooks]") {
  HookWorld world;
  world.wait_for(
      Json::array({LifecycleWorld::pause_at("PRE_PRODUCTION_TRAFFIC_SHIFT")}),
      {{"strategy", "LINEAR"}, {"linearConfiguration", {{"stepPercent", 20.0}, {"stepBakeTimeInMinutes", 0}}}});
  std::set<std::string> ids;
  for (int step = 0; step < 5; ++step) {
    CAPTURE(step);
    REQUIRE(world.record().stage == LifecycleStage::kPreProductionTrafficShift);
    CHECK(world.latest()["targetServiceRevision"]["requestedProductionTrafficWeight"] == 20.0 * step);
    CHECK(ids.insert(world.hook().id).second);
    world.go_on({{"action", "CONTINUE"}});
  }
  CHECK(world.status() == "SUCCESSFUL");
  CHECK(ids.size() == 5);
}

TEST_CASE("a hook that nobody answers times out, with the action that was asked for", "[deployments][hooks]") {
  for (const char* action : {"ROLLBACK", "CONTINUE"}) {
    for (const bool pause : {true, false}) {
      CAPTURE(action, pause);
      HookWorld world;
      Json hook = pause ? LifecycleWorld::pause_at("POST_SCALE_UP") : LifecycleWorld::lambda_at({"POST_SCALE_UP"});
      hook["timeoutConfiguration"] = {{"timeoutInMinutes", 10}, {"action", action}};
      world.wait_for(Json::array({hook}));
      world.clock.advance(std::chrono::minutes(9));
      world.work();
      CHECK(world.status() == "IN_PROGRESS");
      CHECK(world.latest()["lifecycleHookDetails"][0]["timeoutAction"] == action);
      world.clock.advance(std::chrono::minutes(1));
      world.finish();
      const bool back = action == std::string("ROLLBACK");
      CHECK(world.status() == (back ? "ROLLBACK_SUCCESSFUL" : "SUCCESSFUL"));
      CHECK(world.latest()["lifecycleHookDetails"][0]["status"] == "TIMED_OUT");
      if (back) {
        CHECK(world.latest()["statusReason"].get<std::string>().starts_with(
            kRolledBack + "POST_SCALE_UP lifecycle hook(s) failed. "));
      }
    }
  }
}

TEST_CASE("a PAUSE hook has its own time, a week and more", "[deployments][hooks]") {
  HookWorld world;
  Json hook = LifecycleWorld::pause_at("POST_SCALE_UP");
  hook["timeoutConfiguration"] = {{"timeoutInMinutes", 14 * 24 * 60}};
  world.wait_for(Json::array({hook}));
  world.clock.advance(std::chrono::hours(13 * 24));
  world.work();
  CHECK(world.status() == "IN_PROGRESS");
  world.go_on();
  world.finish();
  CHECK(world.status() == "SUCCESSFUL");
}

TEST_CASE("only a hook of the deployment that waits can be continued", "[deployments][hooks]") {
  HookWorld world;
  world.wait_for(
      Json::array({LifecycleWorld::pause_at("POST_SCALE_UP"), LifecycleWorld::lambda_at({"POST_SCALE_UP"})}));
  const Json arn = world.latest()["serviceDeploymentArn"];
  for (const std::string& id : {std::string("ecs-pause-1"), world.hook(1).id}) {
    CHECK(world.no("ContinueServiceDeployment", {{"serviceDeploymentArn", arn}, {"hookId", id}}) ==
          kBad + "The service deployment has no lifecycle hook " + id + " that awaits an action.");
  }
  world.ok("StopServiceDeployment", {{"serviceDeploymentArn", arn}});
  CHECK(world.no("ContinueServiceDeployment", {{"serviceDeploymentArn", arn}, {"hookId", world.hook().id}})
            .starts_with(kBad));
}

}  // namespace
}  // namespace drydock::test
