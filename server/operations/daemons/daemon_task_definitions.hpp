#pragma once
// Daemon task definitions (spec/operations.md, "Daemons"; spec/resources.md section 12). They are stored as the task
// definitions that their tasks run, and shown with the members that daemons have.

#include "server/operations/context.hpp"

namespace drydock::operations {

/// A new revision of the family. Errors: ClientException, by the rules of RegisterTaskDefinition.
Result<api::RegisterDaemonTaskDefinitionResponse> register_daemon_task_definition(
    const api::RegisterDaemonTaskDefinitionRequest& request, Context& context);

/// By family (its latest ACTIVE revision), family:revision or ARN; deleted ones are found by their revision.
/// Errors: ClientException.
Result<api::DescribeDaemonTaskDefinitionResponse> describe_daemon_task_definition(
    const api::DescribeDaemonTaskDefinitionRequest& request, Context& context);

/// Ordered by family, then revision. Errors: InvalidParameterException.
Result<api::ListDaemonTaskDefinitionsResponse> list_daemon_task_definitions(
    const api::ListDaemonTaskDefinitionsRequest& request, Context& context);

/// DELETE_IN_PROGRESS from now on; daemons that run the definition go on with it. Errors: ClientException.
Result<api::DeleteDaemonTaskDefinitionResponse> delete_daemon_task_definition(
    const api::DeleteDaemonTaskDefinitionRequest& request, Context& context);

}  // namespace drydock::operations
