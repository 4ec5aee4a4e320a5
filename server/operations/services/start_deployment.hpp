#pragma once
// A new deployment of a service with the ECS deployment controller (spec/services.md sections 6 and 9).

#include "server/operations/services/service_draft.hpp"

namespace drydock::operations {

/// Makes what the draft asks for the service's PRIMARY deployment, with its revision and the record of its progress.
/// A deployment under way is superseded. The draft is already applied to the service.
void start_deployment(Context& context, model::ServiceId service, const ServiceDraft& draft);

}  // namespace drydock::operations
