#pragma once
// ECS Daemon Deployment State Change and ECS Daemon Service Action (spec/events.md section 8).

#include <optional>

#include "server/events/record/draft.hpp"

namespace drydock::events {

std::optional<Draft> daemon_deployment_event(const model::State& state, const model::DaemonDeployment* before,
                                             const model::DaemonDeployment& after, model::Instant now);
/// Instances that have no room for the daemon's task, each once until it has one.
Drafts daemon_placement_events(const model::State& state, const model::DaemonDeployment* before,
                               const model::DaemonDeployment& after, model::Instant now);
/// A daemon's task that stopped without having reached RUNNING, although nobody had asked for that.
std::optional<Draft> daemon_task_event(const model::State& state, const model::Task* before, const model::Task& after,
                                       model::Instant now);

}  // namespace drydock::events
