#include "model/arn.hpp"
#include "scheduler/autoscaling/policies.hpp"
#include "server/operations/autoscaling/autoscaling.hpp"
#include "server/operations/autoscaling/policy_rules.hpp"
#include "server/operations/autoscaling/resource.hpp"
#include "server/operations/cloudwatch/alarm_view.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations::autoscaling {
namespace {

constexpr std::size_t kPoliciesPerTarget = 50;

/// The configuration that the request's policy type asks for.
Result<void> check_configuration(const api::autoscaling::PutScalingPolicyRequest& request) {
  const std::string type = request.PolicyType.value_or(
      request.TargetTrackingScalingPolicyConfiguration ? "TargetTrackingScaling" : "StepScaling");
  if (type == "TargetTrackingScaling") {
    if (request.TargetTrackingScalingPolicyConfiguration && !request.StepScalingPolicyConfiguration) {
      return check_tracking(*request.TargetTrackingScalingPolicyConfiguration);
    }
    return std::unexpected(
        validation("A target tracking policy takes a TargetTrackingScalingPolicyConfiguration only"));
  }
  if (type == "StepScaling") {
    if (request.StepScalingPolicyConfiguration && !request.TargetTrackingScalingPolicyConfiguration) {
      return check_steps(*request.StepScalingPolicyConfiguration);
    }
    return std::unexpected(validation("A step scaling policy takes a StepScalingPolicyConfiguration only"));
  }
  return std::unexpected(validation("Policy type " + type + " is not supported for the service namespace ecs")
                             .explained("Drydock has no forecasts: use TargetTrackingScaling or StepScaling."));
}

Result<const model::ScalingPolicy*> find_policy(const Context& context, const model::ScalableTarget& target,
                                                const std::string& name) {
  const auto& policies = context.state().of(target.id).policies;
  if (const auto it = policies.find(name); it != policies.end()) return &context.state().get(it->second);
  return std::unexpected(
      object_not_found("No scaling policy found for " + in_words(target.resource_id()) + ", policy name: " + name));
}

/// The policy's own alarms; those of step scaling are the user's, found by their actions.
std::vector<api::autoscaling::Alarm> alarms_of(const model::State& state, const model::ScalingPolicy& policy) {
  std::vector<api::autoscaling::Alarm> alarms;
  const auto add = [&](const model::Alarm& alarm) {
    auto& one = alarms.emplace_back();
    one.AlarmName = alarm.name;
    one.AlarmARN = cloudwatch::alarm_arn(state, alarm);
  };
  for (const model::AlarmId id : {policy.high, policy.low}) {
    if (id) add(state.get(id));
  }
  if (policy.tracking) return alarms;
  const std::string arn = scheduler::policy_arn(state, policy);
  for (const auto& [name, id] : state.of(state.get(policy.target).world).alarms) {
    const model::Alarm& alarm = state.get(id);
    if (alarm.definition && contains(alarm.definition->AlarmActions, arn)) add(alarm);
  }
  return alarms;
}

api::autoscaling::ScalingPolicy show(const model::State& state, const model::ScalingPolicy& policy) {
  api::autoscaling::ScalingPolicy shown;
  shown.PolicyARN = scheduler::policy_arn(state, policy);
  shown.PolicyName = policy.name;
  shown.ServiceNamespace = kNamespace;
  shown.ResourceId = state.get(policy.target).resource_id();
  shown.ScalableDimension = kDimension;
  shown.PolicyType = policy.tracking ? "TargetTrackingScaling" : "StepScaling";
  if (policy.tracking) shown.TargetTrackingScalingPolicyConfiguration = *policy.tracking;
  if (policy.steps) shown.StepScalingPolicyConfiguration = *policy.steps;
  shown.Alarms = alarms_of(state, policy);
  shown.CreationTime = timestamp(policy.created_at);
  return shown;
}

}  // namespace

Result<api::autoscaling::PutScalingPolicyResponse> put_scaling_policy(
    const api::autoscaling::PutScalingPolicyRequest& request, Context& context) {
  const auto target = target_of(context, request);
  if (!target) return std::unexpected(target.error());
  if (auto fine = check_configuration(request); !fine) return std::unexpected(std::move(fine.error()));
  const model::State& state = context.state();
  const std::string name = request.PolicyName.value_or("");
  const auto& policies = state.of((*target)->id).policies;
  const auto known = policies.find(name);
  const auto fill = [&](model::ScalingPolicy& policy) {
    policy.tracking.reset();
    policy.steps.reset();
    using Tracking = api::autoscaling::TargetTrackingScalingPolicyConfiguration;
    using Steps = api::autoscaling::StepScalingPolicyConfiguration;
    if (const auto& given = request.TargetTrackingScalingPolicyConfiguration) {
      policy.tracking = std::make_shared<const Tracking>(*given);
    }
    if (const auto& given = request.StepScalingPolicyConfiguration) {
      policy.steps = std::make_shared<const Steps>(*given);
    }
  };
  model::ScalingPolicyId id;
  if (known != policies.end()) {
    id = known->second;
    context.tx.update(id, fill);
  } else {
    if (policies.size() >= kPoliciesPerTarget) {
      return std::unexpected(limit_exceeded("A scalable target can have at most 50 scaling policies"));
    }
    model::ScalingPolicy policy;
    policy.target = (*target)->id;
    policy.uuid = context.tx.random().uuid();
    policy.name = name;
    policy.created_at = context.tx.now();
    fill(policy);
    id = context.tx.create(std::move(policy));
  }
  scheduler::keep_tracking_alarms(context.tx, id);
  const model::ScalingPolicy& policy = state.get(id);
  api::autoscaling::PutScalingPolicyResponse response;
  response.PolicyARN = scheduler::policy_arn(state, policy);
  response.Alarms = alarms_of(state, policy);
  return response;
}

Result<api::autoscaling::DescribeScalingPoliciesResponse> describe_scaling_policies(
    const api::autoscaling::DescribeScalingPoliciesRequest& request, Context& context) {
  if (auto fine = check_kind(request.ServiceNamespace, request.ScalableDimension); !fine) {
    return std::unexpected(std::move(fine.error()));
  }
  struct Entry {
    std::string key;
    model::ScalingPolicyId id;
  };
  const model::State& state = context.state();
  std::vector<Entry> all;
  for (const model::ScalableTargetId target : targets_of(context, request.ResourceId)) {
    for (const auto& [name, id] : state.of(target).policies) {
      if (request.PolicyNames && !contains(request.PolicyNames, name)) continue;
      all.push_back({state.get(target).resource_id() + " " + name, id});
    }
  }
  api::autoscaling::DescribeScalingPoliciesResponse response;
  response.ScalingPolicies.emplace();
  const auto add = [&](const Entry& entry) { response.ScalingPolicies->push_back(show(state, state.get(entry.id))); };
  const auto done = page("ScalingPolicies", all, false, request.NextToken,
                         static_cast<std::size_t>(request.MaxResults.value_or(10)), response.NextToken, add);
  if (!done) return std::unexpected(done.error());
  return response;
}

Result<api::autoscaling::DeleteScalingPolicyResponse> delete_scaling_policy(
    const api::autoscaling::DeleteScalingPolicyRequest& request, Context& context) {
  const auto target = target_of(context, request);
  if (!target) return std::unexpected(target.error());
  const auto policy = find_policy(context, **target, request.PolicyName.value_or(""));
  if (!policy) return std::unexpected(policy.error());
  scheduler::remove_policy(context.tx, (*policy)->id);
  return api::autoscaling::DeleteScalingPolicyResponse{};
}

}  // namespace drydock::operations::autoscaling
