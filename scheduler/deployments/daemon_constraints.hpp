#pragma once
// Which instances the placement constraints of a DAEMON service keep its tasks from (spec/services.md section 6).

#include <optional>

#include "model/state.hpp"
#include "scheduler/placement/constraints.hpp"

namespace drydock::scheduler {

/// One task per instance is what a DAEMON service has anyhow: distinctInstance asks for nothing more.
Constraints daemon_constraints(const api::TaskDefinition& definition, const model::Service& service);
/// Whether an instance should have the service's task does not depend on its having it.
void look_at_others_only(const model::State& state, const model::Service& service, InstanceView& view);
/// Why the constraints keep the service's task from the instance; none when they do not.
std::optional<model::Refusal> refuse_daemon(const model::State& state, const model::Service& service,
                                            model::TaskDefinitionId definition,
                                            const model::ContainerInstance& instance);

}  // namespace drydock::scheduler
