#pragma once
// From a task's state to what the control plane is told (SubmitTaskStateChange, spec/agent-protocol.md 2.3). Pure.

#include <string>
#include <vector>

#include "instances/docker/task.hpp"

namespace drydock::instances::docker {

/// The reports that are due, in order, and marks them as made. A task that stopped after all its containers had run
/// is reported RUNNING first, however short that was. Container changes alone are told when one stopped or when the
/// task already runs, unless the task is ending; otherwise they wait for the task's own change.
std::vector<api::SubmitTaskStateChangeRequest> take_reports(Task& task, const std::string& cluster);

}  // namespace drydock::instances::docker
