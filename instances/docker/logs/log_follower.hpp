#pragma once
// Follows the log of one container until the container has ended and everything it wrote is stored.

#include <functional>
#include <memory>

#include "instances/docker/logs/log_followers.hpp"

namespace drydock::instances::docker {

/// Runs on the engine client's executor. A break of the connection or of the engine is waited out; reading goes on
/// where it was, without a gap and without doubles. `done` is called at the end, unless `ended` was set meanwhile.
asio::awaitable<void> follow_container(std::shared_ptr<EngineClient> engine, std::shared_ptr<const LogSink> sink,
                                       std::shared_ptr<bool> ended, LogTarget target, std::function<void()> done);

}  // namespace drydock::instances::docker
