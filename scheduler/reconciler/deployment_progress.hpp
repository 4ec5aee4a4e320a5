#pragma once
// What happens to a service's deployment besides tasks: requests to stop or roll it back, the circuit breaker, and its
// completion. Internal to the reconciler.

#include "scheduler/reconciler/service_pass.hpp"

namespace drydock::scheduler {

/// Before tasks are looked at: carries out what was asked for since the last pass, and asks the circuit breaker and the
/// alarms. True when the deployment took another way by it.
bool advance_deployment(ServicePass& pass);

/// The PRIMARY deployment has come to its end: it is what a rollback returns to from now on.
void complete_deployment(ServicePass& pass);

}  // namespace drydock::scheduler
