#pragma once
// Clusters that come to be without CreateCluster.

#include "model/transaction.hpp"

namespace drydock::operations {

/// Makes an ACTIVE cluster named `default` with the account's default settings.
model::ClusterId create_default_cluster(model::Transaction& tx, model::WorldId world);

}  // namespace drydock::operations
