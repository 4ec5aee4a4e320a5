#pragma once
// /_drydock/instance-groups: what stands for Auto Scaling groups (docs/capacity.md).

#include "server/admin/replies.hpp"
#include "server/core/core.hpp"

namespace drydock::server {

/// GET: all; GET, PUT, DELETE <name>. A group is made in this account and region unless the body names others.
/// PUT is refused where no machines can be started.
AdminPath instance_groups_path(Core& core, std::string account, std::string region, bool has_machines);

}  // namespace drydock::server
