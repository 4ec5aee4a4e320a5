#include "server/operations/container_instances/instance_session.hpp"

#include <set>

#include "model/task_transitions.hpp"
#include "scheduler/instances/retire.hpp"
#include "server/operations/container_instances/container_instances.hpp"

namespace drydock::operations {

using model::ContainerInstance;
using model::InstanceStatus;

void set_agent_connected(model::Transaction& tx, model::InstanceId id, bool connected) {
  const ContainerInstance& before = tx.state().get(id);
  if (before.status == InstanceStatus::kInactive || before.agent_connected == connected) return;
  tx.update(id, [&](ContainerInstance& instance) {
    instance.agent_connected = connected;
    ++instance.version;
  });
  const std::set<model::TaskId> tasks = tx.state().of(id).tasks;
  for (const model::TaskId task : tasks) model::set_connectivity(tx, task, connected);
}

void set_agent_version(model::Transaction& tx, model::InstanceId id, const api::VersionInfo& version) {
  const ContainerInstance& before = tx.state().get(id);
  const bool updated = !before.agent_update_status.empty() && is_newest_agent(version.agentVersion);
  const bool known = before.version_info && *before.version_info == version;
  if (known && !(updated && before.agent_update_status != "UPDATED")) return;
  tx.update(id, [&](ContainerInstance& instance) {
    instance.version_info = std::make_shared<const api::VersionInfo>(version);
    if (updated) instance.agent_update_status = "UPDATED";
  });
}

void retire_instance(model::Transaction& tx, model::InstanceId id) {
  scheduler::retire(tx, id, model::StopCode::kUserInitiated, "Container instance deregistration forced by user");
}

}  // namespace drydock::operations
