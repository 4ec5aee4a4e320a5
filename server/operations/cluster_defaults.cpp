#include "server/operations/cluster_defaults.hpp"

#include "model/account_setting.hpp"

namespace drydock::operations {

model::ClusterId create_default_cluster(model::Transaction& tx, model::WorldId world) {
  api::Cluster settings;
  settings.settings = {
      {{"containerInsights", std::string(model::account_value(tx.state(), world, "containerInsights"))}}};
  model::Cluster cluster;
  cluster.world = world;
  cluster.name = "default";
  cluster.settings = std::make_shared<const api::Cluster>(std::move(settings));
  return tx.create(std::move(cluster));
}

}  // namespace drydock::operations
