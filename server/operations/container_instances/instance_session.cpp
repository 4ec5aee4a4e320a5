#include "server/operations/container_instances/instance_session.hpp"

#include <set>

#include "model/task_transitions.hpp"

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
  // A copy: tasks leave the index as they stop.
  const std::set<model::TaskId> tasks = tx.state().of(id).tasks;
  for (const model::TaskId task : tasks) {
    model::lose(tx, task, model::StopCode::kUserInitiated, "Container instance deregistration forced by user");
  }
  tx.update(id, [&](ContainerInstance& instance) {
    instance.status = InstanceStatus::kInactive;
    instance.agent_connected = false;
    instance.inactive_at = tx.now();
    instance.tags.clear();
    ++instance.version;
  });
}

}  // namespace drydock::operations
