#pragma once
// Follows the log of one container until the container has ended and everything it wrote is stored.

#include <functional>
#include <memory>

#include "instances/docker/logs/log_followers.hpp"

namespace drydock::instances::docker {

/// What all containers of an agent share. Everything lives on one executor; the agent sets `ended`.
struct LogSource {
  std::shared_ptr<EngineClient> engine;
  std::shared_ptr<const LogSink> sink;
  std::shared_ptr<FileChanges> changes;
  std::shared_ptr<bool> ended;
};

/// Runs on the source's executor. A break of the connection or of the engine is waited out; reading goes on where it
/// was, without a gap and without doubles. `done` is called at the end.
asio::awaitable<void> follow_container(LogSource source, LogTarget target, std::function<void()> done);

}  // namespace drydock::instances::docker
