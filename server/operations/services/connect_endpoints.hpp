#pragma once
// What Service Connect keeps in Cloud Map for a service: its namespace and a service for each endpoint
// (spec/service-discovery.md section 3).

#include <optional>
#include <vector>

#include "server/operations/context.hpp"

namespace drydock::operations {

/// An HTTP namespace of this name, unless there is a namespace that has it.
void bring_namespace(Context& context, const std::string& name);

/// What the configuration of a service's new deployment needs is made when it is not there: the namespace, when it is
/// given by name, and the Cloud Map services of the endpoints.
void bring_endpoints(Context& context, const model::Cluster& cluster,
                     const std::optional<api::ServiceConnectConfiguration>& configuration);

/// serviceConnectResources of a deployment; absent without endpoints.
std::optional<std::vector<api::ServiceConnectServiceResource>> show_endpoints(const model::State& state,
                                                                              const model::Service& service,
                                                                              const model::Deployment& deployment);

}  // namespace drydock::operations
