#pragma once
// Tasks in PROVISIONING that wait for an instance of their capacity provider (spec/task-lifecycle.md section 1.1).

#include <map>
#include <optional>
#include <string>

#include "model/transaction.hpp"
#include "scheduler/capacity_providers/reservation.hpp"
#include "scheduler/pace.hpp"

namespace drydock::scheduler {

/// Whether one more task of the cluster may wait.
bool room_to_wait(const model::State& state, model::ClusterId cluster, const Limits& limits);

/// Those of the cluster that wait for the provider, by what they need; in the order of their first tasks.
std::vector<WaitingTasks> waiting_for(const model::State& state, model::ClusterId cluster, std::string_view provider);

struct WaitingOutcome {
  bool fewer = false;                      // some wait no longer
  std::optional<model::Instant> again_at;  // when the next one has waited for too long
};

/// Places those that fit somewhere now, oldest first; the others have their reason recorded, and fail when they have
/// waited for too long.
WaitingOutcome place_waiting_tasks(model::Transaction& tx, model::ClusterId cluster, const Pace& pace);

}  // namespace drydock::scheduler
