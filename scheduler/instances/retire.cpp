#include "scheduler/instances/retire.hpp"

#include <set>

#include "model/task_transitions.hpp"

namespace drydock::scheduler {

void retire(model::Transaction& tx, model::InstanceId id, model::StopCode code, const std::string& reason) {
  // A copy: tasks leave the index as they stop.
  const std::set<model::TaskId> tasks = tx.state().of(id).tasks;
  for (const model::TaskId task : tasks) model::lose(tx, task, code, reason);
  tx.update(id, [&](model::ContainerInstance& instance) {
    instance.status = model::InstanceStatus::kInactive;
    instance.agent_connected = false;
    instance.inactive_at = tx.now();
    instance.tags.clear();
    ++instance.version;
  });
}

void terminate(model::Transaction& tx, model::InstanceId id) {
  const std::string& machine = tx.state().get(id).ec2_instance_id;
  retire(tx, id, model::StopCode::kTerminationNotice, "Host EC2 (instance " + machine + ") terminated.");
}

}  // namespace drydock::scheduler
