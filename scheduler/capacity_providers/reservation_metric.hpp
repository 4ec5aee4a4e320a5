#pragma once
// CapacityProviderReservation in CloudWatch: AWS/ECS/ManagedScaling, by CapacityProviderName and ClusterName.

#include <optional>

#include "model/transaction.hpp"

namespace drydock::scheduler {

/// Records this minute's values of a provider with managed scaling, unless they are recorded already. Returns when the
/// next ones are due.
std::optional<model::Instant> publish_reservation(model::Transaction& tx, model::CapacityProviderId id);

}  // namespace drydock::scheduler
