#pragma once
// One call of a hook's target: an HTTP request or a command, without waiting for it on the caller's thread.

#include <chrono>
#include <expected>
#include <functional>
#include <string>

#include <boost/asio/io_context.hpp>

#include "server/hooks/hook_targets.hpp"

namespace drydock::server {

/// Lambda's own limit for one invocation.
inline constexpr std::chrono::minutes kHookCallLimit{15};

/// The body of the answer or the output of the command; else what went wrong, in words.
using HookCallDone = std::move_only_function<void(std::expected<std::string, std::string>)>;

/// POSTs the payload as application/json to the URL, or gives it to the command on its standard input. `done` is called
/// once, later, from the io_context. A URL has `limit` to answer.
void call_hook_target(boost::asio::io_context& io, const HookTarget& target, std::string payload, HookCallDone done,
                      std::chrono::seconds limit = kHookCallLimit);

}  // namespace drydock::server
