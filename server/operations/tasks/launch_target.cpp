#include "server/operations/tasks/launch_target.hpp"

#include <algorithm>
#include <cctype>

#include "server/operations/capacity_providers/capacity_strategy.hpp"

namespace drydock::operations {
namespace {

using api::ApiError;

constexpr const char* kCurrentPlatform = "1.4.0";
constexpr const char* kWindowsPlatform = "1.0.0";

/// Asks for what came with platform version 1.4.0 of Linux.
bool needs_newest_linux(const api::TaskDefinition& definition, const api::TaskOverride* overrides) {
  if (definition.ephemeralStorage || (overrides != nullptr && overrides->ephemeralStorage)) return true;
  if (!definition.volumes) return false;
  return std::ranges::any_of(*definition.volumes,
                             [](const api::Volume& volume) { return volume.efsVolumeConfiguration.has_value(); });
}

/// WINDOWS_SERVER_2019_CORE is shown as Windows_Server_2019_Core.
std::string title_case(std::string_view words) {
  std::string text;
  bool first = true;
  for (const unsigned char c : words) {
    text.push_back(static_cast<char>(first ? std::toupper(c) : std::tolower(c)));
    first = c == '_';
  }
  return text;
}

/// "LATEST" or nothing becomes the current version; unknown ones and any version with EC2 are refused.
Result<std::string> resolve_platform_version(const std::optional<std::string>& version, model::LaunchType launch_type) {
  const bool given = version && !version->empty();
  if (launch_type != model::LaunchType::kFargate) {
    if (!given) return "";
    return std::unexpected(
        ApiError::invalid_parameter("The platform version must be null when specifying an EC2 launch type."));
  }
  if (!given || *version == "LATEST") return kCurrentPlatform;
  if (*version == "1.4.0" || *version == "1.3.0") return *version;
  return std::unexpected(ApiError::platform_unknown());
}

/// What the providers of a checked strategy, which are of one kind, run tasks as.
Result<model::LaunchType> launch_type_of(const Context& context,
                                         const std::vector<api::CapacityProviderStrategyItem>& strategy) {
  if (strategy.empty()) return model::LaunchType::kEc2;
  if (model::is_fargate_provider(*strategy.front().capacityProvider)) return model::LaunchType::kFargate;
  const auto managed = std::ranges::count_if(strategy, [&](const api::CapacityProviderStrategyItem& item) {
    const auto* provider = context.state().capacity_provider_named(context.world, *item.capacityProvider);
    return provider != nullptr && provider->cluster;
  });
  if (managed == 0) return model::LaunchType::kEc2;
  if (managed == std::ssize(strategy)) return model::LaunchType::kManagedInstances;
  return std::unexpected(ApiError::invalid_parameter(
      "The specified capacity provider strategy cannot contain both managed instances and Auto Scaling group capacity "
      "providers."));
}

}  // namespace

Result<LaunchTarget> target_of_strategy(const Context& context, const model::Cluster& cluster,
                                        const CapacityProviderStrategy& strategy) {
  std::vector<std::string> associated;
  if (cluster.settings && cluster.settings->capacityProviders) associated = *cluster.settings->capacityProviders;
  for (const auto id : context.state().of(cluster.id).capacity_providers) {
    associated.push_back(context.state().get(id).name);
  }
  auto checked = checked_strategy(strategy, associated);
  if (!checked) {
    return std::unexpected(
        std::move(checked.error())
            .explained("aws ecs put-cluster-capacity-providers names the providers of a cluster; aws ecs "
                       "describe-capacity-providers shows which there are."));
  }
  auto launch_type = launch_type_of(context, *checked);
  if (!launch_type) return std::unexpected(std::move(launch_type.error()));
  return LaunchTarget{*launch_type, std::move(*checked)};
}

Result<LaunchTarget> choose_launch_target(const Context& context, const model::Cluster& cluster,
                                          const std::optional<std::string>& launch_type,
                                          const std::optional<CapacityProviderStrategy>& strategy,
                                          bool cluster_default) {
  const bool named = launch_type && !launch_type->empty();
  if (strategy && !strategy->empty()) {
    if (named) {
      return std::unexpected(ApiError::invalid_parameter(
          "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again."));
    }
    return target_of_strategy(context, cluster, *strategy);
  }
  if (named) {
    const auto type = model::parse_launch_type(*launch_type);
    if (type && type != model::LaunchType::kManagedInstances) return LaunchTarget{*type, {}};
    return std::unexpected(
        ApiError::unsupported_feature("The launch type " + *launch_type + " is not supported.")
            .explained("Drydock runs the launch types EC2, FARGATE and EXTERNAL; tasks run on managed instances by a "
                       "capacity provider strategy that names their provider."));
  }
  const auto* defaults = cluster.settings ? &cluster.settings->defaultCapacityProviderStrategy : nullptr;
  if (cluster_default && defaults != nullptr && *defaults && !(*defaults)->empty()) {
    return target_of_strategy(context, cluster, **defaults);
  }
  return LaunchTarget{};
}

Result<Platform> choose_platform(model::LaunchType launch_type, const std::optional<std::string>& version,
                                 const api::TaskDefinition& definition, const api::TaskOverride* overrides) {
  Platform platform;
  std::string family = "LINUX";
  if (definition.runtimePlatform && definition.runtimePlatform->operatingSystemFamily) {
    family = *definition.runtimePlatform->operatingSystemFamily;
  }
  const bool windows = family.starts_with("WINDOWS");
  const bool named = version && !version->empty();
  if (windows && launch_type == model::LaunchType::kFargate) {
    if (named && *version != "LATEST" && *version != kWindowsPlatform) {
      return std::unexpected(
          ApiError::platform_unknown().explained("The platform versions for Windows are LATEST and 1.0.0."));
    }
    platform.resolved = kWindowsPlatform;
  } else {
    auto resolved = resolve_platform_version(version, launch_type);
    if (!resolved) return std::unexpected(std::move(resolved.error()));
    platform.resolved = std::move(*resolved);
  }
  if (platform.resolved.empty()) return platform;
  platform.shown = named ? *version : "LATEST";
  platform.family = title_case(family);
  if (platform.resolved == "1.3.0" && needs_newest_linux(definition, overrides)) {
    return std::unexpected(ApiError::platform_task_definition_incompatibility().explained(
        "EFS volumes and ephemeralStorage need platform version 1.4.0."));
  }
  return platform;
}

}  // namespace drydock::operations
