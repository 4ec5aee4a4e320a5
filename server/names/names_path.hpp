#pragma once

#include "server/admin/replies.hpp"
#include "server/core/core.hpp"

namespace drydock::server {

/// GET /_drydock/names: the names that containers can use, and what they lead to now.
AdminPath names_path(const Core& core);

}  // namespace drydock::server
