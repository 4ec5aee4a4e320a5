#pragma once
// Service deployments and service revisions as the API shows them (spec/resources.md section 7).

#include "api-spec/generated/types.hpp"
#include "model/state.hpp"

namespace drydock::operations {

/// Task counts are those of now until the deployment has ended.
api::ServiceDeployment show_service_deployment(const model::State& state, const model::ServiceDeployment& deployment);
api::ServiceDeploymentBrief show_service_deployment_brief(const model::State& state,
                                                          const model::ServiceDeployment& deployment);
api::ServiceRevision show_service_revision(const model::State& state, const model::ServiceRevision& revision);
/// The service's members currentServiceDeployment and currentServiceRevisions; both absent before the first one.
void show_current_deployment(const model::State& state, const model::Service& service, api::Service& shown);

}  // namespace drydock::operations
