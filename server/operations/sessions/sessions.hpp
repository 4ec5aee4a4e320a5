#pragma once
// The session operations of Systems Manager, for targets ecs:<cluster>_<task id>_<runtime id>
// (spec/execute-command.md sections 7 and 8).

#include "api-spec/generated/ssm/types.hpp"
#include "server/operations/context.hpp"

namespace drydock::operations::ssm {

/// A shell, a command (AWS-StartInteractiveCommand) or a forwarded port in a container of a task that runs with ECS
/// Exec. Errors: TargetNotConnected, InvalidDocument, InvalidParameters.
Result<api::ssm::StartSessionResponse> start_session(const api::ssm::StartSessionRequest& request, Context& context);

/// A new token for a session that lost its connection. Of one that has ended the answer holds no token, which clients
/// take for its end; an error they would take for a reason to try again.
Result<api::ssm::ResumeSessionResponse> resume_session(const api::ssm::ResumeSessionRequest& request, Context& context);

/// Ends a session and what runs in it. A session that is gone is no error.
Result<api::ssm::TerminateSessionResponse> terminate_session(const api::ssm::TerminateSessionRequest& request,
                                                             Context& context);

}  // namespace drydock::operations::ssm
