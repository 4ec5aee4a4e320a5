#include "scheduler/daemons/history.hpp"

namespace drydock::scheduler {
namespace {

std::set<model::DaemonRevisionId> revisions_in_use(const model::State& state, model::DaemonId id) {
  const model::Daemon& daemon = state.get(id);
  std::set<model::DaemonRevisionId> used = {daemon.revision, daemon.last_good};
  for (const model::DaemonDeploymentId deployment : state.of(id).deployments) used.insert(state.get(deployment).target);
  for (const auto& [instance, tasks] : state.of(id).tasks) {
    for (const model::TaskId task : tasks) used.insert(state.get(task).daemon_revision);
  }
  return used;
}

}  // namespace

void forget_old_deployments(model::Transaction& tx, model::DaemonId id) {
  const model::State& state = tx.state();
  if (state.of(id).deployments.size() <= kDaemonDeploymentsKept) return;
  while (state.of(id).deployments.size() > kDaemonDeploymentsKept) tx.remove(*state.of(id).deployments.begin());
  const auto used = revisions_in_use(state, id);
  const auto revisions = state.of(id).revisions;
  for (const model::DaemonRevisionId revision : revisions) {
    if (!used.contains(revision)) tx.remove(revision);
  }
}

void remove_daemon(model::Transaction& tx, model::DaemonId id) {
  const auto deployments = tx.state().of(id).deployments;
  for (const model::DaemonDeploymentId deployment : deployments) tx.remove(deployment);
  const auto revisions = tx.state().of(id).revisions;
  for (const model::DaemonRevisionId revision : revisions) tx.remove(revision);
  tx.explanations().daemons.erase(id);
  tx.remove(id);
}

}  // namespace drydock::scheduler
