#pragma once
// The operations on clusters (spec/operations.md, "Clusters"; spec/resources.md section 2).

#include "api-spec/generated/types.hpp"
#include "server/operations/context.hpp"

namespace drydock::operations {

/// Idempotent by name. An INACTIVE name becomes ACTIVE again with nothing but the new arguments. A `default` that was
/// made on demand takes the arguments of the first call that names it.
Result<api::CreateClusterResponse> create_cluster(const api::CreateClusterRequest& request, Context& context);

/// Unknown clusters are failures, never an error, and `default` is not made on demand.
Result<api::DescribeClustersResponse> describe_clusters(const api::DescribeClustersRequest& request, Context& context);

Result<api::ListClustersResponse> list_clusters(const api::ListClustersRequest& request, Context& context);

Result<api::UpdateClusterResponse> update_cluster(const api::UpdateClusterRequest& request, Context& context);

Result<api::UpdateClusterSettingsResponse> update_cluster_settings(const api::UpdateClusterSettingsRequest& request,
                                                                   Context& context);

/// Marks the cluster INACTIVE. Refused while it has tasks, services, container instances or
/// capacity providers of its own, in this order, and while its attachments change.
Result<api::DeleteClusterResponse> delete_cluster(const api::DeleteClusterRequest& request, Context& context);

}  // namespace drydock::operations
