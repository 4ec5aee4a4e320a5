#pragma once
// Capacity providers (spec/operations.md, "Capacity providers"; spec/resources.md section 9). FARGATE and FARGATE_SPOT
// exist in every account and cannot be changed. Nothing scales an Auto Scaling group here: instances say themselves
// which provider they belong to (model/capacity_provider.hpp).

#include "api-spec/generated/types.hpp"
#include "server/operations/context.hpp"

namespace drydock::operations {

/// A repetition with the same arguments answers with what is there. Errors: ClientException, ClusterNotFoundException,
/// LimitExceededException for more than 20 providers of a cluster.
Result<api::CreateCapacityProviderResponse> create_capacity_provider(const api::CreateCapacityProviderRequest& request,
                                                                     Context& context);

/// What the request does not name stays. Errors: ClientException, UpdateInProgressException.
Result<api::UpdateCapacityProviderResponse> update_capacity_provider(const api::UpdateCapacityProviderRequest& request,
                                                                     Context& context);

/// By name or ARN. Errors: ClientException while a cluster is associated with it.
Result<api::DeleteCapacityProviderResponse> delete_capacity_provider(const api::DeleteCapacityProviderRequest& request,
                                                                     Context& context);

/// The named ones, else all, in pages of ten. Unknown ones are failures.
Result<api::DescribeCapacityProvidersResponse> describe_capacity_providers(
    const api::DescribeCapacityProvidersRequest& request, Context& context);

}  // namespace drydock::operations
