#pragma once
// What is kept of a daemon's past.

#include "model/transaction.hpp"

namespace drydock::scheduler {

inline constexpr std::size_t kDaemonDeploymentsKept = 100;

/// Forgets the oldest deployments beyond those kept, with the revisions that nothing runs and no deployment brings.
void forget_old_deployments(model::Transaction& tx, model::DaemonId id);

/// The daemon with its deployments and revisions. Its tasks may outlive it.
void remove_daemon(model::Transaction& tx, model::DaemonId id);

}  // namespace drydock::scheduler
