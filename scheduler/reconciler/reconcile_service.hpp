#pragma once
// Brings one service nearer to what is wanted of it: reads everything again, asks the planners, applies the plan.

#include <optional>

#include "model/transaction.hpp"
#include "scheduler/pace.hpp"

namespace drydock::scheduler {

struct ServiceOutcome {
  std::optional<model::Instant> again_at;  // nothing changes by itself before
  bool wants_capacity = false;             // to be looked at again when instances have room
  bool watches_tasks = false;              // and when tasks of the cluster come, change or go
};

ServiceOutcome reconcile_service(model::Transaction& tx, model::ServiceId id, const Pace& pace);

}  // namespace drydock::scheduler
