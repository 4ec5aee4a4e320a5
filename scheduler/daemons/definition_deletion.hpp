#pragma once
// The second half of DeleteDaemonTaskDefinition.

#include "model/transaction.hpp"

namespace drydock::scheduler {

/// DELETE_IN_PROGRESS becomes DELETED once nothing runs the definition any more.
void finish_deletion(model::Transaction& tx, model::DaemonTaskDefinitionId id);

}  // namespace drydock::scheduler
