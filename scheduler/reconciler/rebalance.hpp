#pragma once
// Availability Zone rebalancing of a service in steady state: a task is started in a zone with too few, and when it is
// healthy one is stopped in a zone with too many (spec/services.md section 13.1). Internal to the reconciler.

#include "scheduler/reconciler/service_pass.hpp"

namespace drydock::scheduler {

/// Before a pass: tasks that became healthy take the place of others; what forbids rebalancing ends it.
void check_rebalancing(ServicePass& pass);

/// After a pass: begins or goes on when nothing else is left to do (`complete`), and ends when there is.
void rebalance(ServicePass& pass, bool complete);

}  // namespace drydock::scheduler
