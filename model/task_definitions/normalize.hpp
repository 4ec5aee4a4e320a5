#pragma once
// From what was asked to what is stored and shown: RegisterTaskDefinition's defaults.

#include "api-spec/generated/types.hpp"

namespace drydock::model {

/// The task definition of a valid request with ECS's defaults written in and what derives from it (compatibilities,
/// requiresAttributes). Absent: arn, revision, status, registeredAt and registeredBy, which only State knows.
/// Registering the result's writable members again gives the same.
api::TaskDefinition make_task_definition(const api::RegisterTaskDefinitionRequest& request);

}  // namespace drydock::model
