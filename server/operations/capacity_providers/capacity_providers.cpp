#include "server/operations/capacity_providers/capacity_providers.hpp"

#include <map>
#include <set>

#include "model/arn.hpp"
#include "server/operations/capacity_providers/capacity_provider_rules.hpp"
#include "server/operations/capacity_providers/capacity_strategy.hpp"
#include "server/operations/clusters/cluster_providers.hpp"
#include "server/operations/paging.hpp"
#include "server/operations/resolve.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations {
namespace {

using api::ApiError;
using model::CapacityProvider;

constexpr std::size_t kProvidersPerCluster = 20;
constexpr const char* kFargate[] = {"FARGATE", "FARGATE_SPOT"};

ApiError unknown() {
  return ApiError::client("The specified capacity provider does not exist. Specify a valid name or ARN and try again.");
}

ApiError reserved(const std::string& name, const char* verb) {
  return ApiError::client("The specified capacity provider is reserved: " + name + " cannot be " + verb + ".");
}

ApiError busy() {
  return ApiError::update_in_progress(
      "The specified capacity provider is in a busy state: an update is in progress. Wait and try again.");
}

api::CapacityProvider show(const model::State& state, const CapacityProvider& provider, bool with_tags) {
  api::CapacityProvider shown = *provider.settings;
  shown.capacityProviderArn = model::arn_of(state, provider);
  shown.name = provider.name;
  shown.status = provider.update_status == "CREATE_IN_PROGRESS" ? "PROVISIONING" : "ACTIVE";
  shown.type = shown.managedInstancesProvider ? "MANAGED_INSTANCES" : "EC2_AUTOSCALING";
  if (provider.cluster) shown.cluster = state.get(provider.cluster).name;
  if (!provider.update_status.empty()) shown.updateStatus = provider.update_status;
  if (!provider.update_reason.empty()) shown.updateStatusReason = provider.update_reason;
  shown.tags.emplace();
  if (with_tags) shown.tags = provider.tags;
  return shown;
}

api::CapacityProvider show_fargate(const Context& context, const std::string& name) {
  api::CapacityProvider shown;
  shown.capacityProviderArn = model::ecs_arn(context.state().get(context.world), "capacity-provider/" + name);
  shown.name = name;
  shown.status = "ACTIVE";
  shown.type = name;
  shown.tags.emplace();
  return shown;
}

Result<model::ClusterId> cluster_of(const api::CreateCapacityProviderRequest& request, Context& context) {
  const bool named = request.cluster && !request.cluster->empty();
  if (request.autoScalingGroupProvider.has_value() == request.managedInstancesProvider.has_value()) {
    return std::unexpected(
        ApiError::client("Specify exactly one of autoScalingGroupProvider and managedInstancesProvider."));
  }
  if (request.autoScalingGroupProvider) {
    if (!named) return model::ClusterId{};
    return std::unexpected(
        ApiError::client("A cluster can be specified for a managed instances capacity provider only."));
  }
  if (!named) {
    return std::unexpected(ApiError::client("A managed instances capacity provider requires a cluster."));
  }
  return find_active_cluster(context, request.cluster);
}

/// Another provider must not have the Auto Scaling group.
Result<void> check_group_is_free(const Context& context, const std::string& group) {
  for (const auto& [name, id] : context.state().of(context.world).capacity_providers) {
    const auto& settings = *context.state().get(id).settings;
    if (!settings.autoScalingGroupProvider || settings.autoScalingGroupProvider->autoScalingGroupArn != group) continue;
    return std::unexpected(
        ApiError::client("The specified Auto Scaling group ARN is already being used by another capacity provider. "
                         "Specify a unique Auto Scaling group ARN and try again.")
            .explained("The capacity provider \"" + name + "\" has it."));
  }
  return {};
}

Result<void> check_room(const Context& context, model::ClusterId id) {
  const model::Cluster& cluster = context.state().get(id);
  std::size_t count = context.state().of(id).capacity_providers.size();
  if (cluster.settings && cluster.settings->capacityProviders) count += cluster.settings->capacityProviders->size();
  if (count < kProvidersPerCluster) return {};
  return std::unexpected(ApiError::limit_exceeded("A cluster can have at most 20 capacity providers."));
}

Result<std::shared_ptr<const api::CapacityProvider>> settings_of(const api::CreateCapacityProviderRequest& request,
                                                                 const Context& context) {
  api::CapacityProvider settings;
  if (request.autoScalingGroupProvider) {
    settings.autoScalingGroupProvider = with_defaults(*request.autoScalingGroupProvider);
    if (auto no = check_group(*settings.autoScalingGroupProvider)) return std::unexpected(std::move(*no));
    const std::string group = settings.autoScalingGroupProvider->autoScalingGroupArn.value_or("");
    if (auto free = check_group_is_free(context, group); !free) return std::unexpected(std::move(free.error()));
  } else {
    const auto& given = *request.managedInstancesProvider;
    settings.managedInstancesProvider =
        api::ManagedInstancesProvider{given.infrastructureRoleArn, given.instanceLaunchTemplate, given.propagateTags,
                                      given.infrastructureOptimization, given.autoRepairConfiguration};
  }
  return std::make_shared<const api::CapacityProvider>(std::move(settings));
}

Result<std::shared_ptr<const api::CapacityProvider>> settings_after(const CapacityProvider& before,
                                                                    const api::UpdateCapacityProviderRequest& update) {
  api::CapacityProvider settings = *before.settings;
  const bool group = settings.autoScalingGroupProvider.has_value();
  if ((group && update.managedInstancesProvider) || (!group && update.autoScalingGroupProvider)) {
    return std::unexpected(ApiError::client("The type of a capacity provider cannot be changed."));
  }
  if (update.autoScalingGroupProvider) {
    settings.autoScalingGroupProvider = updated(*settings.autoScalingGroupProvider, *update.autoScalingGroupProvider);
    if (auto no = check_group(*settings.autoScalingGroupProvider)) return std::unexpected(std::move(*no));
  }
  if (update.managedInstancesProvider) {
    settings.managedInstancesProvider = updated(*settings.managedInstancesProvider, *update.managedInstancesProvider);
  }
  return std::make_shared<const api::CapacityProvider>(std::move(settings));
}

/// By name; null for FARGATE and FARGATE_SPOT.
using Providers = std::map<std::string, const CapacityProvider*, std::less<>>;

/// What a list shows; with a cluster, only what it has.
Result<Providers> listed(const api::DescribeCapacityProvidersRequest& request, Context& context) {
  const model::State& state = context.state();
  Providers providers;
  const auto add = [&](const std::string& name) {
    providers.emplace(name, state.capacity_provider_named(context.world, name));
  };
  if (!request.cluster || request.cluster->empty()) {
    for (const char* name : kFargate) add(name);
    for (const auto& [name, id] : state.of(context.world).capacity_providers) add(name);
    return providers;
  }
  const auto cluster = find_cluster(context, request.cluster);
  if (!cluster) return std::unexpected(cluster.error());
  const auto& settings = state.get(*cluster).settings;
  if (settings && settings->capacityProviders) {
    for (const std::string& name : *settings->capacityProviders) add(name);
  }
  for (const auto id : state.of(*cluster).capacity_providers) add(state.get(id).name);
  return providers;
}

}  // namespace

Result<api::CreateCapacityProviderResponse> create_capacity_provider(const api::CreateCapacityProviderRequest& request,
                                                                     Context& context) {
  const std::string name = request.name.value_or("");
  if (auto no = check_provider_name(name)) return std::unexpected(std::move(*no));
  auto tags = checked_tags(request.tags);
  if (!tags) return std::unexpected(std::move(tags.error()));
  const auto cluster = cluster_of(request, context);
  if (!cluster) return std::unexpected(cluster.error());
  api::CreateCapacityProviderResponse response;
  if (const CapacityProvider* before = context.state().capacity_provider_named(context.world, name)) {
    if (before->update_status == "DELETE_IN_PROGRESS") return std::unexpected(busy());
    if (*before->created_with != request) {
      return std::unexpected(
          ApiError::client("The specified capacity provider already exists. To change the configuration of an existing "
                           "capacity provider, update the capacity provider."));
    }
    response.capacityProvider = show(context.state(), *before, true);
    return response;
  }
  auto settings = settings_of(request, context);
  if (!settings) return std::unexpected(std::move(settings.error()));
  if (*cluster) {
    if (auto room = check_room(context, *cluster); !room) return std::unexpected(std::move(room.error()));
  }
  CapacityProvider provider;
  provider.world = context.world;
  provider.cluster = *cluster;
  provider.name = name;
  provider.settings = std::move(*settings);
  provider.created_with = std::make_shared<const api::CreateCapacityProviderRequest>(request);
  if (*cluster) provider.update_status = "CREATE_IN_PROGRESS";
  provider.tags = std::move(*tags);
  const auto id = context.tx.create(std::move(provider));
  response.capacityProvider = show(context.state(), context.state().get(id), true);
  return response;
}

Result<api::UpdateCapacityProviderResponse> update_capacity_provider(const api::UpdateCapacityProviderRequest& request,
                                                                     Context& context) {
  const std::string name = request.name.value_or("");
  if (model::is_fargate_provider(name)) return std::unexpected(reserved(name, "updated"));
  // Only the name is taken here, no ARN.
  const CapacityProvider* before = context.state().capacity_provider_named(context.world, name);
  if (before == nullptr) return std::unexpected(unknown());
  if (request.cluster && !request.cluster->empty()) {
    const auto cluster = find_cluster(context, request.cluster);
    if (!cluster) return std::unexpected(cluster.error());
    if (before->cluster != *cluster) return std::unexpected(unknown());
  }
  if (before->busy()) return std::unexpected(busy());
  auto settings = settings_after(*before, request);
  if (!settings) return std::unexpected(std::move(settings.error()));
  const auto id = before->id;
  context.tx.update(id, [&](CapacityProvider& provider) {
    provider.settings = std::move(*settings);
    provider.update_status = "UPDATE_IN_PROGRESS";
    provider.update_reason.clear();
  });
  renew_attachments(name, context);
  api::UpdateCapacityProviderResponse response;
  response.capacityProvider = show(context.state(), context.state().get(id), false);
  return response;
}

Result<api::DeleteCapacityProviderResponse> delete_capacity_provider(const api::DeleteCapacityProviderRequest& request,
                                                                     Context& context) {
  const std::string name = provider_name_here(context, request.capacityProvider.value_or(""));
  if (model::is_fargate_provider(name)) return std::unexpected(reserved(name, "deleted"));
  const CapacityProvider* provider = context.state().capacity_provider_named(context.world, name);
  if (provider == nullptr) return std::unexpected(unknown());
  if (request.cluster && !request.cluster->empty()) {
    const auto cluster = find_cluster(context, request.cluster);
    if (!cluster) return std::unexpected(cluster.error());
    if (provider->cluster != *cluster) return std::unexpected(unknown());
  }
  const auto& associated = context.state().of(context.world).provider_clusters;
  if (const auto it = associated.find(name); it != associated.end()) {
    return std::unexpected(
        ApiError::client("The capacity provider cannot be deleted because it is associated with cluster: " +
                         context.state().get(*it->second.begin()).name +
                         ". Remove the capacity provider from the cluster and try again."));
  }
  const auto id = provider->id;
  if (provider->update_status != "DELETE_IN_PROGRESS") {
    if (provider->busy()) return std::unexpected(busy());
    context.tx.update(id, [](CapacityProvider& entity) {
      entity.update_status = "DELETE_IN_PROGRESS";
      entity.update_reason.clear();
    });
  }
  api::DeleteCapacityProviderResponse response;
  response.capacityProvider = show(context.state(), context.state().get(id), false);
  return response;
}

Result<api::DescribeCapacityProvidersResponse> describe_capacity_providers(
    const api::DescribeCapacityProvidersRequest& request, Context& context) {
  const auto size = page_size(request.maxResults, 10, 10);
  if (!size) return std::unexpected(size.error());
  const auto available = listed(request, context);
  if (!available) return std::unexpected(available.error());
  const bool with_tags = contains(request.include, "TAGS");
  api::DescribeCapacityProvidersResponse response;
  response.capacityProviders.emplace();
  response.failures.emplace();
  const auto add = [&](const auto& entry) {
    response.capacityProviders->push_back(entry.second == nullptr ? show_fargate(context, entry.first)
                                                                  : show(context.state(), *entry.second, with_tags));
  };
  if (request.capacityProviders && !request.capacityProviders->empty()) {
    std::set<std::string> seen;
    for (const std::string& text : *request.capacityProviders) {
      const std::string name = provider_name_here(context, text);
      if (!seen.insert(name).second) continue;
      if (const auto known = available->find(name); known != available->end()) {
        add(*known);
      } else {
        const model::World& world = context.state().get(context.world);
        response.failures->push_back(failure(
            model::looks_like_arn(text) ? text : model::ecs_arn(world, "capacity-provider/" + name), "MISSING"));
      }
    }
    return response;
  }
  const std::string list = "capacity-providers " + request.cluster.value_or("");
  auto filled = fill_page(
      list, *available, request.nextToken, *size, response.nextToken, [](const auto&) { return true; },
      [](const auto& entry) { return entry.first; }, add);
  if (!filled) return std::unexpected(std::move(filled.error()));
  return response;
}

}  // namespace drydock::operations
