#include "scheduler/capacity_providers/groups.hpp"

namespace drydock::scheduler {
namespace {

ScalingRules rules_of_group(const api::AutoScalingGroupProvider& group) {
  ScalingRules rules;
  rules.starts_with_two = true;
  rules.protects_tasks = group.managedTerminationProtection == "ENABLED";
  rules.drains = group.managedDraining != "DISABLED";
  if (!group.managedScaling) return rules;
  const api::ManagedScaling& scaling = *group.managedScaling;
  rules.enabled = scaling.status == "ENABLED";
  rules.target_capacity = scaling.targetCapacity.value_or(100);
  rules.minimum_step = scaling.minimumScalingStepSize.value_or(1);
  rules.maximum_step = scaling.maximumScalingStepSize.value_or(10000);
  rules.warmup = std::chrono::seconds(scaling.instanceWarmupPeriod.value_or(300));
  return rules;
}

ScalingRules rules_of_managed_instances(const api::ManagedInstancesProvider& provider) {
  ScalingRules rules;
  rules.enabled = true;
  const auto& optimization = provider.infrastructureOptimization;
  if (!optimization || !optimization->scaleInAfter) return rules;
  rules.scales_in = *optimization->scaleInAfter >= 0;
  rules.scale_in_after = std::chrono::seconds(std::max(0, *optimization->scaleInAfter));
  return rules;
}

}  // namespace

ScalingRules scaling_rules(const model::CapacityProvider& provider) {
  if (provider.settings->autoScalingGroupProvider) return rules_of_group(*provider.settings->autoScalingGroupProvider);
  if (provider.settings->managedInstancesProvider) {
    return rules_of_managed_instances(*provider.settings->managedInstancesProvider);
  }
  return {};
}

bool brings_instances(const model::State& state, model::WorldId world, std::string_view name) {
  const model::CapacityProvider* provider = state.capacity_provider_named(world, name);
  return provider != nullptr && scaling_rules(*provider).enabled;
}

std::string_view group_name_of(const model::CapacityProvider& provider) {
  if (!provider.settings->autoScalingGroupProvider) return provider.name;
  const auto& arn = provider.settings->autoScalingGroupProvider->autoScalingGroupArn;
  return arn ? model::group_name_in(*arn) : std::string_view{};
}

const model::InstanceGroup* group_of(const model::State& state, const model::CapacityProvider& provider) {
  return state.instance_group_named(provider.world, group_name_of(provider));
}

}  // namespace drydock::scheduler
