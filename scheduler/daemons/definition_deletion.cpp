#include "scheduler/daemons/definition_deletion.hpp"

namespace drydock::scheduler {

void finish_deletion(model::Transaction& tx, model::DaemonTaskDefinitionId id) {
  using Status = model::DaemonTaskDefinitionStatus;
  const model::DaemonTaskDefinition* definition = tx.state().find(id);
  if (definition == nullptr || definition->status != Status::kDeleteInProgress) return;
  const model::DaemonDefinitionUse& use = tx.state().of(id);
  if (!use.daemons.empty() || use.tasks > 0) return;
  tx.update(id, [](model::DaemonTaskDefinition& entity) { entity.status = Status::kDeleted; });
}

}  // namespace drydock::scheduler
