#pragma once
// Lifecycle hooks of ROLLING deployments (spec/services.md section 8.4). They pass the stages that have no traffic to
// shift: RECONCILE_SERVICE and PRE_SCALE_UP, which hold the new revision back, SCALE_UP, which is the rolling update
// itself, and POST_SCALE_UP, once only the new revision is left. Internal to the reconciler.

#include "scheduler/reconciler/service_pass.hpp"

namespace drydock::scheduler {

/// The first stage, when the deployment goes IN_PROGRESS. Without hooks a ROLLING deployment has no stages.
void begin_rolling_hooks(ServicePass& pass);

/// The new revision is held back; each stage until then is stored, and seen, before the next.
bool is_before_scale_up(const ServicePass& pass);

/// Lets the hooks go on; true when they leave the rolling update nothing to do: they hold it back, or one has failed.
bool reconcile_rolling_hooks(ServicePass& pass);

/// All tasks are in place: true while hooks keep the deployment from completing all the same.
bool waits_for_rolling_hooks(ServicePass& pass);

/// Says which hook of the stage the deployment waits for.
void explain_hooks(ServicePass& pass);

}  // namespace drydock::scheduler
