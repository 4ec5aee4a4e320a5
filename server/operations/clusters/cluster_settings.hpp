#pragma once
// What a caller may configure on a cluster: settings, configuration, Service Connect defaults, capacity providers.

#include <memory>

#include "api-spec/generated/types.hpp"
#include "server/operations/context.hpp"

namespace drydock::operations {

/// The settings a new cluster is stored with: checked, and with the account's and ECS's defaults for what the request
/// leaves out. Errors: InvalidParameterException, NamespaceNotFoundException.
Result<std::shared_ptr<const api::Cluster>> settings_for(const api::CreateClusterRequest& request, Context& context);

/// Takes over what the update gives; what it leaves out stays. The same errors.
Result<std::shared_ptr<const api::Cluster>> settings_after(const api::Cluster* before,
                                                           const api::UpdateClusterRequest& update, Context& context);

/// True when every argument that `again` names is what the cluster was created with.
bool consistent(const api::CreateClusterRequest& before, const api::CreateClusterRequest& again);

}  // namespace drydock::operations
