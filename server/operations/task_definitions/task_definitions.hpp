#pragma once
// Task definitions: register, describe, list, deregister, delete (spec/operations.md, "Task definitions").

#include "server/operations/context.hpp"

namespace drydock::operations {

Result<api::RegisterTaskDefinitionResponse> register_task_definition(const api::RegisterTaskDefinitionRequest& request,
                                                                     Context& context);
Result<api::DescribeTaskDefinitionResponse> describe_task_definition(const api::DescribeTaskDefinitionRequest& request,
                                                                     Context& context);
Result<api::DeregisterTaskDefinitionResponse> deregister_task_definition(
    const api::DeregisterTaskDefinitionRequest& request, Context& context);
Result<api::DeleteTaskDefinitionsResponse> delete_task_definitions(const api::DeleteTaskDefinitionsRequest& request,
                                                                   Context& context);
Result<api::ListTaskDefinitionsResponse> list_task_definitions(const api::ListTaskDefinitionsRequest& request,
                                                               Context& context);
Result<api::ListTaskDefinitionFamiliesResponse> list_task_definition_families(
    const api::ListTaskDefinitionFamiliesRequest& request, Context& context);

/// The tags of a registration, which reports bad ones as ClientException.
Result<std::vector<api::Tag>> definition_tags(const std::optional<std::vector<api::Tag>>& given);

/// The definition with its ARN, revision, status and times.
api::TaskDefinition show_task_definition(const model::State& state, const model::TaskDefinition& definition);

}  // namespace drydock::operations
