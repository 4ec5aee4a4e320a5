#include "server/operations/clusters/cluster_providers.hpp"

#include <algorithm>
#include <set>

#include "server/operations/capacity_providers/capacity_strategy.hpp"
#include "server/operations/clusters/cluster_view.hpp"
#include "server/operations/resolve.hpp"

namespace drydock::operations {
namespace {

using api::ApiError;

constexpr const char* kProviderDetail = "capacityProviderName";

api::KeyValuePair detail(std::string name, std::string value) {
  api::KeyValuePair pair;
  pair.name = std::move(name);
  pair.value = std::move(value);
  return pair;
}

api::Attachment attachment(const std::string& type, const std::string& provider, Context& context) {
  api::Attachment made;
  made.id = model::to_dashed(context.tx.random().uuid());
  made.type = type;
  made.status = "PRECREATED";
  made.details = {detail(kProviderDetail, provider)};
  if (type == "as_policy") {
    made.details->push_back(detail("scalingPolicyName", "ECSManagedAutoScalingPolicy-" + *made.id));
  } else {
    made.details->push_back(detail("autoScalingLifecycleHookName", "ecs-managed-draining-termination-hook"));
  }
  return made;
}

bool belongs_to(const api::Attachment& attachment, const std::string& provider) {
  return attachment.details && std::ranges::any_of(*attachment.details, [&](const api::KeyValuePair& pair) {
           return pair.name == kProviderDetail && pair.value == provider;
         });
}

/// What ECS makes in an Auto Scaling group that it manages.
std::vector<std::string> attachment_types(const Context& context, const std::string& name) {
  const model::CapacityProvider* provider = context.state().capacity_provider_named(context.world, name);
  if (provider == nullptr || !provider->settings->autoScalingGroupProvider) return {};
  const api::AutoScalingGroupProvider& group = *provider->settings->autoScalingGroupProvider;
  std::vector<std::string> types;
  if (group.managedScaling && group.managedScaling->status == "ENABLED") types.emplace_back("as_policy");
  if (group.managedDraining == "ENABLED") types.emplace_back("managed_draining");
  return types;
}

void attach(std::vector<api::Attachment>& attachments, const std::string& name, Context& context) {
  for (const std::string& type : attachment_types(context, name)) {
    attachments.push_back(attachment(type, name, context));
  }
}

/// Takes away what the provider does not need any more and makes what it needs now. False when nothing changes.
bool renew(std::vector<api::Attachment>& attachments, const std::string& provider, Context& context) {
  std::vector<std::string> missing = attachment_types(context, provider);
  bool changes = false;
  for (api::Attachment& one : attachments) {
    if (!belongs_to(one, provider) || one.status == "DELETING") continue;
    if (std::erase(missing, one.type.value_or("")) > 0) continue;
    one.status = "DELETING";
    changes = true;
  }
  for (const std::string& type : missing) attachments.push_back(attachment(type, provider, context));
  return changes || !missing.empty();
}

Result<void> check_removed(const Context& context, const model::Cluster& cluster,
                           const std::vector<std::string>& providers) {
  if (!cluster.settings || !cluster.settings->capacityProviders) return {};
  const auto& uses = context.state().of(cluster.id).provider_uses;
  for (const std::string& before : *cluster.settings->capacityProviders) {
    const bool stays = std::ranges::find(providers, before) != providers.end();
    if (stays || !uses.contains(before)) continue;
    return std::unexpected(ApiError::resource_in_use("The specified capacity provider is in use and cannot be removed.")
                               .explained("Services or tasks of the cluster use " + before + "."));
  }
  return {};
}

}  // namespace

void set_providers(api::Cluster& stored, std::vector<std::string> providers, Context& context) {
  static const std::vector<std::string> kNone;
  const std::vector<std::string> before = stored.capacityProviders.value_or(kNone);
  std::vector<api::Attachment> attachments = stored.attachments.value_or(std::vector<api::Attachment>{});
  for (const std::string& name : before) {
    if (std::ranges::find(providers, name) != providers.end()) continue;
    for (api::Attachment& one : attachments) {
      if (belongs_to(one, name)) one.status = "DELETING";
    }
  }
  for (const std::string& name : providers) {
    if (std::ranges::find(before, name) == before.end()) attach(attachments, name, context);
  }
  const bool changes = std::ranges::any_of(
      attachments, [](const api::Attachment& one) { return one.status == "PRECREATED" || one.status == "DELETING"; });
  stored.capacityProviders = std::move(providers);
  if (changes) {
    stored.attachments = std::move(attachments);
    stored.attachmentsStatus = "UPDATE_IN_PROGRESS";
  }
}

void renew_attachments(const std::string& provider, Context& context) {
  const auto& associated = context.state().of(context.world).provider_clusters;
  const auto clusters = associated.find(provider);
  if (clusters == associated.end()) return;
  const std::set<model::ClusterId> ids = clusters->second;
  for (const model::ClusterId id : ids) {
    api::Cluster stored = *context.state().get(id).settings;
    if (!stored.attachments) stored.attachments.emplace();
    if (!renew(*stored.attachments, provider, context)) continue;
    stored.attachmentsStatus = "UPDATE_IN_PROGRESS";
    context.tx.update(
        id, [&](model::Cluster& entity) { entity.settings = std::make_shared<const api::Cluster>(std::move(stored)); });
  }
}

Result<api::PutClusterCapacityProvidersResponse> put_cluster_capacity_providers(
    const api::PutClusterCapacityProvidersRequest& request, Context& context) {
  const auto name = cluster_name_of(context, request.cluster);
  if (!name) return std::unexpected(name.error());
  const model::Cluster* cluster = context.state().cluster_named(context.world, *name);
  if (cluster == nullptr) return std::unexpected(ApiError::cluster_not_found());
  if (cluster->status != model::ClusterStatus::kActive) {
    return std::unexpected(ApiError::client("Cluster was not ACTIVE."));
  }
  if (cluster->settings && cluster->settings->attachmentsStatus == "UPDATE_IN_PROGRESS") {
    return std::unexpected(ApiError::update_in_progress(
        "The specified cluster is in a busy state. Cluster attachments must be in UPDATE_COMPLETE or UPDATE_FAILED "
        "state before they can be updated. Wait and try again."));
  }
  auto providers = checked_capacity_providers(request.capacityProviders, context);
  if (!providers) return std::unexpected(std::move(providers.error()));
  auto strategy = checked_strategy(request.defaultCapacityProviderStrategy, *providers);
  if (!strategy) return std::unexpected(std::move(strategy.error()));
  if (auto checked = check_removed(context, *cluster, *providers); !checked) {
    return std::unexpected(std::move(checked.error()));
  }
  const model::ClusterId id = cluster->id;
  api::Cluster stored = cluster->settings ? *cluster->settings : api::Cluster{};
  set_providers(stored, std::move(*providers), context);
  stored.defaultCapacityProviderStrategy = std::move(*strategy);
  if (cluster->settings == nullptr || stored != *cluster->settings) {
    context.tx.update(
        id, [&](model::Cluster& entity) { entity.settings = std::make_shared<const api::Cluster>(std::move(stored)); });
  }
  api::PutClusterCapacityProvidersResponse response;
  response.cluster = render_cluster(context.state(), context.state().get(id), {.attachments = true, .settings = true});
  return response;
}

}  // namespace drydock::operations
