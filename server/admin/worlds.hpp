#pragma once
// /_drydock/worlds: which accounts and regions have something in them.

#include "server/admin/replies.hpp"
#include "server/core/core.hpp"

namespace drydock::server {

/// GET: {"worlds": [{"account", "region", "clusters"}]}, in the order in which they were first seen.
AdminPath worlds_path(const Core& core);

}  // namespace drydock::server
