#pragma once
// One key of the work queue: read everything again, decide, change State through the given Transaction.

#include "model/transaction.hpp"
#include "scheduler/pace.hpp"
#include "scheduler/reconciler/work_queue.hpp"

namespace drydock::scheduler {

/// What is still to be done about the key is put back into the queue with its time.
void reconcile(model::Transaction& tx, WorkKey key, const Pace& pace, WorkQueue& queue);

}  // namespace drydock::scheduler
