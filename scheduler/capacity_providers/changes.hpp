#pragma once
// The second half of calls that AWS works off in the background: a capacity provider's change, and a cluster's
// association with providers. There is nothing to wait for here, so they end as soon as the call is answered.

#include "model/transaction.hpp"

namespace drydock::scheduler {

/// ..._IN_PROGRESS becomes ..._COMPLETE. A deleted provider is gone, unless services or tasks still use it: then the
/// deletion has failed, with the reason.
void finish_provider_change(model::Transaction& tx, model::CapacityProviderId id);

/// attachmentsStatus UPDATE_IN_PROGRESS becomes UPDATE_COMPLETE, and a PROVISIONING cluster is ACTIVE.
void finish_attachments(model::Transaction& tx, model::ClusterId id);

}  // namespace drydock::scheduler
