// Policies, alarms and metrics at work (spec/adjuncts.md section 4).

#include <algorithm>

#include "model/arn.hpp"
#include "server/operations/container_instances/usage_reports.hpp"
#include "tests/unit/operations/autoscaling/scaling_fixture.hpp"

using namespace drydock;
using namespace drydock::test;
using namespace std::chrono_literals;

TEST_CASE("Target tracking scales out at once when the metric was above its target for three minutes") {
  ScalingWorld world;
  world.target();
  world.track(world.cpu(50));
  world.load(90, 2);
  CHECK(world.desired() == 2);
  CHECK(world.alarm("TargetTracking-service/default/web-AlarmHigh-")["StateValue"] == "INSUFFICIENT_DATA");
  world.load(90, 3);
  CHECK(world.desired() == 4);  // 2 * 90 / 50
  const Json high = world.alarm("TargetTracking-service/default/web-AlarmHigh-");
  CHECK(high["StateValue"] == "ALARM");
  const Json activity = world.activities()[0];
  CHECK(activity["Description"] == "Setting desired count to 4.");
  const std::string name = high["AlarmName"];
  CHECK(activity["Cause"] == "monitor alarm " + name + " in state ALARM triggered policy cpu");
  CHECK(activity["StatusCode"] == "Successful");
  CHECK(activity["StatusMessage"] == "Successfully set desired count to 4. Change successfully fulfilled by ecs.");
  const auto events = world.events("web");
  CHECK(std::ranges::count_if(events, [](const std::string& message) {
          return message.starts_with("Message: Successfully set desired count to 4.");
        }) == 1);
  world.run("web");
  CHECK(world.service("web")["runningCount"] == 4);
}

TEST_CASE("During a scale-out cooldown only a larger need adds to what was added") {
  ScalingWorld world;
  world.target();
  world.track(world.cpu(50, {{"ScaleOutCooldown", 300}}));
  world.load(75, 3);
  CHECK(world.desired() == 3);
  world.pass(1min);
  world.load(60, 1);  // 3 * 60 / 50 = 4: one more, as before
  CHECK(world.desired() == 3);
  CHECK(world.held_back() == "CooldownInEffect");
  world.pass(1min);
  world.load(100, 1);  // 6: three more, of which one is there
  CHECK(world.desired() == 5);
  world.pass(5min);
  world.load(60, 3);
  CHECK(world.desired() == 6);  // 5 * 60 / 50, the cooldown is over
}

TEST_CASE("Scaling in takes fifteen minutes of every policy that may scale in") {
  ScalingWorld world;
  world.update({{"desiredCount", 8}});
  world.run("web");
  world.target();
  world.track(world.cpu(50));
  SECTION("one policy") {
    world.load(20, 14);
    CHECK(world.desired() == 8);
    world.load(20, 15);
    CHECK(world.desired() == 4);  // 8 * 20 / 50 = 3.2
    world.pass(1min);
    world.load(20, 15);
    CHECK(world.desired() == 4);
    CHECK(world.held_back() == "CooldownInEffect");
    world.pass(5min);
    world.load(20, 15);
    CHECK(world.desired() == 2);
  }
  SECTION("the highest of the last minutes counts") {
    world.load(40, 15);
    CHECK(world.desired() == 7);  // 8 * 40 / 50 = 6.4
  }
  SECTION("a value just below the target is no reason") {
    world.load(46, 15);
    CHECK(world.desired() == 8);
  }
  SECTION("another policy without data is against it") {
    world.track({{"TargetValue", 50},
                 {"PredefinedMetricSpecification", {{"PredefinedMetricType", "ECSServiceAverageMemoryUtilization"}}}},
                "memory");
    world.load(20, 15);
    CHECK(world.desired() == 8);
    CHECK(world.held_back() == "OtherPoliciesDisagree");
  }
  SECTION("scaling in may be switched off") {
    world.track(world.cpu(50, {{"DisableScaleIn", true}}));
    CHECK(world.ok("cloudwatch:DescribeAlarms", Json::object())["MetricAlarms"].size() == 1);
    world.load(20, 15);
    CHECK(world.desired() == 8);
  }
  SECTION("a deployment under way is waited for") {
    world.update({{"forceNewDeployment", true}});
    world.load(20, 15);
    CHECK(world.desired() == 8);
    CHECK(world.held_back() == "DeploymentInProgress");
    world.run("web");
    world.pass(1min);
    world.load(20, 15);
    CHECK(world.desired() == 4);
  }
}

TEST_CASE("Nothing scales beyond the bounds, or what is suspended") {
  ScalingWorld world;
  world.target(2, 3);
  world.track(world.cpu(10, {{"ScaleOutCooldown", 0}}));
  SECTION("the maximum") {
    world.load(100, 3);
    CHECK(world.desired() == 3);
    world.pass(1min);
    world.load(100, 3);
    CHECK(world.held_back() == "AlreadyAtMaxCapacity");
    const Json reason = world.activities(true)[0]["NotScaledReasons"][0];
    CHECK(reason["MaxCapacity"] == 3);
    CHECK(reason["CurrentCapacity"] == 3);
    CHECK(world.activities().size() == 1);
  }
  SECTION("the minimum") {
    world.load(1, 15);
    CHECK(world.desired() == 2);
    CHECK(world.held_back() == "AlreadyAtMinCapacity");
  }
  SECTION("suspended") {
    world.ok("autoscaling:RegisterScalableTarget",
             world.named({{"SuspendedState", {{"DynamicScalingOutSuspended", true}}}}));
    world.load(100, 3);
    CHECK(world.desired() == 2);
    CHECK(world.held_back() == "ScalingSuspended");
  }
}

TEST_CASE("Registering brings the desired count into the bounds") {
  ScalingWorld world;
  world.target(4, 6);
  CHECK(world.desired() == 4);
  CHECK(world.activities()[0]["Cause"] == "minimum capacity was set to 4");
  world.ok("autoscaling:RegisterScalableTarget", world.named({{"MinCapacity", 1}, {"MaxCapacity", 3}}));
  CHECK(world.desired() == 3);
  CHECK(world.activities()[0]["Cause"] == "maximum capacity was set to 3");
}

TEST_CASE("Step scaling does what the step of the breach says, once a period") {
  ScalingWorld world;
  world.target();
  const Json up = Json::parse(R"([
    {"MetricIntervalLowerBound": 0, "MetricIntervalUpperBound": 50, "ScalingAdjustment": 1},
    {"MetricIntervalLowerBound": 50, "ScalingAdjustment": 4}])");
  world.steps({{"AdjustmentType", "ChangeInCapacity"}, {"Cooldown", 60}, {"StepAdjustments", up}});
  world.queue(99);
  CHECK(world.desired() == 2);
  world.pass(1min);
  world.queue(149);
  CHECK(world.desired() == 3);
  CHECK(world.activities()[0]["Cause"] == "monitor alarm steps in state ALARM triggered policy steps");
  world.run("web");
  world.queue(149);  // the same period
  CHECK(world.desired() == 3);
  world.pass(1min);
  world.queue(150);
  CHECK(world.desired() == 7);
  const Json policy =
      world.ok("autoscaling:DescribeScalingPolicies", {{"ServiceNamespace", "ecs"}})["ScalingPolicies"][0];
  CHECK(policy["Alarms"][0]["AlarmName"] == "steps");
}

TEST_CASE("An alarm set by hand drives its policy without any data") {
  ScalingWorld world;
  world.target();
  const Json down = Json::parse(R"([{"MetricIntervalUpperBound": 0, "ScalingAdjustment": 1}])");
  world.steps({{"AdjustmentType", "ExactCapacity"}, {"StepAdjustments", down}}, "down", "LessThanThreshold");
  world.ok("cloudwatch:SetAlarmState", {{"AlarmName", "down"}, {"StateValue", "ALARM"}, {"StateReason", "a test"}});
  CHECK(world.desired() == 1);
  world.settle();
  CHECK(world.alarm("down")["StateValue"] == "ALARM");
  CHECK(world.alarm("down")["StateReason"] == "a test");
  world.wait(1min);
  CHECK(world.alarm("down")["StateValue"] == "INSUFFICIENT_DATA");
  CHECK(world.alarm("down")["StateReason"] == "Insufficient Data: 1 datapoint was unknown.");

  world.ok("cloudwatch:DisableAlarmActions", {{"AlarmNames", {"down"}}});
  world.update({{"desiredCount", 5}});
  world.wait(10min);
  world.ok("cloudwatch:SetAlarmState", {{"AlarmName", "down"}, {"StateValue", "ALARM"}, {"StateReason", "a test"}});
  CHECK(world.desired() == 5);
  CHECK(world.no("cloudwatch:SetAlarmState", {{"AlarmName", "up"}, {"StateValue", "ALARM"}, {"StateReason", "a test"}})
            .starts_with("ResourceNotFound: "));
}

TEST_CASE("A scheduled action sets the bounds when its time comes, and again") {
  ScalingWorld world;  // 2023-11-14T22:13:20Z
  world.target(1, 10);
  const auto put = [&](const char* schedule, const Json& bounds, const Json& more = Json::object()) {
    world.ok("autoscaling:PutScheduledAction",
             world.named(with(
                 {{"ScheduledActionName", "nights"}, {"Schedule", schedule}, {"ScalableTargetAction", bounds}}, more)));
    world.settle();
  };
  SECTION("once") {
    put("at(2023-11-14T23:00:00)", {{"MinCapacity", 5}});
    world.wait(46min);
    CHECK(world.desired() == 2);
    world.wait(1min);
    CHECK(world.desired() == 5);
    const Json activities = world.activities();
    CHECK(activities[0]["Cause"] == "minimum capacity was set to 5");
    CHECK(activities[1]["Cause"] == "scheduled action name nights was triggered");
    CHECK(activities[1]["Description"] == "Setting min capacity to 5");
  }
  SECTION("in a zone, every day") {
    put("cron(0 0 * * ? *)", {{"MaxCapacity", 1}}, {{"Timezone", "Europe/Paris"}});
    world.wait(47min);  // midnight in Paris
    CHECK(world.desired() == 1);
    world.ok("autoscaling:RegisterScalableTarget", world.named({{"MinCapacity", 3}, {"MaxCapacity", 9}}));
    world.wait(24h);
    CHECK(world.desired() == 1);
  }
  SECTION("not while suspended") {
    put("at(2023-11-14T23:00:00)", {{"MinCapacity", 5}});
    world.ok("autoscaling:RegisterScalableTarget",
             world.named({{"SuspendedState", {{"ScheduledScalingSuspended", true}}}}));
    world.wait(1h);
    CHECK(world.desired() == 2);
    CHECK(world.held_back() == "ScalingSuspended");
  }
}

TEST_CASE("Samples of one minute add up, in whatever form they come") {
  ScalingWorld world;
  world.ok("cloudwatch:PutMetricData",
           {{"Namespace", "Shop"},
            {"MetricData",
             {{{"MetricName", "Orders"}, {"Values", {1, 5}}, {"Counts", {3, 1}}, {"Unit", "Count"}},
              {{"MetricName", "Orders"},
               {"StatisticValues", {{"SampleCount", 2}, {"Sum", 20}, {"Minimum", 2}, {"Maximum", 18}}}}}}});
  const Json point = world.statistics("Shop", "Orders", Json::array());
  CHECK(point["SampleCount"] == 6);
  CHECK(point["Sum"] == 28);
  CHECK(point["Minimum"] == 1);
  CHECK(point["Maximum"] == 18);
  CHECK(point["Unit"] == "Count");
}

TEST_CASE("What tasks use becomes the metrics of their service, in percent of what they reserve") {
  ScalingWorld world;  // tasks of 64 MiB that reserve no CPU
  const auto tasks = world.tasks("web", &model::DeploymentTasks::healthy);
  REQUIRE(tasks.size() == 2);
  std::vector<operations::ContainerUse> report = {{"arn:aws:ecs:eu-west-1:123456789012:task/default/0", 1, 1}};
  for (const model::TaskId id : tasks) {
    const std::string arn = model::arn_of(world.state, world.state.get(id));
    report.push_back({arn, 100, 16});
    report.push_back({arn, 100, id == tasks[0] ? 0.0 : 32.0});
  }
  world.edit([&](model::Transaction& tx) { operations::publish_usage(tx, report); });
  const Json point = world.statistics("AWS/ECS", "MemoryUtilization", world.dimensions());
  CHECK(point["SampleCount"] == 2);
  CHECK(point["Average"] == 50);
  CHECK(point["Maximum"] == 75);
  CHECK(point["Unit"] == "Percent");
  CHECK(world.ok("cloudwatch:ListMetrics", {{"MetricName", "CPUUtilization"}})["Metrics"].empty());
}

TEST_CASE("Metrics are forgotten after a day") {
  ScalingWorld world;
  world.load(10, 3);
  world.wait(26h);
  world.queue(1);
  const Json metrics = world.ok("cloudwatch:ListMetrics", Json::object())["Metrics"];
  REQUIRE(metrics.size() == 1);
  CHECK(metrics[0]["MetricName"] == "Queue");
}

TEST_CASE("Scaling survives a restart and leaves nothing behind") {
  ScalingWorld world;
  world.target();
  world.track(world.cpu(50));
  world.load(90, 3);
  CHECK(indexes_after_restart(world.stored) == indexes_of(world.state));
  world.ok("autoscaling:DeregisterScalableTarget", world.named());
  CHECK(world.ok("cloudwatch:DescribeAlarms", Json::object())["MetricAlarms"].empty());
  CHECK(world.activities().size() == 1);
  world.wait(1min);
  world.load(90, 3);
  CHECK(world.desired() == 4);
  CHECK(indexes_after_restart(world.stored) == indexes_of(world.state));
}

TEST_CASE("A policy whose alarm was deleted goes on without it") {
  ScalingWorld world;
  world.target();
  world.track(world.cpu(50));
  const Json low = world.alarm("TargetTracking-service/default/web-AlarmLow-");
  world.ok("cloudwatch:DeleteAlarms", {{"AlarmNames", {low["AlarmName"]}}});
  world.load(90, 3);
  CHECK(world.desired() == 4);
  world.track(world.cpu(50));
  world.alarm("TargetTracking-service/default/web-AlarmLow-");
}
