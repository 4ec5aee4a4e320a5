#pragma once
// CloudWatch alarms that fail a deployment (spec/services.md section 5). Internal to the reconciler.

#include "scheduler/reconciler/service_pass.hpp"

namespace drydock::scheduler {

/// As the deployment goes IN_PROGRESS: alarms that are in ALARM already cannot tell anything about it.
void begin_alarms(ServicePass& pass);

/// Fails the deployment when one of its alarms is in ALARM; true when it did.
bool check_alarms(ServicePass& pass);

/// A ROLLING deployment that has alarms goes on looking at them for the bake time after its last task is in place. True
/// while it does.
bool bakes_with_alarms(ServicePass& pass);

}  // namespace drydock::scheduler
