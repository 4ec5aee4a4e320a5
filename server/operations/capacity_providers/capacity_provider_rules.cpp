#include "server/operations/capacity_providers/capacity_provider_rules.hpp"

#include <algorithm>

namespace drydock::operations {
namespace {

using api::ApiError;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool starts_with_any_case(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && std::ranges::equal(text.substr(0, prefix.size()), prefix, {}, lower);
}

template <class T>
void take(const std::optional<T>& change, std::optional<T>& setting) {
  if (change) setting = change;
}

}  // namespace

std::optional<ApiError> check_provider_name(std::string_view name) {
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
  const bool reserved =
      starts_with_any_case(name, "aws") || starts_with_any_case(name, "ecs") || starts_with_any_case(name, "fargate");
  const bool spelled =
      !name.empty() && name.size() <= 255 && name.find_first_not_of(kAllowed) == std::string_view::npos;
  if (spelled && !reserved) return std::nullopt;
  return ApiError::client(
      "The specified capacity provider name is invalid. Up to 255 characters are allowed, including letters (upper and "
      "lowercase), numbers, underscores (_), and hyphens (-). The name cannot be prefixed with \"aws\", \"ecs\", or "
      "\"fargate\". Specify a valid name and try again.");
}

api::AutoScalingGroupProvider with_defaults(api::AutoScalingGroupProvider group) {
  if (!group.managedScaling) group.managedScaling.emplace();
  api::ManagedScaling& scaling = *group.managedScaling;
  scaling.status = scaling.status.value_or("DISABLED");
  scaling.targetCapacity = scaling.targetCapacity.value_or(100);
  scaling.minimumScalingStepSize = scaling.minimumScalingStepSize.value_or(1);
  scaling.maximumScalingStepSize = scaling.maximumScalingStepSize.value_or(10000);
  scaling.instanceWarmupPeriod = scaling.instanceWarmupPeriod.value_or(300);
  group.managedTerminationProtection = group.managedTerminationProtection.value_or("DISABLED");
  group.managedDraining = group.managedDraining.value_or("ENABLED");
  return group;
}

std::optional<ApiError> check_group(const api::AutoScalingGroupProvider& group) {
  const api::ManagedScaling& scaling = *group.managedScaling;
  if (*scaling.minimumScalingStepSize > *scaling.maximumScalingStepSize) {
    return ApiError::client("The minimum or maximum scaling step size value is invalid.");
  }
  if (group.managedTerminationProtection == "ENABLED" && scaling.status != "ENABLED") {
    return ApiError::client(
        "The managed termination protection setting for the capacity provider is invalid. To enable managed "
        "termination protection for a capacity provider, managed scaling must be enabled.");
  }
  return std::nullopt;
}

api::AutoScalingGroupProvider updated(api::AutoScalingGroupProvider before,
                                      const api::AutoScalingGroupProviderUpdate& update) {
  take(update.managedTerminationProtection, before.managedTerminationProtection);
  take(update.managedDraining, before.managedDraining);
  if (!update.managedScaling) return before;
  if (!before.managedScaling) before.managedScaling.emplace();
  api::ManagedScaling& scaling = *before.managedScaling;
  take(update.managedScaling->status, scaling.status);
  take(update.managedScaling->targetCapacity, scaling.targetCapacity);
  take(update.managedScaling->minimumScalingStepSize, scaling.minimumScalingStepSize);
  take(update.managedScaling->maximumScalingStepSize, scaling.maximumScalingStepSize);
  take(update.managedScaling->instanceWarmupPeriod, scaling.instanceWarmupPeriod);
  return before;
}

api::ManagedInstancesProvider updated(api::ManagedInstancesProvider before,
                                      const api::UpdateManagedInstancesProviderConfiguration& update) {
  take(update.infrastructureRoleArn, before.infrastructureRoleArn);
  take(update.propagateTags, before.propagateTags);
  take(update.infrastructureOptimization, before.infrastructureOptimization);
  take(update.autoRepairConfiguration, before.autoRepairConfiguration);
  if (!update.instanceLaunchTemplate) return before;
  if (!before.instanceLaunchTemplate) before.instanceLaunchTemplate.emplace();
  const api::InstanceLaunchTemplateUpdate& change = *update.instanceLaunchTemplate;
  api::InstanceLaunchTemplate& launch = *before.instanceLaunchTemplate;
  take(change.ec2InstanceProfileArn, launch.ec2InstanceProfileArn);
  take(change.networkConfiguration, launch.networkConfiguration);
  take(change.storageConfiguration, launch.storageConfiguration);
  take(change.localStorageConfiguration, launch.localStorageConfiguration);
  take(change.monitoring, launch.monitoring);
  take(change.instanceMetadataTagsPropagation, launch.instanceMetadataTagsPropagation);
  take(change.instanceRequirements, launch.instanceRequirements);
  take(change.capacityReservations, launch.capacityReservations);
  return before;
}

}  // namespace drydock::operations
