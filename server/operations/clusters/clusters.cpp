#include "server/operations/clusters/clusters.hpp"

#include <set>

#include "model/arn.hpp"
#include "server/operations/clusters/cluster_defaults.hpp"
#include "server/operations/clusters/cluster_settings.hpp"
#include "server/operations/clusters/cluster_view.hpp"
#include "server/operations/container_instances/instance_session.hpp"
#include "server/operations/paging.hpp"
#include "server/operations/resolve.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations {
namespace {

using api::ApiError;
using model::ClusterStatus;

// What the answer of a call that makes or changes a cluster shows.
constexpr ClusterIncludes kCreated{.attachments = true, .configurations = true, .settings = true, .tags = true};
constexpr ClusterIncludes kUpdated{.configurations = true, .settings = true};

bool valid_name(std::string_view name) {
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
  return name.size() <= 255 && name.find_first_not_of(kAllowed) == std::string_view::npos;
}

/// A cluster that exists, in any status: calls that are about the cluster itself do not make `default` on demand.
Result<model::ClusterId> existing_cluster(const Context& context, const std::optional<std::string>& text) {
  auto name = cluster_name_of(context, text);
  if (!name) return std::unexpected(std::move(name.error()));
  const model::Cluster* cluster = context.state().cluster_named(context.world, *name);
  if (cluster == nullptr) return std::unexpected(ApiError::cluster_not_found());
  return cluster->id;
}

Result<model::ClusterId> cluster_to_change(const Context& context, const std::optional<std::string>& text) {
  auto id = existing_cluster(context, text);
  if (id && context.state().get(*id).status != ClusterStatus::kActive) {
    return std::unexpected(ApiError::client("Cluster was not ACTIVE."));
  }
  return id;
}

api::Cluster shown(const Context& context, model::ClusterId id, const ClusterIncludes& include) {
  return render_cluster(context.state(), context.state().get(id), include);
}

Result<model::ClusterId> make_cluster(const std::string& name, const api::CreateClusterRequest& request,
                                      Context& context) {
  auto tags = checked_tags(request.tags);
  if (!tags) return std::unexpected(std::move(tags.error()));
  auto settings = settings_for(request, context);
  if (!settings) return std::unexpected(std::move(settings.error()));
  if (auto no = check_cluster_quota(context)) return std::unexpected(std::move(*no));
  auto created_with = std::make_shared<const api::CreateClusterRequest>(request);
  const auto fill = [&](model::Cluster& cluster) {
    cluster.status = ClusterStatus::kActive;
    cluster.settings = *settings;
    cluster.created_with = created_with;
    cluster.tags = *tags;
  };
  if (const model::Cluster* before = context.state().cluster_named(context.world, name)) {
    const model::ClusterId id = before->id;
    context.tx.update(id, fill);
    return id;
  }
  model::Cluster cluster;
  cluster.world = context.world;
  cluster.name = name;
  fill(cluster);
  return context.tx.create(std::move(cluster));
}

Result<api::Cluster> change_cluster(const api::UpdateClusterRequest& request, Context& context) {
  const auto id = cluster_to_change(context, request.cluster);
  if (!id) return std::unexpected(id.error());
  auto settings = settings_after(context.state().get(*id).settings.get(), request, context);
  if (!settings) return std::unexpected(std::move(settings.error()));
  context.tx.update(*id, [&](model::Cluster& cluster) { cluster.settings = std::move(*settings); });
  return shown(context, *id, kUpdated);
}

}  // namespace

Result<api::CreateClusterResponse> create_cluster(const api::CreateClusterRequest& request, Context& context) {
  const std::string name = request.clusterName && !request.clusterName->empty() ? *request.clusterName : "default";
  if (!valid_name(name)) {
    return std::unexpected(ApiError::invalid_parameter("ClusterName must match ^[a-zA-Z0-9\\-_]{1,255}$"));
  }
  api::CreateClusterResponse response;
  const model::Cluster* before = context.state().cluster_named(context.world, name);
  if (before != nullptr && before->status == ClusterStatus::kActive && before->created_with != nullptr) {
    if (!consistent(*before->created_with, request)) {
      return std::unexpected(ApiError::invalid_parameter(
          "Arguments on this idempotent request are inconsistent with arguments used in previous request(s)."));
    }
    response.cluster = shown(context, before->id, kCreated);
    return response;
  }
  const auto id = make_cluster(name, request, context);
  if (!id) return std::unexpected(id.error());
  response.cluster = shown(context, *id, kCreated);
  return response;
}

Result<api::DescribeClustersResponse> describe_clusters(const api::DescribeClustersRequest& request, Context& context) {
  const ClusterIncludes include{.attachments = contains(request.include, "ATTACHMENTS"),
                                .configurations = contains(request.include, "CONFIGURATIONS"),
                                .settings = contains(request.include, "SETTINGS"),
                                .statistics = contains(request.include, "STATISTICS"),
                                .tags = contains(request.include, "TAGS")};
  std::vector<std::string> wanted = request.clusters.value_or(std::vector<std::string>{});
  if (wanted.empty()) wanted.emplace_back("default");
  api::DescribeClustersResponse response;
  response.clusters.emplace();
  response.failures.emplace();
  std::set<std::string> seen;
  for (const std::string& text : wanted) {
    const auto name = cluster_name_of(context, text);
    // An ARN of another account or region is missing here, as any unknown cluster is.
    const bool elsewhere = !name && name.error().code == "ClusterNotFoundException";
    if (!name && !elsewhere) return std::unexpected(name.error());
    const std::string arn = elsewhere ? text : cluster_arn(context, *name);
    if (!seen.insert(arn).second) continue;
    const model::Cluster* cluster = elsewhere ? nullptr : context.state().cluster_named(context.world, *name);
    if (cluster == nullptr) {
      response.failures->push_back(failure(arn, "MISSING"));
    } else {
      response.clusters->push_back(render_cluster(context.state(), *cluster, include));
    }
  }
  return response;
}

Result<api::ListClustersResponse> list_clusters(const api::ListClustersRequest& request, Context& context) {
  const auto size = page_size(request.maxResults, 100);
  if (!size) return std::unexpected(size.error());
  const model::State& state = context.state();
  api::ListClustersResponse response;
  response.clusterArns.emplace();
  auto filled = fill_page(
      "clusters", state.of(context.world).clusters, request.nextToken, *size, response.nextToken,
      [&](const auto& entry) { return state.get(entry.second).status == ClusterStatus::kActive; },
      [](const auto& entry) { return entry.first; },
      [&](const auto& entry) { response.clusterArns->push_back(model::arn_of(state, state.get(entry.second))); });
  if (!filled) return std::unexpected(std::move(filled.error()));
  return response;
}

Result<api::UpdateClusterResponse> update_cluster(const api::UpdateClusterRequest& request, Context& context) {
  auto changed = change_cluster(request, context);
  if (!changed) return std::unexpected(std::move(changed.error()));
  api::UpdateClusterResponse response;
  response.cluster = std::move(*changed);
  return response;
}

Result<api::UpdateClusterSettingsResponse> update_cluster_settings(const api::UpdateClusterSettingsRequest& request,
                                                                   Context& context) {
  api::UpdateClusterRequest update;
  update.cluster = request.cluster;
  update.settings = request.settings;
  auto changed = change_cluster(update, context);
  if (!changed) return std::unexpected(std::move(changed.error()));
  api::UpdateClusterSettingsResponse response;
  response.cluster = std::move(*changed);
  return response;
}

namespace {

void retire_all(model::Transaction& tx, const std::set<model::InstanceId>& instances) {
  for (const model::InstanceId id : std::vector<model::InstanceId>(instances.begin(), instances.end())) {
    if (tx.state().get(id).status != model::InstanceStatus::kInactive) retire_instance(tx, id);
  }
}

}  // namespace

Result<api::DeleteClusterResponse> delete_cluster(const api::DeleteClusterRequest& request, Context& context) {
  const auto id = existing_cluster(context, request.cluster);
  if (!id) return std::unexpected(id.error());
  api::DeleteClusterResponse response;
  if (context.state().get(*id).status == ClusterStatus::kActive) {
    const model::ClusterIndex& index = context.state().of(*id);
    if (index.tasks_not_stopped > 0) return std::unexpected(ApiError::cluster_contains_tasks());
    for (const auto& [type, counts] : index.counts) {
      if (counts.active_services + counts.draining_services > 0) {
        return std::unexpected(ApiError::cluster_contains_services());
      }
    }
    // Instances that came with the cluster by themselves leave with it; all their tasks are STOPPED by now.
    if (context.settings.automatic_instances) retire_all(context.tx, index.instances);
    if (index.registered_instances > 0) return std::unexpected(ApiError::cluster_contains_container_instances());
    if (!index.capacity_providers.empty()) {
      return std::unexpected(ApiError::cluster_contains_capacity_provider(
          "The Cluster cannot be deleted while Capacity Providers are active."));
    }
    const auto& settings = context.state().get(*id).settings;
    if (settings && settings->attachmentsStatus == "UPDATE_IN_PROGRESS") {
      return std::unexpected(ApiError::update_in_progress(
          "The specified cluster is in a busy state. Cluster attachments must be in UPDATE_COMPLETE or UPDATE_FAILED "
          "state before they can be updated. Wait and try again."));
    }
    context.tx.update(*id, [](model::Cluster& cluster) {
      cluster.status = ClusterStatus::kInactive;
      cluster.tags.clear();
    });
  }
  response.cluster = shown(context, *id, kUpdated);
  return response;
}

}  // namespace drydock::operations
