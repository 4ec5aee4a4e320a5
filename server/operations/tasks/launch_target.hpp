#pragma once
// Where tasks run: launch type or capacity provider strategy, and Fargate's platform (spec/operations.md, E-CPS, E-PV).

#include <optional>
#include <string>
#include <vector>

#include "api-spec/generated/types.hpp"
#include "server/operations/context.hpp"

namespace drydock::operations {

using CapacityProviderStrategy = std::vector<api::CapacityProviderStrategyItem>;

struct LaunchTarget {
  model::LaunchType launch_type = model::LaunchType::kEc2;
  CapacityProviderStrategy strategy;  // empty: a launch type was named or is the default
};

/// A strategy with weights and bases filled in, for providers the cluster has. Error: InvalidParameterException, also
/// for a mixture of Fargate, managed instances and Auto Scaling groups.
Result<LaunchTarget> target_of_strategy(const Context& context, const model::Cluster& cluster,
                                        const CapacityProviderStrategy& strategy);

/// The launch type or the strategy of a request; without either the cluster's default strategy (when
/// `cluster_default`), else EC2.
Result<LaunchTarget> choose_launch_target(const Context& context, const model::Cluster& cluster,
                                          const std::optional<std::string>& launch_type,
                                          const std::optional<CapacityProviderStrategy>& strategy,
                                          bool cluster_default = true);

struct Platform {
  std::string shown;     // LATEST unless the caller named a version
  std::string resolved;  // the version LATEST stands for
  std::string family;    // Linux, Windows_Server_2019_Core, ...
};

/// Fargate's platform; all members are empty for other launch types. Errors: PlatformUnknownException,
/// PlatformTaskDefinitionIncompatibilityException, InvalidParameterException for a version without Fargate.
Result<Platform> choose_platform(model::LaunchType launch_type, const std::optional<std::string>& version,
                                 const api::TaskDefinition& definition, const api::TaskOverride* overrides = nullptr);

}  // namespace drydock::operations
