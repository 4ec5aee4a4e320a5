#pragma once
// Which container a session is for, and whether one can be opened there (spec/execute-command.md section 1).

#include "api-spec/generated/types.hpp"
#include "model/task.hpp"
#include "server/operations/context.hpp"
#include "server/operations/sessions/session_desk.hpp"

namespace drydock::operations {

/// Whether the ExecuteCommandAgent of this container runs: with ECS Exec it comes up once the task is RUNNING.
bool execute_command_agent_runs(const model::Task& task, const model::TaskContainer& container);

/// The container's entry in managedAgents, of a task with ECS Exec.
api::ManagedAgent show_execute_command_agent(const model::Task& task, const model::TaskContainer& container);

/// A session with the container at this place of the task; what is to be done there is left to fill in. Errors:
/// InvalidParameterException (not enabled, or the agent does not run), TargetNotConnectedException (the container
/// instance is not connected), ClientException (quota).
Result<SessionWanted> session_with(const Context& context, const model::Task& task, std::size_t container);

/// The authority under which a client reaches this server: what the caller used, or else what agents are told.
std::string_view session_host(const Context& context);

}  // namespace drydock::operations
