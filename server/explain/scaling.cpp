#include <algorithm>

#include "model/arn.hpp"
#include "scheduler/autoscaling/policies.hpp"
#include "server/explain/kinds.hpp"

namespace drydock::server {
namespace {

using model::ScalableTarget;
using model::ScalingPolicy;
using model::Service;
using model::State;

/// What the code of an activity that did not scale means.
std::string meaning_of(const std::string& code) {
  if (code == "MissingData") return "The metric has no data for the minutes that count.";
  if (code == "CooldownInEffect") return "A cooldown was in effect.";
  if (code == "AlreadyAtMaxCapacity") return "The desired count was at the target's maximum.";
  if (code == "AlreadyAtMinCapacity") return "The desired count was at the target's minimum.";
  if (code == "AlreadyAtDesiredCapacity") return "The desired count was what the policy asked for.";
  if (code == "DeploymentInProgress") return "Nothing is scaled in during a deployment.";
  if (code == "OtherPoliciesDisagree") return "Another policy of the target did not agree to scale in.";
  if (code == "NoStepMatches") return "No step of the policy covers the metric's value.";
  if (code == "ScalingSuspended") return "Scaling of this kind is suspended.";
  return code;
}

const char* step_after(const std::string& code) {
  if (code == "MissingData") return "Put datapoints: aws cloudwatch put-metric-data; tasks with measured use do so.";
  if (code == "AlreadyAtMaxCapacity" || code == "AlreadyAtMinCapacity" || code == "ScalingSuspended") {
    return "aws application-autoscaling register-scalable-target changes the target.";
  }
  return "";
}

void add(Reasons& reasons, model::Instant at, const std::string& code, const std::string& by) {
  reasons.push_back({at, code, by + meaning_of(code), step_after(code), {}});
}

void add_suspended(Reasons& reasons, const ScalableTarget& target, model::Instant now) {
  if (target.scale_out_suspended) add(reasons, now, "ScalingSuspended", "Scaling out: ");
  if (target.scale_in_suspended) add(reasons, now, "ScalingSuspended", "Scaling in: ");
  if (target.schedule_suspended) add(reasons, now, "ScalingSuspended", "Scheduled actions: ");
}

void add_cooldowns(Reasons& reasons, const ScalingPolicy& policy, model::Instant now) {
  for (const bool out : {true, false}) {
    const model::Instant until = scheduler::cooldown_ends(policy, out);
    if (until <= now) continue;
    reasons.push_back({now,
                       "CooldownInEffect",
                       "Policy " + policy.name + " scaled " + (out ? "out" : "in") +
                           ": its cooldown holds the next one back until " + instant_text(until) + ".",
                       "",
                       {}});
  }
}

/// An alarm of target tracking that cannot say anything, or says that all is well.
void add_alarm(Reasons& reasons, const State& state, const ScalingPolicy& policy, model::AlarmId id, const char* way,
               model::Instant now) {
  const model::Alarm* alarm = state.find(id);
  if (alarm == nullptr || alarm->state == model::AlarmState::kAlarm) return;
  if (alarm->state == model::AlarmState::kInsufficientData) {
    return add(reasons, now, "MissingData", "Policy " + policy.name + ", scaling " + way + ": ");
  }
  reasons.push_back(
      {alarm->updated_at,
       "WithinTarget",
       "Policy " + policy.name + ", scaling " + way + ": the alarm " + alarm->name + " is OK. " + alarm->reason,
       "",
       {}});
}

void add_policies(Reasons& reasons, const State& state, const ScalableTarget& target, model::Instant now) {
  const model::ScalableTargetIndex& index = state.of(target.id);
  for (const auto& [name, id] : index.policies) {
    const ScalingPolicy& policy = state.get(id);
    add_cooldowns(reasons, policy, now);
    if (policy.tracking) {
      add_alarm(reasons, state, policy, policy.high, "out", now);
      add_alarm(reasons, state, policy, policy.low, "in", now);
    }
  }
  if (index.policies.empty() && index.scheduled_actions.empty()) {
    reasons.push_back({now,
                       "NoPolicy",
                       "The target has no scaling policy and no scheduled action.",
                       "aws application-autoscaling put-scaling-policy",
                       {}});
  }
}

/// Why the last scaling that was wanted did not happen.
void add_last_activity(Reasons& reasons, const State& state, const ScalableTarget& target) {
  const auto& by_resource = state.of(target.world).scaling_activities;
  const auto known = by_resource.find(target.resource_id());
  if (known == by_resource.end() || known->second.empty()) return;
  const model::ScalingActivity& newest = state.get(*known->second.begin());
  if (newest.not_scaled.empty()) return;
  reasons.push_back({newest.ended_at,
                     newest.not_scaled,
                     meaning_of(newest.not_scaled) + " (" + newest.cause + ")",
                     step_after(newest.not_scaled),
                     {}});
}

}  // namespace

Reasons scaling_reasons(const State& state, const Service& service, model::Instant now) {
  const model::Cluster& cluster = state.get(service.cluster);
  const std::string resource = "service/" + cluster.name + "/" + service.name;
  const ScalableTarget* target = state.scalable_target_named(cluster.world, resource);
  if (target == nullptr) {
    return {{now,
             "NoScalableTarget",
             "No scalable target is registered for " + resource + ".",
             "aws application-autoscaling register-scalable-target --service-namespace ecs --scalable-dimension "
             "ecs:service:DesiredCount --resource-id " +
                 resource,
             {}}};
  }
  Reasons reasons;
  add_last_activity(reasons, state, *target);
  add_suspended(reasons, *target, now);
  if (service.desired_count >= target->maximum) add(reasons, now, "AlreadyAtMaxCapacity", "");
  if (service.desired_count <= target->minimum) add(reasons, now, "AlreadyAtMinCapacity", "");
  if (!service.deployments.empty() && service.deployments.front().rollout == model::RolloutState::kInProgress) {
    add(reasons, now, "DeploymentInProgress", "");
  }
  add_policies(reasons, state, *target, now);
  return reasons;
}

}  // namespace drydock::server
