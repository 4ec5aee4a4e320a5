#pragma once
// Application Auto Scaling of a service's desired count (spec/adjuncts.md section 4): what may scale between which
// bounds, why it scales, and what was done.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api-spec/generated/types.hpp"
#include "model/clock.hpp"
#include "model/ids.hpp"

namespace drydock::api::autoscaling {
struct StepScalingPolicyConfiguration;
struct TargetTrackingScalingPolicyConfiguration;
}  // namespace drydock::api::autoscaling

namespace drydock::model {

/// Named by cluster and service, as in service/<cluster>/<service>: it outlives the service it is about.
struct ScalableTarget {
  ScalableTargetId id;
  WorldId world;
  Uuid uuid;
  std::string cluster;
  std::string service;
  int minimum = 0;
  int maximum = 0;
  bool scale_in_suspended = false;
  bool scale_out_suspended = false;
  bool schedule_suspended = false;
  std::string role_arn;
  std::vector<api::Tag> tags;
  Instant created_at{};

  [[nodiscard]] std::string resource_id() const { return "service/" + cluster + "/" + service; }
};

/// Either tracking or steps is set.
struct ScalingPolicy {
  ScalingPolicyId id;
  ScalableTargetId target;
  Uuid uuid;
  std::string name;
  std::shared_ptr<const api::autoscaling::TargetTrackingScalingPolicyConfiguration> tracking;
  std::shared_ptr<const api::autoscaling::StepScalingPolicyConfiguration> steps;
  AlarmId high;  // of target tracking; none for step scaling
  AlarmId low;   // none with DisableScaleIn
  Instant scaled_out_at{};
  Instant scaled_in_at{};
  int scaled_by = 0;  // what the last scaling that still cools down added or took
  Instant created_at{};
};

struct ScheduledAction {
  ScheduledActionId id;
  ScalableTargetId target;
  Uuid uuid;
  std::string name;
  std::string schedule;
  std::string timezone;
  Instant start_at{};
  Instant end_at{};
  std::optional<int> minimum;
  std::optional<int> maximum;
  Instant next_at{};  // "never" once it is over
  Instant created_at{};
};

/// A scaling that was done, or one that was wanted and not done (not_scaled says why).
struct ScalingActivity {
  ScalingActivityId id;
  WorldId world;
  Uuid uuid;
  std::string cluster;
  std::string service;
  std::string description;
  std::string cause;
  std::string status;  // Successful, Failed
  std::string message;
  std::string not_scaled;  // code of the reason, e.g. AlreadyAtMaxCapacity
  int minimum = 0;         // as they were, for the reason
  int maximum = 0;
  int capacity = 0;
  Instant started_at{};
  Instant ended_at{};
};

}  // namespace drydock::model
