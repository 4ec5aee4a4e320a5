// BLUE_GREEN, LINEAR and CANARY deployments: stages, traffic, tasks, and the ways back (spec/services.md section 8).
#include "tests/unit/operations/service_deployments/lifecycle_fixture.hpp"

namespace drydock::test {
namespace {

using model::DeploymentTasks;
using model::LifecycleStage;
using model::TaskStatus;

const std::vector<std::string> kStages = {"PRE_SCALE_UP",
                                          "SCALE_UP",
                                          "POST_SCALE_UP",
                                          "TEST_TRAFFIC_SHIFT",
                                          "POST_TEST_TRAFFIC_SHIFT",
                                          "PRE_PRODUCTION_TRAFFIC_SHIFT",
                                          "PRODUCTION_TRAFFIC_SHIFT",
                                          "POST_PRODUCTION_TRAFFIC_SHIFT",
                                          "BAKE_TIME",
                                          "CLEAN_UP"};

TEST_CASE("a BLUE_GREEN deployment passes every stage once and bakes before it cleans up", "[deployments][lifecycle]") {
  LifecycleWorld world;
  world.deploy_second(LifecycleWorld::blue_green(30), 3);
  const std::string blue = world.service("web")["deployments"][1]["id"];
  const std::string green = world.service("web")["deployments"][0]["id"];
  world.reach(LifecycleStage::kBakeTime);
  // Both at full scale, all traffic with the new one.
  CHECK(world.running(0) == 3);
  CHECK(world.running(1) == 3);
  Json deployment = world.latest();
  CHECK(deployment["status"] == "IN_PROGRESS");
  CHECK(deployment["lifecycleStage"] == "BAKE_TIME");
  CHECK(deployment["targetServiceRevision"]["requestedProductionTrafficWeight"] == 100.0);
  CHECK(deployment["targetServiceRevision"]["requestedTestTrafficWeight"] == 100.0);
  REQUIRE(deployment["sourceServiceRevisions"].size() == 1);
  CHECK(deployment["sourceServiceRevisions"][0]["requestedProductionTrafficWeight"] == 0.0);
  CHECK(deployment["sourceServiceRevisions"][0]["requestedTestTrafficWeight"] == 0.0);
  CHECK(deployment["sourceServiceRevisions"][0]["runningTaskCount"] == 3);
  Json service = world.service("web");
  CHECK(service["runningCount"] == 6);
  CHECK(service["desiredCount"] == 3);
  CHECK(service["deployments"][0]["rolloutState"] == "IN_PROGRESS");
  CHECK(service["deployments"][1]["desiredCount"] == 3);
  CHECK(world.state.explanations.services.at(world.entity().id).code == "BAKE_TIME");

  CHECK(world.finish() == 30);
  CHECK(world.stages == kStages);
  CHECK(world.weights == std::vector<int>{0, 1000});
  deployment = world.latest();
  CHECK(deployment["status"] == "SUCCESSFUL");
  CHECK(deployment["lifecycleStage"] == "CLEAN_UP");
  CHECK(deployment["sourceServiceRevisions"][0]["runningTaskCount"] == 0);
  CHECK(deployment["targetServiceRevision"]["runningTaskCount"] == 3);
  world.work();
  service = world.service("web");
  CHECK(service["runningCount"] == 3);
  REQUIRE(service["deployments"].size() == 1);
  CHECK(service["deployments"][0]["id"] == green);
  CHECK(service["deployments"][0]["rolloutState"] == "COMPLETED");
  CHECK(blue != green);
  const auto events = world.events("web");
  CHECK(events[events.size() - 2] == "(deployment " + green + ") deployment completed.");
  CHECK(events.back() == "has reached a steady state.");
}

TEST_CASE("the first deployment passes the same stages without an old revision", "[deployments][lifecycle]") {
  for (const char* strategy : {"BLUE_GREEN", "LINEAR", "CANARY"}) {
    CAPTURE(strategy);
    LifecycleWorld world;
    world.create(LifecycleWorld::strategy({{"strategy", strategy}}));
    CHECK(world.finish() == 0);
    CHECK(world.stages == kStages);
    CHECK(world.weights == std::vector<int>{0, 1000});
    CHECK(world.latest()["sourceServiceRevisions"] == Json::array());
    CHECK(world.status() == "SUCCESSFUL");
  }
}

TEST_CASE("LINEAR and CANARY shift production traffic in steps with waits between", "[deployments][lifecycle]") {
  struct Row {
    Json configuration;
    std::vector<int> weights;
    int minutes;
  };
  const auto linear = [](double percent, int minutes) {
    return Json{{"strategy", "LINEAR"},
                {"linearConfiguration", {{"stepPercent", percent}, {"stepBakeTimeInMinutes", minutes}}}};
  };
  const auto canary = [](double percent, int minutes) {
    return Json{{"strategy", "CANARY"},
                {"canaryConfiguration", {{"canaryPercent", percent}, {"canaryBakeTimeInMinutes", minutes}}}};
  };
  const std::vector<Row> rows = {
      {linear(10.0, 6), {0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000}, 54},
      {linear(25.0, 5), {0, 250, 500, 750, 1000}, 15},
      {linear(33.3, 1), {0, 333, 666, 999, 1000}, 3},
      {linear(100.0, 10), {0, 1000}, 0},
      {canary(5.0, 10), {0, 50, 1000}, 10},
      {canary(100.0, 10), {0, 1000}, 0},
  };
  for (const Row& row : rows) {
    CAPTURE(row.configuration.dump());
    LifecycleWorld world;
    world.deploy_second(row.configuration);
    CHECK(world.finish() == row.minutes);
    CHECK(world.weights == row.weights);
    const auto times = [&](const char* stage) { return std::ranges::count(world.stages, stage); };
    CHECK(times("PRE_PRODUCTION_TRAFFIC_SHIFT") == std::ssize(row.weights) - 1);
    CHECK(times("PRODUCTION_TRAFFIC_SHIFT") == std::ssize(row.weights) - 1);
    for (const char* once : {"PRE_SCALE_UP", "SCALE_UP", "TEST_TRAFFIC_SHIFT", "BAKE_TIME", "CLEAN_UP"}) {
      CHECK(times(once) == 1);
    }
    CHECK(world.status() == "SUCCESSFUL");
  }
}

TEST_CASE("tasks of a BLUE_GREEN deployment at each stage", "[deployments][lifecycle]") {
  struct Row {
    const char* stage;
    int blue;
    int green;
    double test;
    double production;
  };
  const std::vector<Row> rows = {
      {"PRE_SCALE_UP", 2, 0, 0, 0},
      {"POST_SCALE_UP", 2, 2, 0, 0},
      {"POST_TEST_TRAFFIC_SHIFT", 2, 2, 100, 0},
      {"PRE_PRODUCTION_TRAFFIC_SHIFT", 2, 2, 100, 0},
      {"POST_PRODUCTION_TRAFFIC_SHIFT", 2, 2, 100, 100},
  };
  for (const Row& row : rows) {
    CAPTURE(row.stage);
    LifecycleWorld world;
    Json configuration = LifecycleWorld::blue_green();
    configuration["lifecycleHooks"] = Json::array({LifecycleWorld::pause_at(row.stage)});
    world.deploy_second(configuration);
    world.work();
    CHECK(world.running(0) == row.green);
    CHECK(world.running(1) == row.blue);
    const Json deployment = world.latest();
    const std::string shown =
        row.stage == std::string("PRE_PRODUCTION_TRAFFIC_SHIFT") ? "PRODUCTION_TRAFFIC_SHIFT" : row.stage;
    CHECK(deployment["lifecycleStage"] == shown);
    CHECK(deployment["targetServiceRevision"]["requestedTestTrafficWeight"] == row.test);
    CHECK(deployment["targetServiceRevision"]["requestedProductionTrafficWeight"] == row.production);
    CHECK(deployment["sourceServiceRevisions"][0]["requestedProductionTrafficWeight"] == 100 - row.production);
    // What crashes is replaced, in both revisions.
    const std::size_t before = world.entity().deployments.size();
    for (const model::TaskId task : world.tasks("web", &DeploymentTasks::healthy)) {
      world.report(task, TaskStatus::kStopped, 1);
    }
    world.work();
    CHECK(world.running(0) == row.green);
    CHECK(world.running(1) == row.blue);
    CHECK(world.entity().deployments.size() == before);
    // And a new desired count goes for both.
    world.update({{"desiredCount", 1}});
    world.work();
    CHECK(world.running(0) == std::min(row.green, 1));
    CHECK(world.running(1) == 1);
  }
}

TEST_CASE("target groups take turns, and rules say who gets what", "[deployments][lifecycle]") {
  LifecycleWorld world;
  const auto group_of_latest = [&] {
    const Json arn = world.latest()["targetServiceRevision"]["arn"];
    const Json revision = world.ok("DescribeServiceRevisions", {{"serviceRevisionArns", {arn}}})["serviceRevisions"][0];
    REQUIRE(revision["resolvedConfiguration"]["loadBalancers"].size() == 1);
    const Json balancer = revision["resolvedConfiguration"]["loadBalancers"][0];
    CHECK(balancer["productionListenerRule"] == LifecycleWorld::elb("listener-rule/app/web/1/2/3"));
    return balancer["targetGroupArn"].get<std::string>();
  };
  const std::string one = LifecycleWorld::elb("targetgroup/one/0123456789abcdef");
  const std::string two = LifecycleWorld::elb("targetgroup/two/0123456789abcdef");
  world.deploy_second({{"strategy", "CANARY"}, {"canaryConfiguration", {{"canaryPercent", 2.5}}}});
  CHECK(group_of_latest() == two);
  world.reach(LifecycleStage::kProductionTrafficShift);
  auto rules = scheduler::rule_traffic(world.state, world.entity());
  REQUIRE(rules.size() == 2);
  CHECK(rules[0].rule_arn == LifecycleWorld::elb("listener-rule/app/web/1/2/3"));
  CHECK_FALSE(rules[0].test);
  CHECK(rules[0].groups == std::vector<scheduler::GroupWeight>{{one, 97.5}, {two, 2.5}});
  CHECK(rules[1].rule_arn == LifecycleWorld::elb("listener-rule/app/web/1/2/4"));
  CHECK(rules[1].test);
  CHECK(rules[1].groups == std::vector<scheduler::GroupWeight>{{one, 0}, {two, 100}});
  world.finish();
  CHECK(scheduler::rule_traffic(world.state, world.entity())[0].groups ==
        std::vector<scheduler::GroupWeight>{{one, 0}, {two, 100}});
  world.update({{"forceNewDeployment", true}});
  CHECK(group_of_latest() == one);
  world.finish();
  // A rolling deployment changes tasks inside the group that has the traffic.
  world.update({{"forceNewDeployment", true}, {"deploymentConfiguration", {{"strategy", "ROLLING"}}}});
  CHECK(group_of_latest() == one);
  CHECK_FALSE(world.latest()["targetServiceRevision"].contains("requestedProductionTrafficWeight"));
  world.work();
  CHECK(world.status() == "SUCCESSFUL");
  CHECK(scheduler::rule_traffic(world.state, world.entity())[0].groups ==
        std::vector<scheduler::GroupWeight>{{one, 100}, {two, 0}});
}

TEST_CASE("StopServiceDeployment takes traffic back before tasks, from every stage", "[deployments][lifecycle]") {
  struct Row {
    const char* stage;
    std::vector<std::string> back;
  };
  const std::vector<Row> rows = {
      {"PRE_SCALE_UP", {"back CLEAN_UP"}},
      {"POST_SCALE_UP", {"back CLEAN_UP"}},
      {"POST_TEST_TRAFFIC_SHIFT", {"back TEST_TRAFFIC_SHIFT", "back CLEAN_UP"}},
      {"PRE_PRODUCTION_TRAFFIC_SHIFT", {"back TEST_TRAFFIC_SHIFT", "back CLEAN_UP"}},
      {"POST_PRODUCTION_TRAFFIC_SHIFT", {"back PRODUCTION_TRAFFIC_SHIFT", "back TEST_TRAFFIC_SHIFT", "back CLEAN_UP"}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.stage);
    LifecycleWorld world;
    Json configuration = LifecycleWorld::blue_green();
    configuration["lifecycleHooks"] = Json::array({LifecycleWorld::pause_at(row.stage)});
    world.deploy_second(configuration);
    world.work();
    const Json before = world.service("web");
    world.forget();
    const Json deployment = world.latest();
    world.ok("StopServiceDeployment", {{"serviceDeploymentArn", deployment["serviceDeploymentArn"]}});
    CHECK(world.status() == "ROLLBACK_REQUESTED");
    world.work();
    std::erase_if(world.stages, [](const std::string& seen) { return !seen.starts_with("back "); });
    CHECK(world.stages == row.back);
    const Json after = world.latest();
    CHECK(after["status"] == "ROLLBACK_SUCCESSFUL");
    CHECK(after["rollback"]["serviceRevisionArn"] == deployment["sourceServiceRevisions"][0]["arn"]);
    CHECK(after["rollback"]["reason"] == after["statusReason"]);
    CHECK(after["targetServiceRevision"]["requestedProductionTrafficWeight"] == 0.0);
    CHECK(after["sourceServiceRevisions"][0]["requestedProductionTrafficWeight"] == 100.0);
    const Json service = world.service("web");
    REQUIRE(service["deployments"].size() == 1);
    CHECK(service["deployments"][0]["id"] == before["deployments"][1]["id"]);
    CHECK(service["taskDefinition"] == world.arn("task-definition/web:1"));
    CHECK(service["runningCount"] == 2);
    const auto events = world.events("web");
    const std::string good = before["deployments"][1]["id"];
    CHECK(std::ranges::find(events, "rolling back to deployment " + good + ".") != events.end());
    CHECK(events.back() == "has reached a steady state.");
  }
}

TEST_CASE("while it cleans up, a deployment is past going back", "[deployments][lifecycle]") {
  LifecycleWorld world;
  world.deploy_second(LifecycleWorld::blue_green());
  for (int round = 0; round < 100 && world.record().stage != LifecycleStage::kCleanUp; ++round) {
    world.settle();
    for (const model::TaskId task : world.tasks("web", &DeploymentTasks::starting)) {
      world.report(task, TaskStatus::kRunning);
    }
  }
  REQUIRE(world.record().stage == LifecycleStage::kCleanUp);
  world.ok("StopServiceDeployment", {{"serviceDeploymentArn", world.latest()["serviceDeploymentArn"]}});
  world.finish();
  CHECK(world.status() == "SUCCESSFUL");
}

TEST_CASE("ABORT leaves tasks and traffic where they are", "[deployments][lifecycle]") {
  LifecycleWorld world;
  world.deploy_second({{"strategy", "CANARY"}});
  world.reach(LifecycleStage::kProductionTrafficShift);
  const Json deployment = world.latest();
  world.ok("StopServiceDeployment",
           {{"serviceDeploymentArn", deployment["serviceDeploymentArn"]}, {"stopType", "ABORT"}});
  world.work();
  world.clock.advance(std::chrono::hours(2));
  world.work();
  Json after = world.latest();
  CHECK(after["status"] == "STOPPED");
  CHECK(after["targetServiceRevision"]["requestedProductionTrafficWeight"] == 5.0);
  CHECK(after["sourceServiceRevisions"][0]["requestedProductionTrafficWeight"] == 95.0);
  CHECK(world.running(0) == 2);
  CHECK(world.running(1) == 2);
  CHECK(world.service("web")["deployments"][0]["rolloutState"] == "FAILED");
  // The old revision's tasks are still taken care of.
  world.update({{"desiredCount", 3}});
  world.work();
  CHECK(world.running(1) == 3);
  // The next deployment first makes one revision of the two.
  world.forget();
  world.update({{"forceNewDeployment", true}, {"deploymentConfiguration", LifecycleWorld::blue_green()}});
  world.finish();
  CHECK(world.stages.front() == "RECONCILE_SERVICE");
  CHECK(std::vector<std::string>(world.stages.begin() + 1, world.stages.end()) == kStages);
  CHECK(world.status() == "SUCCESSFUL");
  CHECK(world.service("web")["deployments"].size() == 1);
}

TEST_CASE("a rolling deployment that stops after one that shifted traffic keeps its tasks",
          "[deployments][lifecycle]") {
  LifecycleWorld world;
  world.create(LifecycleWorld::strategy(LifecycleWorld::blue_green(60), 1));
  world.reach(LifecycleStage::kBakeTime);
  // Nothing was ever complete, so that there is nothing to go back to.
  world.ok("StopServiceDeployment", {{"serviceDeploymentArn", world.latest()["serviceDeploymentArn"]}});
  world.work();
  CHECK(world.status() == "STOPPED");
  CHECK(world.running(0) == 1);
  world.update(
      {{"desiredCount", 4}, {"deploymentConfiguration", {{"strategy", "ROLLING"}}}, {"forceNewDeployment", true}});
  world.settle();
  for (const model::TaskId task : world.tasks("web", &DeploymentTasks::starting)) {
    world.report(task, TaskStatus::kRunning);
  }
  REQUIRE(world.running(0) == 4);
  world.ok("StopServiceDeployment", {{"serviceDeploymentArn", world.latest()["serviceDeploymentArn"]}});
  world.work();
  CHECK(world.status() == "STOPPED");
  CHECK(world.service("web")["runningCount"] == 4);
}

TEST_CASE("a deployment that takes another's place starts from the revision that was complete",
          "[deployments][lifecycle]") {
  LifecycleWorld world;
  world.deploy_second({{"strategy", "LINEAR"}});
  world.reach(LifecycleStage::kProductionTrafficShift);
  const std::string blue = world.service("web")["deployments"][1]["id"];
  const std::string superseded = world.latest()["serviceDeploymentArn"];
  world.update({{"forceNewDeployment", true}, {"deploymentConfiguration", LifecycleWorld::blue_green(5)}});
  world.forget();
  world.reach(LifecycleStage::kBakeTime);
  CHECK(world.stages.front() == "RECONCILE_SERVICE");
  const Json stopped = world.ok("DescribeServiceDeployments", {{"serviceDeploymentArns", {superseded}}});
  CHECK(stopped["serviceDeployments"][0]["status"] == "STOPPED");
  const Json service = world.service("web");
  REQUIRE(service["deployments"].size() == 2);
  CHECK(service["deployments"][1]["id"] == blue);
  world.finish();
  CHECK(world.status() == "SUCCESSFUL");
}

TEST_CASE("the circuit breaker takes a BLUE_GREEN deployment back, in its own words", "[deployments][lifecycle]") {
  for (const bool first : {false, true}) {
    CAPTURE(first);
    LifecycleWorld world;
    Json configuration = LifecycleWorld::blue_green();
    configuration["deploymentCircuitBreaker"] = {{"enable", true}, {"rollback", true}};
    if (first) {
      world.create(LifecycleWorld::strategy(configuration));
    } else {
      world.deploy_second(configuration);
    }
    const std::string bad = world.service("web")["deployments"][0]["id"];
    for (int round = 0; round < 3; ++round) {
      world.settle();
      for (const model::TaskId task : world.tasks("web", &DeploymentTasks::starting)) {
        world.report(task, TaskStatus::kStopped, std::nullopt, "CannotPullContainerError: no such image");
      }
    }
    world.work();
    const Json deployment = world.latest();
    const std::string reason = "Service deployment rolled back because the circuit breaker threshold was exceeded.";
    CHECK(deployment["deploymentCircuitBreaker"]["status"] == "TRIGGERED");
    const auto events = world.events("web");
    CHECK(std::ranges::find(events, "(deployment " + bad + ") deployment failed: " + reason) != events.end());
    if (first) {
      CHECK(deployment["status"] == "STOPPED");
      CHECK(deployment["statusReason"] == "No rollback candidate was found to run the rollback.");
      CHECK(world.service("web")["deployments"][0]["rolloutState"] == "FAILED");
    } else {
      CHECK(deployment["status"] == "ROLLBACK_SUCCESSFUL");
      CHECK(deployment["statusReason"] == reason);
      CHECK(world.service("web")["taskDefinition"] == world.arn("task-definition/web:1"));
    }
  }
}

TEST_CASE("a stage that lasts longer than a day fails the deployment", "[deployments][lifecycle]") {
  LifecycleWorld world;
  world.deploy_second(LifecycleWorld::blue_green());
  world.settle();
  REQUIRE(world.record().stage == LifecycleStage::kScaleUp);
  world.clock.advance(std::chrono::hours(24) - std::chrono::minutes(1));
  world.settle();
  CHECK(world.status() == "IN_PROGRESS");
  world.clock.advance(std::chrono::minutes(1));
  world.work();
  CHECK(world.status() == "ROLLBACK_SUCCESSFUL");
  CHECK(world.latest()["statusReason"] ==
        "Service deployment rolled back because the SCALE_UP lifecycle stage did not complete within 24 hours.");
}

TEST_CASE("a service without load balancers and one without tasks go through the stages as well",
          "[deployments][lifecycle]") {
  LifecycleWorld world;
  world.create(with(LifecycleWorld::strategy(LifecycleWorld::blue_green(), 0), {{"loadBalancers", nullptr}}));
  CHECK(world.finish() == 0);
  CHECK(world.stages == kStages);
  world.forget();
  world.update({{"forceNewDeployment", true}});
  CHECK(world.finish() == 0);
  CHECK(world.stages == kStages);
  CHECK(world.service("web")["deployments"].size() == 1);
}

TEST_CASE("what a restart finds of a deployment under way is what there was", "[deployments][lifecycle]") {
  LifecycleWorld world;
  Json configuration = LifecycleWorld::blue_green(5);
  configuration["lifecycleHooks"] = Json::array({LifecycleWorld::pause_at("POST_PRODUCTION_TRAFFIC_SHIFT")});
  configuration["alarms"] = {{"alarmNames", {"errors"}}, {"enable", true}, {"rollback", true}};
  world.deploy_second(configuration);
  world.work();
  CHECK(world.rows() == world.stored);
  CHECK(indexes_after_restart(world.stored) == indexes_of(world.state));
}

TEST_CASE("what deployments that shift traffic refuse", "[deployments][lifecycle]") {
  const std::string bad = "InvalidParameterException: ";
  struct Row {
    const char* what;
    Json changes;
    std::string answer;
  };
  const Json advanced = LifecycleWorld::shifting_balancer()["advancedConfiguration"];
  const auto balanced = [&](const Json& changes) {
    return Json{{"loadBalancers", {with(LifecycleWorld::shifting_balancer(), {{"advancedConfiguration", changes}})}}};
  };
  const auto hooked = [](const Json& hook) {
    return Json{{"deploymentConfiguration", {{"strategy", "BLUE_GREEN"}, {"lifecycleHooks", {hook}}}}};
  };
  const std::string group = LifecycleWorld::elb("targetgroup/one/0123456789abcdef");
  const std::vector<Row> rows = {
      {"no advancedConfiguration",
       {{"loadBalancers", {ServiceWorld::balancer()}}},
       bad + "advancedConfiguration field is required for all loadBalancers when using a non-ROLLING deployment "
             "strategy"},
      {"production rule", balanced({{"productionListenerRule", "web"}}),
       bad + "productionListenerRule has an invalid ARN format. Must be RuleArn for ALB or ListenerArn for NLB. Got: "
             "web"},
      {"same rule", balanced({{"testListenerRule", advanced["productionListenerRule"]}}),
       bad + "The following rules cannot be used as both production and test listener rules: " +
           advanced["productionListenerRule"].get<std::string>()},
      {"same group", balanced({{"alternateTargetGroupArn", group}}), bad + "Duplicate targetGroupArn found: " + group},
      {"some advanced only",
       {{"loadBalancers", {LifecycleWorld::shifting_balancer(), ServiceWorld::balancer()}},
        {"deploymentConfiguration", {{"strategy", "ROLLING"}}}},
       bad + "Either all or none of the provided loadBalancers must have advancedConfiguration defined"},
      {"classic",
       {{"loadBalancers",
         {{{"loadBalancerName", "old"},
           {"containerName", "app"},
           {"containerPort", 80},
           {"advancedConfiguration", advanced}}}},
        {"deploymentConfiguration", {{"strategy", "ROLLING"}}}},
       bad + "advancedConfiguration field is not allowed with ELBv1 loadBalancers"},
      {"step",
       {{"deploymentConfiguration", {{"strategy", "LINEAR"}, {"linearConfiguration", {{"stepPercent", 2.9}}}}}},
       bad + "stepPercent must be at least 3"},
      {"fine step",
       {{"deploymentConfiguration", {{"strategy", "LINEAR"}, {"linearConfiguration", {{"stepPercent", 3.05}}}}}},
       bad + "stepPercent must be a multiple of 0.1"},
      {"canary",
       {{"deploymentConfiguration", {{"strategy", "CANARY"}, {"canaryConfiguration", {{"canaryPercent", 0}}}}}},
       bad + "canaryPercent must be at least 0.1"},
      {"bake",
       {{"deploymentConfiguration", {{"strategy", "BLUE_GREEN"}, {"bakeTimeInMinutes", 1441}}}},
       bad + "bakeTimeInMinutes must be at most 1440"},
      {"daemon",
       {{"schedulingStrategy", "DAEMON"}, {"desiredCount", nullptr}, {"loadBalancers", nullptr}},
       bad + "The daemon scheduling strategy does not support the deployment strategy BLUE_GREEN."},
      {"hook without target", hooked({{"lifecycleStages", {"PRE_SCALE_UP"}}}),
       bad + "hookTargetArn is required for AWS_LAMBDA lifecycle hooks"},
      {"hook without stage", hooked({{"hookTargetArn", LifecycleWorld::kFunction}}),
       bad + "lifecycleStages must be specified for every lifecycle hook"},
      {"pause in a shift", hooked(LifecycleWorld::pause_at("PRODUCTION_TRAFFIC_SHIFT")),
       bad + "PAUSE lifecycle hooks are not supported at the lifecycle stage PRODUCTION_TRAFFIC_SHIFT"},
      {"pause with target", hooked(with(LifecycleWorld::pause_at("PRE_SCALE_UP"), {{"hookTargetArn", "x"}})),
       bad + "hookTargetArn and roleArn cannot be specified for PAUSE lifecycle hooks"},
      {"too many hooks",
       {{"deploymentConfiguration",
         {{"strategy", "BLUE_GREEN"},
          {"lifecycleHooks", std::vector<Json>(11, LifecycleWorld::pause_at("PRE_SCALE_UP"))}}}},
       bad + "A service can have at most 10 AWS_LAMBDA and 10 PAUSE lifecycle hooks"},
  };
  LifecycleWorld world;
  for (const Row& row : rows) {
    CAPTURE(row.what);
    CHECK(world.no("CreateService", with(LifecycleWorld::strategy(LifecycleWorld::blue_green()), row.changes)) ==
          row.answer);
  }
}

}  // namespace
}  // namespace drydock::test
