#pragma once
// Which container instances can take a task: the filters in their order, and why an instance falls out
// (spec/placement.md sections 1 and 2).

#include <optional>
#include <vector>

#include "model/explain.hpp"
#include "model/task_definitions/requirements.hpp"
#include "scheduler/placement/constraints.hpp"
#include "scheduler/placement/instance_view.hpp"

namespace drydock::scheduler {

/// The first filter that refuses the task on this instance, or nothing when it fits. Constraints come last.
std::optional<model::Refusal> refuse(const InstanceView& view, const model::TaskRequirements& task,
                                     const Constraints& constraints = {});

/// Whether an instance could ever be the right one: resources, and the managed daemons that come first, only decide
/// whether the task can start there now.
bool is_eligible(const InstanceView& view, const model::TaskRequirements& task, const Constraints& constraints = {});

/// The refusal of the instance that passed the most filters; ties go to the first. Null for an empty list.
const model::Refusal* closest(const std::vector<model::Refusal>& refusals);

}  // namespace drydock::scheduler
