#include "server/operations/container_instances/instance_session.hpp"

#include <set>

#include "model/task_transitions.hpp"
#include "scheduler/instances/retire.hpp"

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

void retire_instance(model::Transaction& tx, model::InstanceId id) {
  scheduler::retire(tx, id, model::StopCode::kUserInitiated, "Container instance deregistration forced by user");
}

}  // namespace drydock::operations
