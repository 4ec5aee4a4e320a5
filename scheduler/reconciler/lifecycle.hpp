#pragma once
// BLUE_GREEN, LINEAR and CANARY deployments (spec/services.md section 8): stage after stage, both revisions at full
// scale, traffic from the old one to the new one. Internal to the reconciler.

#include "scheduler/reconciler/service_pass.hpp"

namespace drydock::scheduler {

/// ECS fails deployments that take longer.
inline constexpr auto kLongestDeployment = std::chrono::days(30);

/// The revision whose place the new one takes: the last completed one, else the one that most production traffic goes
/// to, else the newest that still has tasks.
model::ServiceRevisionId choose_blue(const ServicePass& pass);

/// A deployment that goes through lifecycle stages is under way, forward or back.
bool in_lifecycle(const ServicePass& pass);
/// The deployment may still fail: once the old revision is cleaned up there is nothing to go back to.
bool can_fail(const model::ServiceDeployment& record);

/// The first stage: when the deployment goes IN_PROGRESS.
void begin_lifecycle(ServicePass& pass);
/// The first stage back: the deployment to return to is PRIMARY already.
void begin_lifecycle_rollback(ServicePass& pass);
/// Tasks and stage, one stage further at most.
void reconcile_lifecycle(ServicePass& pass);

/// A deployment of this kind was stopped where it was: revisions keep the traffic and the tasks they had.
bool holds_traffic(const ServicePass& pass);
void hold_traffic(ServicePass& pass);

}  // namespace drydock::scheduler
