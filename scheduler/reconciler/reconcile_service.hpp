#pragma once
// Brings one service nearer to what is wanted of it: reads everything again, asks the planners, applies the plan.

#include <map>
#include <optional>
#include <set>
#include <string>

#include "model/transaction.hpp"
#include "scheduler/pace.hpp"

namespace drydock::scheduler {

struct ServiceOutcome {
  std::optional<model::Instant> again_at;  // nothing changes by itself before
  bool wants_capacity = false;             // to be looked at again when instances have room
  bool watches_tasks = false;              // and when tasks of the cluster come, change or go
  bool watches_zones = false;              // and when the cluster has instances in one more zone
};

/// `zones`: where the service's cluster has instances that are ACTIVE and connected.
ServiceOutcome reconcile_service(model::Transaction& tx, model::ServiceId id, const Pace& pace,
                                 const std::map<std::string, std::set<model::InstanceId>>& zones);

}  // namespace drydock::scheduler
