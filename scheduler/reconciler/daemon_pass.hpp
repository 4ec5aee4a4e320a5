#pragma once
// One pass over a daemon: what it looks at, and the ends a deployment comes to. Internal to the reconciler.

#include <map>
#include <vector>

#include "model/task_definitions/requirements.hpp"
#include "model/transaction.hpp"
#include "scheduler/deployments/daemon.hpp"
#include "scheduler/pace.hpp"
#include "scheduler/placement/place.hpp"
#include "scheduler/reconciler/reconcile_service.hpp"

namespace drydock::scheduler {

struct DaemonPass {
  model::Transaction& tx;
  model::DaemonId id;
  const Pace& pace;
  ServiceOutcome outcome{};

  [[nodiscard]] const model::Daemon& daemon() const { return tx.state().get(id); }
  [[nodiscard]] const model::DaemonDeployment& deployment() const { return tx.state().get(daemon().deployment); }
  template <class Change>
  void change_deployment(Change&& change) {
    tx.update(daemon().deployment, std::forward<Change>(change));
  }
  void again_at(model::Instant when) {
    if (!outcome.again_at || when < *outcome.again_at) outcome.again_at = when;
  }
};

/// The daemon's instances, and others that have a task of it.
struct DaemonInstances {
  std::vector<DaemonSlot> slots;
  std::map<model::InstanceId, InstanceView> views;
  std::map<model::InstanceId, std::string> providers;
  int members = 0;  // ACTIVE instances of the daemon's capacity providers
};

DaemonInstances look_at_instances(const DaemonPass& pass, const model::TaskRequirements& needs);

/// A new deployment starts, and the one before it stops.
void begin_deployment(DaemonPass& pass);

/// How many instances one step takes: drainPercent of them, and at least one.
int step_size(const model::DaemonDeployment& deployment, int instances);

/// A step ends when every instance has what it is to have: then the bake time runs. True while it does.
bool bakes(DaemonPass& pass, bool at_rest);

/// SUCCESSFUL, or ROLLBACK_SUCCESSFUL.
void complete_deployment(DaemonPass& pass);

/// Looks whether too many tasks in a row failed: then the daemon goes back to what was deployed completely before, and
/// without such a thing the deployment stops. True when it tripped.
bool trip_breaker(DaemonPass& pass, int instances);

}  // namespace drydock::scheduler
