#pragma once
// Scaling as a deed: the service's desired count changes as UpdateService would change it, and the activity is kept.

#include <string>

#include "model/transaction.hpp"

namespace drydock::scheduler {

/// Of each service so many activities are kept.
inline constexpr std::size_t kScalingActivitiesKept = 100;

/// The ACTIVE service that the target is about, if it has a desired count; null otherwise.
const model::Service* service_of(const model::State& state, const model::ScalableTarget& target);

/// Sets the desired count and says so in the service's events and in the activities.
void set_desired_count(model::Transaction& tx, const model::ScalableTarget& target, int count,
                       const std::string& cause);

/// Brings a desired count that is outside the target's bounds back into them.
void enforce_bounds(model::Transaction& tx, model::ScalableTargetId id);

/// Keeps an activity about the target itself: its bounds were changed.
void say_bounds_set(model::Transaction& tx, const model::ScalableTarget& target, const std::string& bounds,
                    const std::string& cause);

/// Keeps the reason why a scaling that was asked for did not happen. The same reason for the same cause is kept once
/// until something else happens. `by` ends "Attempting to scale due to ".
void say_not_scaled(model::Transaction& tx, const model::ScalableTarget& target, const std::string& by,
                    const std::string& cause, const std::string& code);

}  // namespace drydock::scheduler
