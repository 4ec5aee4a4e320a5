#pragma once
// How a container instance ends.

#include <string>

#include "model/transaction.hpp"

namespace drydock::scheduler {

/// INACTIVE, and its tasks are lost: STOPPED at once, with this code and reason.
void retire(model::Transaction& tx, model::InstanceId id, model::StopCode code, const std::string& reason);

/// As when EC2 terminates its machine (spec/task-lifecycle.md section 4).
void terminate(model::Transaction& tx, model::InstanceId id);

}  // namespace drydock::scheduler
