#include "tests/unit/operations/autoscaling/scaling_fixture.hpp"

using namespace drydock;
using namespace drydock::test;

TEST_CASE("Targets are made, shown, changed and taken away") {
  ScalingWorld world;
  const std::string arn = world.target();
  CHECK(arn.starts_with("arn:aws:application-autoscaling:eu-west-1:123456789012:scalable-target/0ec5"));
  world.ok("autoscaling:RegisterScalableTarget", world.named({{"MaxCapacity", 20}}));
  const Json shown =
      world.ok("autoscaling:DescribeScalableTargets", {{"ServiceNamespace", "ecs"}})["ScalableTargets"][0];
  CHECK(shown["MinCapacity"] == 1);
  CHECK(shown["MaxCapacity"] == 20);
  CHECK(shown["ScalableTargetARN"] == arn);
  CHECK(shown["SuspendedState"]["DynamicScalingInSuspended"] == false);
  CHECK(shown["RoleARN"].get<std::string>().ends_with("/AWSServiceRoleForApplicationAutoScaling_ECSService"));
  world.ok("autoscaling:TagResource", {{"ResourceARN", arn}, {"Tags", {{"team", "shop"}, {"env", "test"}}}});
  world.ok("autoscaling:UntagResource", {{"ResourceARN", arn}, {"TagKeys", {"env"}}});
  CHECK(world.ok("autoscaling:ListTagsForResource", {{"ResourceARN", arn}})["Tags"] == Json{{"team", "shop"}});
  world.ok("autoscaling:DeregisterScalableTarget", world.named());
  CHECK(world.ok("autoscaling:DescribeScalableTargets", {{"ServiceNamespace", "ecs"}})["ScalableTargets"].empty());
  CHECK(world.no("autoscaling:DeregisterScalableTarget", world.named()) ==
        "ObjectNotFoundException: No scalable target registered for service namespace: ecs, resource ID: "
        "service/default/web, scalable dimension: ecs:service:DesiredCount");
}

TEST_CASE("What cannot scale is refused with AWS's names") {
  ScalingWorld world;
  world.target();
  const auto cpu = Json{{"PredefinedMetricType", "ECSServiceAverageCPUUtilization"}};
  const auto steps = [](const char* list) {
    return Json{{"StepScalingPolicyConfiguration",
                 {{"AdjustmentType", "ChangeInCapacity"}, {"StepAdjustments", Json::parse(list)}}}};
  };
  struct Row {
    const char* operation;
    Json changes;
    const char* error;
  };
  const Json policy = {{"PolicyName", "p"}};
  for (const Row& row : {
           Row{"RegisterScalableTarget", {{"ServiceNamespace", "dynamodb"}}, "ValidationException: Unsupported"},
           Row{"RegisterScalableTarget", {{"ResourceId", "web"}}, "ValidationException: Unsupported"},
           Row{"RegisterScalableTarget", {{"ServiceNamespace", "nothing"}}, "ValidationException: "},
           Row{"RegisterScalableTarget", {{"ResourceId", nullptr}}, "ValidationException: "},
           Row{"RegisterScalableTarget",
               {{"ResourceId", "service/default/none"}, {"MinCapacity", 1}, {"MaxCapacity", 2}},
               "ValidationException: ECS service doesn't exist: service/default/none"},
           Row{"RegisterScalableTarget", {{"ResourceId", "service/default/none"}}, "ValidationException: Both minimum"},
           Row{"RegisterScalableTarget", {{"MinCapacity", 11}}, "ValidationException: Maximum capacity cannot"},
           Row{"RegisterScalableTarget", {{"MinCapacity", -1}}, "ValidationException: Minimum capacity cannot"},
           Row{"PutScalingPolicy", with(policy, {{"ResourceId", "service/default/other"}}),
               "ObjectNotFoundException: "},
           Row{"PutScalingPolicy", with(policy, {{"PolicyType", "PredictiveScaling"}}), "ValidationException: "},
           Row{"PutScalingPolicy", policy, "ValidationException: A step scaling policy takes"},
           Row{"PutScalingPolicy", with(policy, {{"TargetTrackingScalingPolicyConfiguration", {{"TargetValue", 5}}}}),
               "ValidationException: Exactly one of"},
           Row{"PutScalingPolicy",
               with(policy, {{"TargetTrackingScalingPolicyConfiguration",
                              {{"TargetValue", 0}, {"PredefinedMetricSpecification", cpu}}}}),
               "ValidationException: TargetValue must"},
           Row{"PutScalingPolicy",
               with(policy, {{"TargetTrackingScalingPolicyConfiguration",
                              {{"TargetValue", 5},
                               {"PredefinedMetricSpecification",
                                {{"PredefinedMetricType", "DynamoDBReadCapacityUtilization"}}}}}}),
               "ValidationException: Predefined metric type"},
           Row{"PutScalingPolicy", with(policy, steps("[]")), "ValidationException: At least one"},
           Row{"PutScalingPolicy", with(policy, steps(R"([{"MetricIntervalLowerBound": 0, "MetricIntervalUpperBound": 5,
               "ScalingAdjustment": 1}])")),
               "ValidationException: There must be a StepAdjustment with an unspecified upper bound"},
           Row{"PutScalingPolicy", with(policy, steps(R"([{"MetricIntervalLowerBound": 0, "MetricIntervalUpperBound": 5,
               "ScalingAdjustment": 1}, {"MetricIntervalLowerBound": 4, "ScalingAdjustment": 2}])")),
               "ValidationException: StepAdjustment intervals can't overlap"},
           Row{"PutScalingPolicy", with(policy, steps(R"([{"MetricIntervalLowerBound": 0, "MetricIntervalUpperBound": 5,
               "ScalingAdjustment": 1}, {"MetricIntervalLowerBound": 6, "ScalingAdjustment": 2}])")),
               "ValidationException: StepAdjustment intervals can't have gaps"},
           Row{"DeleteScalingPolicy", policy, "ObjectNotFoundException: No scaling policy found for"},
           Row{"PutScheduledAction", {{"ScheduledActionName", "a"}}, "ValidationException: Schedule and"},
           Row{"PutScheduledAction",
               {{"ScheduledActionName", "a"}, {"Schedule", "soon"}, {"ScalableTargetAction", {{"MinCapacity", 1}}}},
               "ValidationException: Invalid schedule expression: soon"},
           Row{"PutScheduledAction",
               {{"ScheduledActionName", "a"},
                {"Schedule", "rate(1 hour)"},
                {"Timezone", "Mars"},
                {"ScalableTargetAction", {{"MinCapacity", 1}}}},
               "ValidationException: Invalid timezone: Mars"},
           Row{"PutScheduledAction",
               {{"ScheduledActionName", "a"},
                {"Schedule", "at(2020-01-01T00:00:00)"},
                {"ScalableTargetAction", {{"MinCapacity", 1}}}},
               "ValidationException: Scheduled action has no future run"},
           Row{"DeleteScheduledAction", {{"ScheduledActionName", "a"}}, "ObjectNotFoundException: No scheduled action"},
           Row{"DescribeScalingPolicies", {{"NextToken", "x"}}, "InvalidNextTokenException: "},
           Row{"DescribeScalableTargets", {{"MaxResults", 51}}, "ValidationException: "},
       }) {
    CAPTURE(row.operation, row.changes);
    CHECK_THAT(world.no(std::string("autoscaling:") + row.operation, world.named(row.changes)), StartsWith(row.error));
  }
}

TEST_CASE("CloudWatch refuses what it cannot keep") {
  ScalingWorld world;
  const Json alarm = {{"AlarmName", "a"},  {"Namespace", "N"},
                      {"MetricName", "M"}, {"Statistic", "Average"},
                      {"Period", 60},      {"EvaluationPeriods", 1},
                      {"Threshold", 1},    {"ComparisonOperator", "GreaterThanThreshold"}};
  world.ok("cloudwatch:PutMetricAlarm", alarm);
  const auto datum = [](const Json& members) {
    return Json{{"Namespace", "N"}, {"MetricData", Json::array({with({{"MetricName", "M"}}, members)})}};
  };
  struct Row {
    const char* operation;
    Json body;
    const char* error;
  };
  for (const Row& row : {
           Row{"PutMetricData", {{"Namespace", "N"}}, "MissingParameter: "},
           Row{"PutMetricData", datum(Json::object()), "MissingParameter: "},
           Row{"PutMetricData", datum({{"Value", 1}, {"Values", {1}}}), "InvalidParameterCombination: "},
           Row{"PutMetricData", datum({{"Value", 1}, {"Timestamp", 1}}), "InvalidParameterValue: Timestamp"},
           Row{"PutMetricData", datum({{"Values", {1}}, {"Counts", {1, 2}}}), "InvalidParameterValue: Values"},
           Row{"PutMetricData", datum({{"MetricName", "a\x1f"}, {"Value", 1}}), "InvalidParameterValue: Names"},
           Row{"PutMetricAlarm", with(alarm, {{"Period", 10}}), "InvalidParameterValue: Period"},
           Row{"PutMetricAlarm", with(alarm, {{"MetricName", nullptr}}), "MissingParameter: "},
           Row{"PutMetricAlarm", with(alarm, {{"EvaluationPeriods", 2000}}), "InvalidParameterValue: Metrics cannot"},
           Row{"PutMetricAlarm", with(alarm, {{"DatapointsToAlarm", 2}}), "InvalidParameterValue: DatapointsToAlarm"},
           Row{"PutMetricAlarm", with(alarm, {{"TreatMissingData", "x"}}), "InvalidParameterValue: TreatMissingData"},
           Row{"DeleteAlarms", {{"AlarmNames", {"a", "b"}}}, "ResourceNotFound: "},
           Row{"GetMetricStatistics",
               {{"Namespace", "N"},
                {"MetricName", "M"},
                {"StartTime", 2},
                {"EndTime", 1},
                {"Period", 60},
                {"Statistics", {"Sum"}}},
               "InvalidParameterValue: "},
       }) {
    CAPTURE(row.operation, row.body);
    CHECK_THAT(world.no(std::string("cloudwatch:") + row.operation, row.body), StartsWith(row.error));
  }
  world.alarm("a");
}
