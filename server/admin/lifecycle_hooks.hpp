#pragma once
// GET and PUT /_drydock/lifecycle-hooks: what stands for the functions of lifecycle hooks, until this process ends.

#include <expected>
#include <string>
#include <string_view>

#include "server/hooks/hook_targets.hpp"

namespace drydock::server {

/// {"function", "target"}: an http:// URL or succeed; null takes the function's target away. Commands are for the
/// command line only. The error is a sentence for the user.
std::expected<void, std::string> change_hook_target(HookTargets& targets, std::string_view body);

/// {"lifecycleHooks": [{"function", "target"}]}
std::string hook_targets_json(const HookTargets& targets);

}  // namespace drydock::server
