#pragma once
// One pass over a service, by its scheduling strategy. Internal to the reconciler.

#include "scheduler/reconciler/service_pass.hpp"

namespace drydock::scheduler {

void reconcile_replica(ServicePass& pass);
void reconcile_daemon(ServicePass& pass);

}  // namespace drydock::scheduler
