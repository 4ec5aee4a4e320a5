#pragma once
// One pass over a service, by its scheduling strategy. Internal to the reconciler.

#include "scheduler/reconciler/service_pass.hpp"

namespace drydock::scheduler {

/// The service's deployments, or the pass's task set. True when there is nothing left to do.
bool reconcile_replica(ServicePass& pass);
void reconcile_daemon(ServicePass& pass);
/// Every task set of a service with an EXTERNAL deployment controller.
void reconcile_task_sets(ServicePass& pass);

}  // namespace drydock::scheduler
