#pragma once
// What a task needs before its first container, and that is fetched when the task is sent to its instance: environment
// files, secrets, registry credentials (spec/adjuncts.md section 2). In AWS the agent fetches them with the task's
// execution role; here they are in this very process.

#include "instances/instance_link.hpp"
#include "instances/launch/object_reads.hpp"
#include "model/state.hpp"

namespace drydock::instances {

/// Completes the payload of a task that is to start, with its environment files as they were read. What cannot be had
/// becomes its setup_error, in the words of the agent (EC2) or of Fargate. A task that has run already is left as it is
/// but for its secrets: nothing may end it.
void add_launch_resources(const model::State& state, const model::Task& task, model::Instant now,
                          const Objects& objects, TaskPayload& payload);

}  // namespace drydock::instances
