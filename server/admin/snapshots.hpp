#pragma once
// /_drydock/snapshots (docs/snapshots.md).

#include "server/admin/replies.hpp"
#include "server/admin/restorer.hpp"

namespace drydock::server {

/// GET: all; POST {"name"} keeps what is there now; GET, DELETE <name>; POST <name>/restore.
AdminPath snapshots_path(Core& core, Restorer& restorer);

}  // namespace drydock::server
