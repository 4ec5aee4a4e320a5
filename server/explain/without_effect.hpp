#pragma once
// What users ask for and Drydock takes without doing it: nothing fails for it, so it has to be said.

#include "server/explain/explain.hpp"

namespace drydock::server {

/// Of a task definition, on a Docker engine.
Reasons without_effect(const api::TaskDefinition& definition, model::Instant now);

/// Of a service's discovery and Service Connect (docs/names.md).
Reasons without_effect(const model::State& state, const model::Service& service, model::Instant now);

}  // namespace drydock::server
