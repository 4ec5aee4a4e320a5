#pragma once
// A simulated Auto Scaling group follows its capacity provider: machines are launched, drained and terminated.

#include <optional>

#include "model/transaction.hpp"
#include "scheduler/pace.hpp"

namespace drydock::scheduler {

/// Instances with tasks and those that waiting tasks would fill, and all there are, of a provider in a cluster.
struct ProviderLoad {
  int needed = 0;
  int running = 0;
};
ProviderLoad load_of(const model::State& state, const model::CapacityProvider& provider, model::ClusterId cluster);

/// To be told of every registration at once: an instance that is gone again before the next look at its group was there
/// all the same, and its machine is replaced.
void note_registration(model::Transaction& tx, model::InstanceId id);

/// One look at the group: how many machines it is to have, and which. Whoever runs them follows the list of machines:
/// launches those that are new and switches off those that are gone. Returns when to look again although nothing
/// changes.
std::optional<model::Instant> scale_group(model::Transaction& tx, model::InstanceGroupId id, const Pace& pace);

}  // namespace drydock::scheduler
