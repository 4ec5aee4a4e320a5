// CloudWatch alarms that fail a deployment (spec/services.md section 5).
#include "server/operations/alarms/alarms.hpp"
#include "tests/unit/operations/service_deployments/lifecycle_fixture.hpp"

namespace drydock::test {
namespace {

using model::AlarmState;
using model::LifecycleStage;

struct AlarmWorld : LifecycleWorld {
  void set(const std::string& name, AlarmState to) {
    edit([&](model::Transaction& tx) { operations::set_alarm(tx, id, name, to); });
  }
  static Json watched(Json configuration, bool rollback = true, bool enable = true) {
    configuration["alarms"] = {{"alarmNames", {"errors", "latency"}}, {"enable", enable}, {"rollback", rollback}};
    return configuration;
  }
  static Json rolling(int bake = 0) { return {{"strategy", "ROLLING"}, {"bakeTimeInMinutes", bake}}; }
};

TEST_CASE("an alarm takes a rolling deployment back", "[deployments][alarms]") {
  AlarmWorld world;
  world.deploy_second(AlarmWorld::watched(AlarmWorld::rolling()));
  const std::string bad = world.service("web")["deployments"][0]["id"];
  const std::string good = world.service("web")["deployments"][1]["id"];
  world.settle();
  CHECK(world.latest()["alarms"] == Json{{"status", "MONITORING"}, {"alarmNames", {"errors", "latency"}}});
  world.set("errors", AlarmState::kOk);
  world.settle();
  CHECK(world.status() == "IN_PROGRESS");
  world.set("latency", AlarmState::kAlarm);
  world.settle();
  const Json service = world.service("web");
  CHECK(service["deployments"][0]["id"] == good);
  world.work();
  const Json deployment = world.latest();
  CHECK(deployment["status"] == "ROLLBACK_SUCCESSFUL");
  CHECK(deployment["statusReason"] ==
        "Service deployment rolled back because a CloudWatch alarm of the deployment was in the ALARM state.");
  CHECK(deployment["alarms"] ==
        Json{{"status", "TRIGGERED"}, {"alarmNames", {"errors", "latency"}}, {"triggeredAlarmNames", {"latency"}}});
  const auto events = world.events("web");
  const auto at = std::ranges::find(events, "(deployment " + bad + ") deployment failed: alarm detected.");
  REQUIRE(at != events.end());
  CHECK(*(at + 1) == "rolling back to deployment " + good + ".");
  CHECK(events[events.size() - 2] == "(deployment " + good + ") deployment completed.");
}

TEST_CASE("a rolling deployment with alarms bakes before it completes", "[deployments][alarms]") {
  for (const bool alarm : {false, true}) {
    CAPTURE(alarm);
    AlarmWorld world;
    world.deploy_second(AlarmWorld::watched(AlarmWorld::rolling(20)));
    world.work();
    CHECK(world.status() == "IN_PROGRESS");
    CHECK(world.service("web")["deployments"][0]["rolloutState"] == "IN_PROGRESS");
    world.clock.advance(std::chrono::minutes(19));
    world.work();
    CHECK(world.status() == "IN_PROGRESS");
    if (alarm) world.set("errors", AlarmState::kAlarm);
    world.clock.advance(std::chrono::minutes(1));
    world.work();
    CHECK(world.status() == (alarm ? "ROLLBACK_SUCCESSFUL" : "SUCCESSFUL"));
    CHECK(world.latest()["alarms"]["status"] == (alarm ? "TRIGGERED" : "MONITORING_COMPLETE"));
    CHECK(world.service("web")["runningCount"] == 2);
    CHECK(world.service("web")["taskDefinition"] ==
          world.arn(alarm ? "task-definition/web:1" : "task-definition/web:2"));
  }
}

TEST_CASE("an alarm during the bake time takes a BLUE_GREEN deployment back, traffic first", "[deployments][alarms]") {
  AlarmWorld world;
  world.deploy_second(AlarmWorld::watched(LifecycleWorld::blue_green(30)));
  world.reach(LifecycleStage::kBakeTime);
  const std::string bad = world.service("web")["deployments"][0]["id"];
  world.clock.advance(std::chrono::minutes(29));
  world.set("errors", AlarmState::kAlarm);
  world.work();
  const std::string reason =
      "Service deployment rolled back because a CloudWatch alarm of the deployment was in the ALARM state.";
  CHECK(world.status() == "ROLLBACK_SUCCESSFUL");
  CHECK(world.latest()["statusReason"] == reason);
  const auto events = world.events("web");
  CHECK(std::ranges::find(events, "(deployment " + bad + ") deployment failed: " + reason) != events.end());
  CHECK(world.weights.back() == 0);
}

TEST_CASE("what alarms do not do", "[deployments][alarms]") {
  AlarmWorld already;  // an alarm that is on before the deployment starts tells nothing about it
  already.set("errors", AlarmState::kAlarm);
  already.deploy_second(AlarmWorld::watched(AlarmWorld::rolling()));
  already.settle();
  CHECK(already.latest()["alarms"]["status"] == "DISABLED");
  already.set("latency", AlarmState::kAlarm);
  already.work();
  CHECK(already.status() == "SUCCESSFUL");

  AlarmWorld disabled;
  disabled.deploy_second(AlarmWorld::watched(AlarmWorld::rolling(), true, false));
  disabled.settle();
  disabled.set("errors", AlarmState::kAlarm);
  disabled.work();
  CHECK(disabled.status() == "SUCCESSFUL");
  CHECK(disabled.latest()["alarms"]["status"] == "DISABLED");

  AlarmWorld over;  // nor one that comes when everything is over
  over.deploy_second(AlarmWorld::watched(AlarmWorld::rolling()));
  over.work();
  over.set("errors", AlarmState::kAlarm);
  over.work();
  CHECK(over.status() == "SUCCESSFUL");
  CHECK(over.latest()["alarms"]["status"] == "MONITORING_COMPLETE");

  AlarmWorld stays;  // without rollback the deployment fails where it is
  stays.deploy_second(AlarmWorld::watched(AlarmWorld::rolling(), false));
  stays.settle();
  stays.set("errors", AlarmState::kAlarm);
  stays.work();
  CHECK(stays.status() == "STOPPED");
  const Json primary = stays.service("web")["deployments"][0];
  CHECK(primary["rolloutState"] == "FAILED");
  CHECK(primary["rolloutStateReason"] == "ECS deployment failed: alarm detected.");
}

TEST_CASE("alarms of another region are others", "[deployments][alarms]") {
  AlarmWorld world;
  world.deploy_second(AlarmWorld::watched(AlarmWorld::rolling()));
  world.settle();
  world.edit([&](model::Transaction& tx) {
    const model::WorldId elsewhere = tx.create(model::World{{}, TestWorld::kAccount, "us-east-1"});
    operations::set_alarm(tx, elsewhere, "errors", AlarmState::kAlarm);
  });
  world.work();
  CHECK(world.status() == "SUCCESSFUL");
}

}  // namespace
}  // namespace drydock::test
