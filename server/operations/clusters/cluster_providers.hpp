#pragma once
// The capacity providers of a cluster: PutClusterCapacityProviders, and what CreateCluster does with them.

#include <string>
#include <vector>

#include "api-spec/generated/types.hpp"
#include "server/operations/context.hpp"

namespace drydock::operations {

/// Associates these providers, and no others, with the cluster that `stored` describes: the attachments of Auto Scaling
/// groups are made or taken away, which the scheduler finishes.
void set_providers(api::Cluster& stored, std::vector<std::string> providers, Context& context);

/// The provider's managed scaling or draining was switched: in every cluster that has it, the attachments follow.
void renew_attachments(const std::string& provider, Context& context);

/// Both members replace what was there. Errors: ResourceInUseException, UpdateInProgressException,
/// InvalidParameterException.
Result<api::PutClusterCapacityProvidersResponse> put_cluster_capacity_providers(
    const api::PutClusterCapacityProvidersRequest& request, Context& context);

}  // namespace drydock::operations
