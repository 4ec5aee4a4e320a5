#include "server/operations/clusters/cluster_settings.hpp"

#include <algorithm>

#include "model/account_setting.hpp"
#include "model/arn.hpp"
#include "model/discovery_follow.hpp"
#include "server/operations/capacity_providers/capacity_strategy.hpp"
#include "server/operations/clusters/cluster_providers.hpp"
#include "server/operations/services/connect_endpoints.hpp"

namespace drydock::operations {
namespace {

using api::ApiError;

/// `insights` is what containerInsights is while the settings do not say it.
Result<std::vector<api::ClusterSetting>> checked_settings(
    const std::optional<std::vector<api::ClusterSetting>>& settings, std::string insights) {
  if (settings) {
    for (const api::ClusterSetting& setting : *settings) {
      const std::string value = setting.value.value_or("");
      if (setting.name != "containerInsights") {
        return std::unexpected(ApiError::invalid_parameter("Invalid setting 'name'"));
      }
      if (value != "enabled" && value != "disabled" && value != "enhanced") {
        return std::unexpected(ApiError::invalid_parameter("Invalid setting 'value'"));
      }
      insights = value;
    }
  }
  return std::vector<api::ClusterSetting>{{"containerInsights", insights}};
}

Result<void> check_configuration(const api::ClusterConfiguration& configuration) {
  if (!configuration.executeCommandConfiguration) return {};
  const api::ExecuteCommandConfiguration& exec = *configuration.executeCommandConfiguration;
  const std::optional<api::ExecuteCommandLogConfiguration>& log = exec.logConfiguration;
  if (exec.logging == "OVERRIDE") {
    const bool group = log && log->cloudWatchLogGroupName && !log->cloudWatchLogGroupName->empty();
    const bool bucket = log && log->s3BucketName && !log->s3BucketName->empty();
    if (!group && !bucket) {
      return std::unexpected(ApiError::invalid_parameter(
          "A CloudWatch log group name or S3 bucket name must be specified when overriding the default log "
          "configuration"));
    }
  }
  if (exec.logging == "DEFAULT" && log) {
    return std::unexpected(ApiError::invalid_parameter(
        "A log configuration must not be specified when the execute command logging is DEFAULT"));
  }
  return {};
}

/// An empty namespace means none. An ARN must be of a namespace that exists; a name becomes an HTTP namespace if there
/// is none that has it.
Result<std::optional<api::ClusterServiceConnectDefaults>> checked_defaults(
    Context& context, const api::ClusterServiceConnectDefaultsRequest& given) {
  const std::string name = given.namespace_.value_or("");
  if (name.empty()) return std::nullopt;
  if (model::looks_like_arn(name) && model::connect_namespace(context.state(), context.world, name) == nullptr) {
    return std::unexpected(ApiError::namespace_not_found("The namespace " + name + " could not be found."));
  }
  bring_namespace(context, name);
  api::ClusterServiceConnectDefaults defaults;
  defaults.namespace_ = name;
  return defaults;
}

std::vector<api::Tag> sorted(std::vector<api::Tag> tags) {
  std::ranges::sort(tags, {}, [](const api::Tag& tag) { return tag.key.value_or(""); });
  for (api::Tag& tag : tags) tag.value = tag.value.value_or("");
  return tags;
}

std::vector<std::string> sorted(std::vector<std::string> names) {
  for (std::string& name : names) name = capacity_provider_name(name);
  std::ranges::sort(names);
  return names;
}

std::vector<api::CapacityProviderStrategyItem> sorted(std::vector<api::CapacityProviderStrategyItem> items) {
  for (api::CapacityProviderStrategyItem& item : items) {
    item.capacityProvider = capacity_provider_name(item.capacityProvider.value_or(""));
    item.weight = item.weight.value_or(0);
    item.base = item.base.value_or(0);
  }
  std::ranges::sort(items, {}, [](const api::CapacityProviderStrategyItem& item) { return *item.capacityProvider; });
  return items;
}

/// Lists whose order means nothing: absent and empty are the same.
template <class List>
bool same_set(const std::optional<List>& before, const std::optional<List>& again) {
  return !again || sorted(before.value_or(List{})) == sorted(*again);
}

}  // namespace

Result<std::shared_ptr<const api::Cluster>> settings_for(const api::CreateClusterRequest& request, Context& context) {
  api::Cluster stored;
  auto settings = checked_settings(
      request.settings, std::string(model::account_value(context.state(), context.world, "containerInsights")));
  if (!settings) return std::unexpected(std::move(settings.error()));
  stored.settings = std::move(*settings);
  if (request.configuration) {
    if (auto checked = check_configuration(*request.configuration); !checked) {
      return std::unexpected(std::move(checked.error()));
    }
    stored.configuration = request.configuration;
  }
  auto providers = checked_capacity_providers(request.capacityProviders, context);
  if (!providers) return std::unexpected(std::move(providers.error()));
  auto strategy = checked_strategy(request.defaultCapacityProviderStrategy, *providers);
  if (!strategy) return std::unexpected(std::move(strategy.error()));
  set_providers(stored, std::move(*providers), context);
  // A cluster with Auto Scaling groups is there only when they are attached.
  if (stored.attachmentsStatus == "UPDATE_IN_PROGRESS") stored.status = "PROVISIONING";
  stored.defaultCapacityProviderStrategy = std::move(*strategy);
  if (request.serviceConnectDefaults) {
    auto defaults = checked_defaults(context, *request.serviceConnectDefaults);
    if (!defaults) return std::unexpected(std::move(defaults.error()));
    stored.serviceConnectDefaults = std::move(*defaults);
  }
  return std::make_shared<const api::Cluster>(std::move(stored));
}

Result<std::shared_ptr<const api::Cluster>> settings_after(const api::Cluster* before,
                                                           const api::UpdateClusterRequest& update, Context& context) {
  api::Cluster stored = before == nullptr ? api::Cluster{} : *before;
  if (update.settings) {
    auto settings = checked_settings(update.settings, "disabled");
    if (!settings) return std::unexpected(std::move(settings.error()));
    if (!update.settings->empty()) stored.settings = std::move(*settings);
  }
  if (update.configuration) {
    if (auto checked = check_configuration(*update.configuration); !checked) {
      return std::unexpected(std::move(checked.error()));
    }
    if (!stored.configuration) stored.configuration.emplace();
    const api::ClusterConfiguration& given = *update.configuration;
    if (given.executeCommandConfiguration) {
      stored.configuration->executeCommandConfiguration = given.executeCommandConfiguration;
    }
    if (given.managedStorageConfiguration) {
      stored.configuration->managedStorageConfiguration = given.managedStorageConfiguration;
    }
  }
  if (update.serviceConnectDefaults) {
    auto defaults = checked_defaults(context, *update.serviceConnectDefaults);
    if (!defaults) return std::unexpected(std::move(defaults.error()));
    stored.serviceConnectDefaults = std::move(*defaults);
  }
  return std::make_shared<const api::Cluster>(std::move(stored));
}

bool consistent(const api::CreateClusterRequest& before, const api::CreateClusterRequest& again) {
  if (again.settings && again.settings != before.settings) return false;
  if (again.configuration && again.configuration != before.configuration) return false;
  if (again.serviceConnectDefaults && again.serviceConnectDefaults != before.serviceConnectDefaults) return false;
  return same_set(before.tags, again.tags) && same_set(before.capacityProviders, again.capacityProviders) &&
         same_set(before.defaultCapacityProviderStrategy, again.defaultCapacityProviderStrategy);
}

}  // namespace drydock::operations
