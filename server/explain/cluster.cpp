// What is held back in a cluster.
#include "model/arn.hpp"
#include "server/explain/kinds.hpp"

namespace drydock::server {

Reasons reasons_of(const model::State& state, const model::Cluster& cluster, model::Instant now) {
  Reasons reasons;
  add_recorded(reasons, state.explanations.clusters, cluster.id);
  const model::ClusterIndex& index = state.of(cluster.id);
  for (const auto& [name, id] : index.services) {
    const auto known = state.explanations.services.find(id);
    if (known == state.explanations.services.end()) continue;
    reasons.push_back(known->second);
    reasons.back().message = "Service " + name + ": " + reasons.back().message;
  }
  for (const auto& [name, id] : index.managed_daemons) {
    const auto known = state.explanations.daemons.find(id);
    if (known == state.explanations.daemons.end()) continue;
    reasons.push_back(known->second);
    reasons.back().message = "Daemon " + name + ": " + reasons.back().message;
  }
  if (!index.waiting.empty()) {
    reasons.push_back({now,
                       "PROVISIONING",
                       counted(index.waiting.size(), "task") + " in PROVISIONING for a container instance.",
                       "Ask about one of them: " + model::arn_of(state, state.get(*index.waiting.begin())) + ".",
                       {}});
  }
  if (index.registered_instances == 0) {
    reasons.push_back({now,
                       "NO_INSTANCES",
                       "No container instance is registered in the cluster.",
                       "Only Fargate tasks start here. Start Drydock with an instance configured for this cluster "
                       "(ECS_CLUSTER=" +
                           cluster.name + "), or with --instances-in all.",
                       {}});
  }
  return reasons;
}

}  // namespace drydock::server
