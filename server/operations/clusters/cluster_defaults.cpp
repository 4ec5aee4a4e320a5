#include "server/operations/clusters/cluster_defaults.hpp"

#include "model/account_setting.hpp"

namespace drydock::operations {

std::optional<api::ApiError> check_cluster_quota(const Context& context) {
  const int limit = context.settings.quotas[model::Quota::kClusters];
  if (context.state().of(context.world).active_clusters < limit) return std::nullopt;
  return api::ApiError::client("An account can have at most " + std::to_string(limit) + " clusters in a region.")
      .explained("Delete clusters that are not needed.");
}

Result<model::ClusterId> create_default_cluster(Context& context) {
  if (auto no = check_cluster_quota(context)) return std::unexpected(std::move(*no));
  api::Cluster settings;
  settings.settings = {
      {{"containerInsights", std::string(model::account_value(context.state(), context.world, "containerInsights"))}}};
  model::Cluster cluster;
  cluster.world = context.world;
  cluster.name = "default";
  cluster.settings = std::make_shared<const api::Cluster>(std::move(settings));
  return context.tx.create(std::move(cluster));
}

}  // namespace drydock::operations
