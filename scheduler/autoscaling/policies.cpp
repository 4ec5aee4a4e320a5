#include "scheduler/autoscaling/policies.hpp"

#include <algorithm>

#include "model/arn.hpp"
#include "scheduler/alarms/evaluate.hpp"
#include "scheduler/alarms/put.hpp"
#include "scheduler/autoscaling/scale.hpp"
#include "scheduler/autoscaling/step_scaling.hpp"
#include "scheduler/autoscaling/target_tracking.hpp"

namespace drydock::scheduler {
namespace {

using Values = std::vector<std::optional<double>>;

/// What a policy asks for, from the running count: AWS does not count on tasks that may never start.
struct Demand {
  int from = 0;
  int to = 0;
  const char* hold = nullptr;  // why nothing is asked for
};

/// What comes of it.
struct Decision {
  int count = 0;
  int added = 0;  // by this policy within its cooldown
  const char* hold = nullptr;
};

std::optional<double> newest(const Values& values) {
  for (const auto& value : values) {
    if (value) return value;
  }
  return std::nullopt;
}

Demand track_out(const model::State& state, const model::ScalingPolicy& policy, int running, model::Instant now) {
  const model::Alarm* high = state.find(policy.high);
  const auto value = high == nullptr ? std::nullopt : newest(datapoints(state, *high, now, kScaleOutMinutes));
  if (!value) return {running, running, "MissingData"};
  return {running, tracked_capacity(running, *value, policy.tracking->TargetValue.value_or(0)), nullptr};
}

/// Scaling in takes every policy of the target that may scale in, all of the time, and the highest of what they want.
Demand track_in(const model::State& state, const model::ScalingPolicy& policy, int running, model::Instant now) {
  Demand demand{running, 0, nullptr};
  for (const auto& [name, id] : state.of(policy.target).policies) {
    const model::ScalingPolicy& one = state.get(id);
    if (!one.low) continue;
    const model::Alarm& low = state.get(one.low);
    if (low.state != model::AlarmState::kAlarm) return {running, running, "OtherPoliciesDisagree"};
    const Values values = datapoints(state, low, now, kScaleInMinutes);
    if (std::ranges::any_of(values, [](const auto& value) { return !value; })) return {running, running, "MissingData"};
    const double highest = **std::ranges::max_element(values, {}, [](const auto& value) { return *value; });
    demand.to = std::max(demand.to, tracked_capacity(running, highest, one.tracking->TargetValue.value_or(0)));
  }
  demand.to = std::min(demand.to, running);
  return demand;
}

Demand step(const model::State& state, const model::ScalingPolicy& policy, const model::Alarm& alarm, int running,
            bool forced, model::Instant now) {
  const AlarmRule rule = rule_of(*alarm.definition);
  auto value = newest(datapoints(state, alarm, now, rule.periods + kPeriodsBeyond));
  if (forced && (!value || !breaches(rule, *value))) value = rule.threshold;
  if (!value) return {running, running, "MissingData"};
  const Breach side = watches_above(rule) ? Breach::kAbove : Breach::kBelow;
  const auto capacity = step_capacity(*policy.steps, running, *value - rule.threshold, side);
  if (!capacity) return {running, running, "NoStepMatches"};
  return {running, *capacity, nullptr};
}

int out_cooldown(const model::ScalingPolicy& policy) {
  const auto given = policy.tracking ? policy.tracking->ScaleOutCooldown : policy.steps->Cooldown;
  return given.value_or(kDefaultCooldown);
}

int in_cooldown(const model::ScalingPolicy& policy) {
  const auto given = policy.tracking ? policy.tracking->ScaleInCooldown : policy.steps->Cooldown;
  return given.value_or(kDefaultCooldown);
}

Decision decide_out(const model::ScalingPolicy& policy, const model::ScalableTarget& target,
                    const model::Service& service, const Demand& demand, model::Instant now) {
  if (target.scale_out_suspended) return {0, 0, "ScalingSuspended"};
  const int desired = service.desired_count;
  int wanted = demand.to;
  int added = demand.to - demand.from;
  if (now < cooldown_ends(policy, true)) {
    // What was added a moment ago is part of what is asked for now.
    if (added <= policy.scaled_by) return {0, 0, "CooldownInEffect"};
    wanted = desired + added - policy.scaled_by;
  }
  const int count = std::min(wanted, target.maximum);
  if (count <= desired) return {0, 0, desired >= target.maximum ? "AlreadyAtMaxCapacity" : "AlreadyAtDesiredCapacity"};
  return {count, std::max(added, count - desired), nullptr};
}

Decision decide_in(const model::ScalingPolicy& policy, const model::ScalableTarget& target,
                   const model::Service& service, const Demand& demand, model::Instant now) {
  if (target.scale_in_suspended) return {0, 0, "ScalingSuspended"};
  const auto in_progress = [](const model::Deployment& one) { return one.rollout == model::RolloutState::kInProgress; };
  if (std::ranges::any_of(service.deployments, in_progress)) return {0, 0, "DeploymentInProgress"};
  if (now < cooldown_ends(policy, false)) return {0, 0, "CooldownInEffect"};
  const int count = std::max(demand.to, target.minimum);
  if (count < service.desired_count) return {count, 0, nullptr};
  return {0, 0, service.desired_count <= target.minimum ? "AlreadyAtMinCapacity" : "AlreadyAtDesiredCapacity"};
}

/// A scaling out ends every cooldown of scaling in.
void forget_scale_in(model::Transaction& tx, model::ScalableTargetId target) {
  const auto policies = tx.state().of(target).policies;
  for (const auto& [name, id] : policies) {
    if (tx.state().get(id).scaled_in_at == model::Instant{}) continue;
    tx.update(id, [](model::ScalingPolicy& policy) { policy.scaled_in_at = {}; });
  }
}

struct TrackedMetric {
  std::string name_space;
  std::string name;
  std::string statistic;
  std::optional<std::string> unit{};
  std::vector<std::pair<std::string, std::string>> dimensions{};
};

TrackedMetric tracked_metric(const model::ScalableTarget& target,
                             const api::autoscaling::TargetTrackingScalingPolicyConfiguration& tracking) {
  if (tracking.CustomizedMetricSpecification) {
    const auto& custom = *tracking.CustomizedMetricSpecification;
    TrackedMetric metric{custom.Namespace.value_or(""), custom.MetricName.value_or(""),
                         custom.Statistic.value_or("Average"), custom.Unit};
    for (const auto& one : custom.Dimensions.value_or(std::vector<api::autoscaling::MetricDimension>{})) {
      metric.dimensions.emplace_back(one.Name.value_or(""), one.Value.value_or(""));
    }
    return metric;
  }
  const auto& predefined = *tracking.PredefinedMetricSpecification;
  const std::string type = predefined.PredefinedMetricType.value_or("");
  if (type == "ALBRequestCountPerTarget") {
    // app/<balancer>/<id>/targetgroup/<group>/<id>
    const std::string label = predefined.ResourceLabel.value_or("");
    const std::size_t group = std::min(label.find("/targetgroup/"), label.size());
    return {"AWS/ApplicationELB",
            "RequestCountPerTarget",
            "Sum",
            std::nullopt,
            {{"LoadBalancer", label.substr(0, group)},
             {"TargetGroup", group < label.size() ? label.substr(group + 1) : std::string()}}};
  }
  return {"AWS/ECS",
          type == "ECSServiceAverageMemoryUtilization" ? "MemoryUtilization" : "CPUUtilization",
          "Average",
          std::nullopt,
          {{"ClusterName", target.cluster}, {"ServiceName", target.service}}};
}

model::AlarmId keep_alarm(model::Transaction& tx, const model::ScalingPolicy& policy, model::AlarmId known,
                          const char* side, double threshold, int periods) {
  const model::ScalableTarget& target = tx.state().get(policy.target);
  const TrackedMetric metric = tracked_metric(target, *policy.tracking);
  const std::string arn = policy_arn(tx.state(), policy);
  auto definition = std::make_shared<api::cloudwatch::PutMetricAlarmRequest>();
  definition->AlarmDescription = "DO NOT EDIT OR DELETE. For TargetTrackingScaling policy " + arn + ".";
  definition->ActionsEnabled = true;
  definition->AlarmActions = {arn};
  definition->MetricName = metric.name;
  definition->Namespace = metric.name_space;
  definition->Statistic = metric.statistic;
  definition->Unit = metric.unit;
  definition->Dimensions.emplace();
  for (const auto& [name, value] : metric.dimensions) {
    auto& one = definition->Dimensions->emplace_back();
    one.Name = name;
    one.Value = value;
  }
  definition->Period = 60;
  definition->EvaluationPeriods = periods;
  definition->Threshold = threshold;
  definition->ComparisonOperator = std::string(side) == "High" ? "GreaterThanThreshold" : "LessThanThreshold";
  if (known) {
    definition->AlarmName = tx.state().get(known).name;
  } else {
    definition->AlarmName =
        "TargetTracking-" + target.resource_id() + "-Alarm" + side + "-" + model::to_dashed(tx.random().uuid());
  }
  return put_alarm(tx, target.world, std::move(definition), policy.id);
}

void drop_alarm(model::Transaction& tx, model::AlarmId id) {
  if (tx.state().find(id) != nullptr) tx.remove(id);
}

}  // namespace

void run_policy(model::Transaction& tx, model::ScalingPolicyId id, model::AlarmId alarm_id, bool forced) {
  const model::State& state = tx.state();
  const model::ScalingPolicy& policy = state.get(id);
  const model::ScalableTarget& target = state.get(policy.target);
  const model::Service* service = service_of(state, target);
  if (service == nullptr) return;
  const model::Alarm& alarm = state.get(alarm_id);
  const std::string cause = "monitor alarm " + alarm.name + " in state ALARM triggered policy " + policy.name;
  const auto hold = [&](const char* code) { say_not_scaled(tx, target, "alarm triggered", cause, code); };
  const int running = state.of(service->id).running;
  Demand demand;
  if (policy.tracking) {
    demand = alarm_id == policy.low ? track_in(state, policy, running, tx.now())
                                    : track_out(state, policy, running, tx.now());
  } else {
    demand = step(state, policy, alarm, running, forced, tx.now());
  }
  if (demand.hold != nullptr) return hold(demand.hold);
  if (demand.to == demand.from) return hold("AlreadyAtDesiredCapacity");
  const bool out = demand.to > demand.from;
  const Decision decision = out ? decide_out(policy, target, *service, demand, tx.now())
                                : decide_in(policy, target, *service, demand, tx.now());
  if (decision.hold != nullptr) return hold(decision.hold);
  set_desired_count(tx, target, decision.count, cause);
  if (out) forget_scale_in(tx, target.id);
  tx.update(id, [&](model::ScalingPolicy& entity) {
    (out ? entity.scaled_out_at : entity.scaled_in_at) = tx.now();
    entity.scaled_by = decision.added;
  });
}

model::Instant cooldown_ends(const model::ScalingPolicy& policy, bool out) {
  const model::Instant since = out ? policy.scaled_out_at : policy.scaled_in_at;
  if (since == model::Instant{}) return since;
  return since + std::chrono::seconds(out ? out_cooldown(policy) : in_cooldown(policy));
}

void keep_tracking_alarms(model::Transaction& tx, model::ScalingPolicyId id) {
  const model::ScalingPolicy policy = tx.state().get(id);
  if (!policy.tracking) return;
  const double target = policy.tracking->TargetValue.value_or(0);
  const model::AlarmId high = keep_alarm(tx, policy, policy.high, "High", target, kScaleOutMinutes);
  model::AlarmId low;
  if (policy.tracking->DisableScaleIn.value_or(false)) {
    drop_alarm(tx, policy.low);
  } else {
    low = keep_alarm(tx, policy, policy.low, "Low", target * kScaleInFactor, kScaleInMinutes);
  }
  tx.update(id, [&](model::ScalingPolicy& entity) {
    entity.high = high;
    entity.low = low;
  });
}

void remove_policy(model::Transaction& tx, model::ScalingPolicyId id) {
  const model::ScalingPolicy& policy = tx.state().get(id);
  drop_alarm(tx, policy.high);
  drop_alarm(tx, policy.low);
  tx.remove(id);
}

void forget_alarm(model::Transaction& tx, model::AlarmId alarm) {
  const model::ScalingPolicyId policy = tx.state().get(alarm).policy;
  if (tx.state().find(policy) == nullptr) return;
  tx.update(policy, [&](model::ScalingPolicy& entity) {
    if (entity.high == alarm) entity.high = {};
    if (entity.low == alarm) entity.low = {};
  });
}

void remove_target(model::Transaction& tx, model::ScalableTargetId id) {
  const model::ScalableTargetIndex index = tx.state().of(id);
  for (const auto& [name, policy] : index.policies) remove_policy(tx, policy);
  for (const auto& [name, action] : index.scheduled_actions) tx.remove(action);
  tx.remove(id);
}

std::string policy_arn(const model::State& state, const model::ScalingPolicy& policy) {
  const model::ScalableTarget& target = state.get(policy.target);
  const model::World& world = state.get(target.world);
  return "arn:" + std::string(model::partition_of(world.region)) + ":autoscaling:" + world.region + ":" +
         world.account + ":scalingPolicy:" + model::to_dashed(policy.uuid) + ":resource/ecs/" + target.resource_id() +
         ":policyName/" + policy.name;
}

}  // namespace drydock::scheduler
