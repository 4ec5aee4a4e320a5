#pragma once
// The task launch rate of a service (spec/quotas.md section 1).

#include "scheduler/reconciler/service_pass.hpp"

namespace drydock::scheduler {

/// How many of `wanted` tasks may be started now; sets the time to look again for the others.
int launches_left(ServicePass& pass, int wanted);
/// So many were started.
void count_launches(ServicePass& pass, int started);

}  // namespace drydock::scheduler
