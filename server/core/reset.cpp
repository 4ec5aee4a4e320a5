// Forgetting everything, for tests that want a fresh start without a new process.
#include "scheduler/reconciler/service_deployments.hpp"
#include "server/core/core.hpp"

namespace drydock::server {
namespace {

template <class Ids>
void remove_all(model::Transaction& tx, const Ids& ids) {
  const std::vector<typename Ids::value_type> copy(ids.begin(), ids.end());
  for (const auto id : copy) tx.remove(id);
}

void remove_cluster(model::Transaction& tx, model::ClusterId cluster) {
  const model::State& state = tx.state();
  remove_all(tx, state.of(cluster).wanted);
  remove_all(tx, state.of(cluster).unwanted);
  tx.remove(cluster);
}

void remove_definitions(model::Transaction& tx, model::WorldId world) {
  const model::State& state = tx.state();
  std::vector<model::FamilyId> families;
  for (const auto& [name, family] : state.of(world).families) families.push_back(family);
  for (const model::FamilyId family : families) {
    std::vector<model::TaskDefinitionId> revisions;
    for (const auto& [number, revision] : state.of(family).revisions) revisions.push_back(revision);
    for (const model::TaskDefinitionId revision : revisions) tx.remove(revision);
    tx.remove(family);
  }
}

}  // namespace

bool Core::reset() {
  const bool done = change([&](model::Transaction& tx) {
    const std::set<model::ClusterId> clusters = state_.clusters();
    for (const model::WorldId world : state_.worlds()) remove_definitions(tx, world);
    const std::set<model::ServiceId> services = state_.services();
    for (const model::ServiceId service : services) {
      scheduler::remove_service(tx, service);
    }
    remove_all(tx, state_.instances());
    for (const model::ClusterId cluster : clusters) remove_cluster(tx, cluster);
  });
  if (!done) return false;
  links_.clear();
  fargate_.reset();
  told_.clear();
  state_.explanations = {};
  return true;
}

}  // namespace drydock::server
