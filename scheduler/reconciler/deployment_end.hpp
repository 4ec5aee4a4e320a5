#pragma once
// The ways in which a deployment fails: back to what ran before, or left where it is. Internal to the reconciler.

#include <string>

#include "scheduler/reconciler/service_pass.hpp"

namespace drydock::scheduler {

/// Why the deployment under way has failed.
struct Failure {
  std::string rollout_reason;  // of the deployment: its rolloutStateReason
  std::string event;           // of a ROLLING deployment: what follows "deployment failed: "
  std::string because;         // what follows "Service deployment rolled back because "
  bool rollback = true;        // whether the configuration asks to go back
};

/// Says so, and goes back to the last completed deployment; a rollback that fails, one that is not asked for, and one
/// that has nothing to go back to leave the deployment FAILED.
void fail_deployment(ServicePass& pass, const Failure& failure);

/// StopServiceDeployment ROLLBACK and ABORT.
void carry_out_rollback(ServicePass& pass);
void carry_out_stop(ServicePass& pass);

}  // namespace drydock::scheduler
