#pragma once
// Capacity provider names and strategies as callers give them (spec/operations.md, table E-CPS).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api-spec/generated/types.hpp"
#include "server/operations/context.hpp"

namespace drydock::operations {

/// The short name of a capacity provider given by name or ARN.
std::string capacity_provider_name(std::string_view text);

/// The same; an ARN of another account or region names nothing here and stays as it is.
std::string provider_name_here(const Context& context, std::string_view text);

/// Short names, each once. Error: InvalidParameterException for a provider that does not exist or that cannot be
/// associated with clusters.
Result<std::vector<std::string>> checked_capacity_providers(const std::optional<std::vector<std::string>>& names,
                                                            const Context& context);

/// The strategy with short names and with weight and base filled in. `associated` are the cluster's providers.
/// Errors: InvalidParameterException.
Result<std::vector<api::CapacityProviderStrategyItem>> checked_strategy(
    const std::optional<std::vector<api::CapacityProviderStrategyItem>>& strategy,
    const std::vector<std::string>& associated);

}  // namespace drydock::operations
