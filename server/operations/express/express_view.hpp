#pragma once
// Express services as the API shows them, and in words what Drydock does not make for them (docs/express.md).

#include "api-spec/generated/types.hpp"
#include "model/state.hpp"

namespace drydock::operations {

/// Its active configurations are those of the deployments it has now, PRIMARY first.
api::ECSExpressGatewayService show_express_service(const model::State& state, const model::Service& service,
                                                   bool with_tags);

/// As the answer of an update, with the configuration of the PRIMARY deployment.
api::UpdatedExpressGatewayService show_updated_express_service(const model::State& state,
                                                               const model::Service& service);

/// The resources that ECS would manage for a revision of an Express service: each FAILED, with the reason.
api::ECSManagedResources show_managed_resources(const model::ServiceRevision& revision);

}  // namespace drydock::operations
