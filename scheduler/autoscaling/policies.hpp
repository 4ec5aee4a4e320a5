#pragma once
// Scaling policies at work: what an alarm in ALARM makes of a service's desired count, within cooldowns and bounds
// (spec/adjuncts.md section 4).

#include "model/transaction.hpp"

namespace drydock::scheduler {

/// Seconds of a cooldown that a policy for ECS does not name.
inline constexpr int kDefaultCooldown = 300;

/// The alarm asks the policy to act. `forced`: somebody set the alarm's state by hand; without a breaching datapoint
/// the metric then counts as being at the alarm's threshold. What is not done is recorded with its reason.
void run_policy(model::Transaction& tx, model::ScalingPolicyId id, model::AlarmId alarm, bool forced);

/// When the policy's last scaling out, or in, stops holding the next one back; "never" when there was none.
model::Instant cooldown_ends(const model::ScalingPolicy& policy, bool out);

/// Makes the alarms of a target-tracking policy, or brings them up to date with its configuration; an alarm that the
/// configuration does not need any more goes.
void keep_tracking_alarms(model::Transaction& tx, model::ScalingPolicyId id);
/// Removes the policy with the alarms it made.
void remove_policy(model::Transaction& tx, model::ScalingPolicyId id);

/// An alarm is about to go: the policy that made it does without.
void forget_alarm(model::Transaction& tx, model::AlarmId alarm);
/// Removes the target with its policies and scheduled actions.
void remove_target(model::Transaction& tx, model::ScalableTargetId id);

/// arn:<partition>:autoscaling:<region>:<account>:scalingPolicy:<uuid>:resource/ecs/service/<c>/<s>:policyName/<name>
std::string policy_arn(const model::State& state, const model::ScalingPolicy& policy);

}  // namespace drydock::scheduler
