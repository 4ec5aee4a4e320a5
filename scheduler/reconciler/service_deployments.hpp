#pragma once
// The record of a service's deployment from its request to its end (spec/services.md section 9). Only these functions
// move its status.

#include <string>

#include "model/transaction.hpp"

namespace drydock::scheduler {

/// The record under way for the service's PRIMARY deployment; null when there is none or it is at its end.
const model::ServiceDeployment* ongoing(const model::State& state, model::ServiceId service);

/// The end: counts and the breaker's state stay as they are now. A record that has ended stays untouched.
void finish(model::Transaction& tx, model::ServiceDeploymentId id, model::ServiceDeploymentStatus status,
            std::string reason);

/// A newer deployment takes its place.
void supersede(model::Transaction& tx, model::ServiceDeploymentId id);

/// The service is deleted: nothing that is under way goes on.
void abandon(model::Transaction& tx, model::ServiceId service);

/// Takes an old record out, with the revisions that nothing names any more.
void forget(model::Transaction& tx, model::ServiceDeploymentId id);

/// An INACTIVE service has none.
void remove_task_sets(model::Transaction& tx, model::ServiceId id);

/// Takes out everything that belongs to a service: events, records, revisions, task sets, and the service itself.
void remove_service(model::Transaction& tx, model::ServiceId id);

}  // namespace drydock::scheduler
