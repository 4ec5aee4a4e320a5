#pragma once
// /_drydock/alarms and /_drydock/lifecycle-hooks (docs/deployments.md).

#include <string>

#include "server/admin/replies.hpp"
#include "server/core/core.hpp"
#include "server/hooks/hook_targets.hpp"

namespace drydock::server {

/// GET: all; PUT or POST sets the state of one (alarms.hpp), in this account and region unless it names others.
AdminPath alarms_path(Core& core, std::string account, std::string region);
/// GET: all; PUT or POST sets one (lifecycle_hooks.hpp).
AdminPath lifecycle_hooks_path(HookTargets& targets);

}  // namespace drydock::server
