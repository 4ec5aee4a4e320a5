#pragma once
// Brings one daemon nearer to what is wanted of it (spec/services.md section 14.1): exactly one task on every instance
// of its capacity providers, and its deployment one step further.

#include "scheduler/reconciler/reconcile_service.hpp"

namespace drydock::scheduler {

ServiceOutcome reconcile_managed_daemon(model::Transaction& tx, model::DaemonId id, const Pace& pace);

}  // namespace drydock::scheduler
