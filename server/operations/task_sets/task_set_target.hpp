#pragma once
// From what a caller wrote to a service whose task sets can change, and to a task set of it.

#include "server/operations/context.hpp"

namespace drydock::operations {

/// Errors: those of the cluster and the service, ServiceNotActiveException, and InvalidParameterException for another
/// deployment controller than EXTERNAL.
Result<model::ServiceId> find_external_service(Context& context, const std::optional<std::string>& cluster,
                                               const std::optional<std::string>& service);

/// A task set by id (ecs-svc/<digits>) or ARN; null when the service has none such. Error of syntax for another ARN.
Result<const model::TaskSet*> find_task_set(const Context& context, model::ServiceId service, std::string_view text);

/// The same where it has to be there. Error: TaskSetNotFoundException.
Result<model::TaskSetId> named_task_set(const Context& context, model::ServiceId service, std::string_view text);

}  // namespace drydock::operations
