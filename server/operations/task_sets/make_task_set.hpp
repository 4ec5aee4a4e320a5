#pragma once
// A task set as CreateTaskSet makes it, and CreateService for CODE_DEPLOY.

#include "server/operations/context.hpp"
#include "server/operations/services/service_draft.hpp"

namespace drydock::operations {

/// A task set of the service that runs the draft at `scale` percent of the service's desired count. Not created yet.
model::TaskSet make_task_set(Context& context, model::ServiceId service, const ServiceDraft& draft, double scale);

/// The first task set of a service with the CODE_DEPLOY controller, which is its primary one (spec/services.md
/// section 10); CodeDeploy makes the others.
void start_first_task_set(Context& context, model::ServiceId service, const ServiceDraft& draft);

}  // namespace drydock::operations
