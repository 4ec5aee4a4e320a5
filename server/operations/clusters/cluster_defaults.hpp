#pragma once
// Clusters that come to be without CreateCluster, and how many there may be.

#include <optional>

#include "server/operations/context.hpp"

namespace drydock::operations {

/// Refuses one more ACTIVE cluster in this account and region than its quota allows: ClientException.
std::optional<api::ApiError> check_cluster_quota(const Context& context);

/// Makes an ACTIVE cluster named `default` with the account's default settings, if the quota of clusters allows it.
Result<model::ClusterId> create_default_cluster(Context& context);

}  // namespace drydock::operations
