#pragma once
// Scale-in protection of service tasks (spec/operations.md; spec/services.md section 7).

#include "api-spec/generated/types.hpp"
#include "server/operations/context.hpp"

namespace drydock::operations {

/// Without tasks: every protected task of the cluster. Failures: MISSING, TASK_NOT_VALID.
Result<api::GetTaskProtectionResponse> get_task_protection(const api::GetTaskProtectionRequest& request,
                                                           Context& context);

/// Protection lasts two hours unless expiresInMinutes says otherwise, counted from each call anew.
/// Failures: MISSING, TASK_NOT_VALID for a task without a service or on its way out, DEPLOYMENT_BLOCKED.
Result<api::UpdateTaskProtectionResponse> update_task_protection(const api::UpdateTaskProtectionRequest& request,
                                                                 Context& context);

}  // namespace drydock::operations
