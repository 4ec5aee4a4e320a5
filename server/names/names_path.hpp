#pragma once

#include "server/admin/replies.hpp"
#include "server/core/core.hpp"
#include "server/names/name_table.hpp"

namespace drydock::server {

/// GET /_drydock/names: the names that containers can use, and what they lead to now. `ways` as in resolve().
AdminPath names_path(const Core& core, ConnectWays ways);

}  // namespace drydock::server
