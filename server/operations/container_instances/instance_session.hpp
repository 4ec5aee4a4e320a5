#pragma once
// What becomes of container instances outside API calls: agents come and go, machines move away.

#include "api-spec/generated/types.hpp"
#include "model/transaction.hpp"

namespace drydock::operations {

/// The agent's session began or ended: agentConnected, and the connectivity of its tasks. Does nothing when that is
/// so already or the instance is INACTIVE. Tasks keep their status: a silent agent says nothing about containers.
void set_agent_connected(model::Transaction& tx, model::InstanceId id, bool connected);

/// What an agent says of itself when it connects: versionInfo, which it leaves out of its registration.
void set_agent_version(model::Transaction& tx, model::InstanceId id, const api::VersionInfo& version);

/// Marks the instance INACTIVE. Its tasks are lost (spec/task-lifecycle.md section 4, forced deregistration).
void retire_instance(model::Transaction& tx, model::InstanceId id);

}  // namespace drydock::operations
