#pragma once
// Daemons, their deployments and their revisions as they are shown.

#include "server/operations/context.hpp"

namespace drydock::operations {

api::DaemonDetail show_daemon(const model::State& state, const model::Daemon& daemon);
api::DaemonDeployment show_daemon_deployment(const model::State& state, const model::DaemonDeployment& deployment);
api::DaemonDeploymentSummary summarize(const model::State& state, const model::DaemonDeployment& deployment);
api::DaemonRevision show_daemon_revision(const model::State& state, const model::DaemonRevision& revision);

}  // namespace drydock::operations
