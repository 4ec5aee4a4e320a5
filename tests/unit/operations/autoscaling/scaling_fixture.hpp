#pragma once
// A service of two running tasks that may scale between 1 and 10.

#include "tests/unit/operations/services/service_fixture.hpp"

namespace drydock::test {

struct ScalingWorld : ServiceWorld {
  static constexpr const char* kResource = "service/default/web";

  ScalingWorld() {
    add_instance("a", 1'000'000, 1'000'000);
    create(with(web(), {{"desiredCount", 2}}));
    run("web");
  }

  static Json named(const Json& more = Json::object()) {
    return with(
        {{"ServiceNamespace", "ecs"}, {"ResourceId", kResource}, {"ScalableDimension", "ecs:service:DesiredCount"}},
        more);
  }

  std::string target(int minimum = 1, int maximum = 10) {
    return ok("autoscaling:RegisterScalableTarget",
              named({{"MinCapacity", minimum}, {"MaxCapacity", maximum}}))["ScalableTargetARN"];
  }

  static Json cpu(double value, const Json& more = Json::object()) {
    return with({{"TargetValue", value},
                 {"PredefinedMetricSpecification", {{"PredefinedMetricType", "ECSServiceAverageCPUUtilization"}}}},
                more);
  }

  Json track(const Json& configuration, const std::string& name = "cpu") {
    return ok("autoscaling:PutScalingPolicy", named({{"PolicyName", name},
                                                     {"PolicyType", "TargetTrackingScaling"},
                                                     {"TargetTrackingScalingPolicyConfiguration", configuration}}));
  }

  /// A step policy with an alarm of the user's own on Test/Queue, one period of a minute against a threshold of 100.
  void steps(const Json& configuration, const std::string& name = "steps",
             const std::string& comparison = "GreaterThanOrEqualToThreshold") {
    const Json policy = ok("autoscaling:PutScalingPolicy", named({{"PolicyName", name},
                                                                  {"PolicyType", "StepScaling"},
                                                                  {"StepScalingPolicyConfiguration", configuration}}));
    ok("cloudwatch:PutMetricAlarm", {{"AlarmName", name},
                                     {"Namespace", "Test"},
                                     {"MetricName", "Queue"},
                                     {"Statistic", "Average"},
                                     {"Period", 60},
                                     {"EvaluationPeriods", 1},
                                     {"Threshold", 100},
                                     {"ComparisonOperator", comparison},
                                     {"AlarmActions", {policy["PolicyARN"]}}});
  }

  Json datum(const std::string& name, double value, int minutes_ago, const Json& dimensions) {
    const auto at = clock.now() - std::chrono::minutes(minutes_ago);
    return {{"MetricName", name},
            {"Dimensions", dimensions},
            {"Timestamp", at.time_since_epoch().count() / 1000},
            {"Value", value}};
  }

  static Json dimensions() {
    return Json::parse(R"([{"Name": "ClusterName", "Value": "default"}, {"Name": "ServiceName", "Value": "web"}])");
  }

  /// The only datapoint of the last ten minutes.
  Json statistics(const std::string& name_space, const std::string& name, const Json& of) {
    const auto now = clock.now().time_since_epoch().count() / 1000;
    const Json found = ok("cloudwatch:GetMetricStatistics",
                          {{"Namespace", name_space},
                           {"MetricName", name},
                           {"Dimensions", of},
                           {"StartTime", now - 600},
                           {"EndTime", now + 60},
                           {"Period", 60},
                           {"Statistics", {"SampleCount", "Average", "Minimum", "Maximum", "Sum"}}})["Datapoints"];
    REQUIRE(found.size() == 1);
    return found[0];
  }

  /// The service's CPU utilisation of the last complete minutes.
  void load(double percent, int minutes = 15) {
    Json data = Json::array();
    for (int i = 1; i <= minutes; ++i) data.push_back(datum("CPUUtilization", percent, i, dimensions()));
    ok("cloudwatch:PutMetricData", {{"Namespace", "AWS/ECS"}, {"MetricData", data}});
    settle();
  }

  void queue(double length) {
    ok("cloudwatch:PutMetricData",
       {{"Namespace", "Test"}, {"MetricData", Json::array({datum("Queue", length, 1, Json::array())})}});
    settle();
  }

  /// Instances carry out what was asked for, and time passes; what is due then happens with the next data.
  void pass(model::Duration time) {
    run("web");
    clock.advance(time);
  }

  /// Time passes without any new data, what is due happens, and instances carry it out.
  void wait(model::Duration time) {
    clock.advance(time);
    run("web");
  }

  int desired() { return service("web")["desiredCount"]; }

  Json activities(bool all = false) {
    return ok("autoscaling:DescribeScalingActivities",
              {{"ServiceNamespace", "ecs"}, {"IncludeNotScaledActivities", all}})["ScalingActivities"];
  }

  /// Why the newest thing that was wanted did not happen.
  std::string held_back() {
    const Json newest = activities(true)[0];
    return newest.contains("NotScaledReasons") ? newest["NotScaledReasons"][0]["Code"].get<std::string>() : "";
  }

  Json alarm(const std::string& prefix) {
    const Json found = ok("cloudwatch:DescribeAlarms", {{"AlarmNamePrefix", prefix}})["MetricAlarms"];
    REQUIRE(found.size() == 1);
    return found[0];
  }
};

}  // namespace drydock::test
