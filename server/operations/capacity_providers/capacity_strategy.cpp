#include "server/operations/capacity_providers/capacity_strategy.hpp"

#include <algorithm>

#include "model/arn.hpp"

namespace drydock::operations {

using api::ApiError;

std::string capacity_provider_name(std::string_view text) {
  const auto arn = model::looks_like_arn(text) ? model::parse_arn(text) : std::nullopt;
  if (arn && arn->type == "capacity-provider" && arn->path.size() == 1) return std::string(arn->path[0]);
  return std::string(text);
}

std::string provider_name_here(const Context& context, std::string_view text) {
  if (!model::looks_like_arn(text)) return std::string(text);
  std::string name = capacity_provider_name(text);
  const model::World& world = context.state().get(context.world);
  return model::ecs_arn(world, "capacity-provider/" + name) == text ? name : std::string(text);
}

Result<std::vector<std::string>> checked_capacity_providers(const std::optional<std::vector<std::string>>& names,
                                                            const Context& context) {
  std::vector<std::string> providers;
  if (!names) return providers;
  for (const std::string& text : *names) {
    std::string name = provider_name_here(context, text);
    if (!model::is_fargate_provider(name)) {
      const model::CapacityProvider* provider = context.state().capacity_provider_named(context.world, name);
      if (provider == nullptr || provider->update_status == "DELETE_IN_PROGRESS") {
        return std::unexpected(ApiError::invalid_parameter(
            "The specified capacity provider was not found. Specify a valid name or ARN and try again."));
      }
      if (provider->cluster) {
        return std::unexpected(
            ApiError::invalid_parameter("The capacity provider " + name +
                                        " consists of managed instances. It belongs to the cluster it was "
                                        "created for and cannot be associated with a cluster."));
      }
    }
    if (std::ranges::find(providers, name) == providers.end()) providers.push_back(std::move(name));
  }
  return providers;
}

Result<std::vector<api::CapacityProviderStrategyItem>> checked_strategy(
    const std::optional<std::vector<api::CapacityProviderStrategyItem>>& strategy,
    const std::vector<std::string>& associated) {
  std::vector<api::CapacityProviderStrategyItem> items;
  if (!strategy) return items;
  int with_base = 0;
  int on_fargate = 0;
  int total_weight = 0;
  for (const api::CapacityProviderStrategyItem& given : *strategy) {
    api::CapacityProviderStrategyItem& item = items.emplace_back(given);
    item.capacityProvider = capacity_provider_name(given.capacityProvider.value_or(""));
    item.weight = given.weight.value_or(0);
    item.base = given.base.value_or(0);
    if (std::ranges::find(associated, *item.capacityProvider) == associated.end()) {
      return std::unexpected(ApiError::invalid_parameter(
          "The specified capacity provider strategy cannot contain a capacity provider that is not associated with "
          "the cluster."));
    }
    if (model::is_fargate_provider(*item.capacityProvider)) ++on_fargate;
    if (*item.base > 0) ++with_base;
    total_weight += *item.weight;
  }
  if (with_base > 1) {
    return std::unexpected(ApiError::invalid_parameter(
        "There are multiple capacity providers in the specified capacity provider strategy with a base value "
        "defined"));
  }
  if (on_fargate > 0 && on_fargate < static_cast<int>(items.size())) {
    return std::unexpected(ApiError::invalid_parameter(
        "The specified capacity provider strategy cannot contain both Fargate and Auto Scaling group capacity "
        "providers."));
  }
  // The service insists on a weight only where there is a choice to make.
  if (items.size() > 1 && total_weight == 0) {
    return std::unexpected(ApiError::invalid_parameter(
        "There are no capacity providers in the capacity provider strategy with a weight value greater than zero"));
  }
  return items;
}

}  // namespace drydock::operations
