#pragma once
// Which instance group stands behind a capacity provider, and how it may be scaled (spec/services.md section 14).

#include <optional>
#include <string_view>

#include "model/state.hpp"

namespace drydock::scheduler {

/// managedScaling, managedTerminationProtection and managedDraining of a provider, or what managed instances have.
struct ScalingRules {
  bool enabled = false;
  bool starts_with_two = false;  // the first scale-out of an empty Auto Scaling group is to two instances
  int target_capacity = 100;     // percent
  int minimum_step = 1;
  int maximum_step = 10000;
  model::Duration warmup{0};
  /// How long instances must not have been needed; the pace's time without a value.
  std::optional<model::Duration> scale_in_after;
  bool scales_in = true;
  bool protects_tasks = false;  // instances with tasks are not terminated
  bool drains = true;           // instances that go are DRAINING first
};

ScalingRules scaling_rules(const model::CapacityProvider& provider);

/// Tasks that no instance of the provider has room for wait in PROVISIONING: there may be one soon. False for a name
/// that nobody has.
bool brings_instances(const model::State& state, model::WorldId world, std::string_view provider);

/// The name that a provider's group has, whether it is simulated or not.
std::string_view group_name_of(const model::CapacityProvider& provider);

/// Null when the group is not simulated.
const model::InstanceGroup* group_of(const model::State& state, const model::CapacityProvider& provider);

}  // namespace drydock::scheduler
