#pragma once
// Tells the control plane about a task: serially per task, until each report is accepted.

#include "instances/docker/agent_core.hpp"

namespace drydock::instances::docker {

/// To be called after every change of a task: wakes its coroutines and sends what there is to report. Once STOPPED is
/// accepted the task's containers are removed after the clean-up wait.
void task_changed(const CorePtr& core, const RunPtr& run);

}  // namespace drydock::instances::docker
