#pragma once
// What the two ways of reading a container's log share.

#include <memory>
#include <optional>
#include <string>

#include "instances/docker/logs/file_changes.hpp"
#include "instances/docker/logs/log_followers.hpp"
#include "instances/docker/logs/log_reader.hpp"

namespace drydock::instances::docker {

struct Following {
  std::shared_ptr<EngineClient> engine;
  std::shared_ptr<const LogSink> sink;
  std::shared_ptr<FileChanges> changes;
  std::shared_ptr<bool> ended;  // by the agent
  LogTarget target;
  std::shared_ptr<LogReader> reader;
  LogMark stored_mark;
  std::uint64_t ticket = 0;
  bool reading = false;
  bool over = false;  // a stream ended with the container

  /// Where what is stored ends.
  [[nodiscard]] LogMark stored_so_far() const;
  /// A new reader from there on.
  void begin(const LogMark& from);
  /// Hands over the events that are complete.
  void hand_over();
};
using FollowingPtr = std::shared_ptr<Following>;

/// The engine can send no more, or the agent ends; the same may be tried again, at once or later.
enum class Read : std::uint8_t { kComplete, kAgain, kAgainLater };

/// Through the engine's API, until the stream ends.
asio::awaitable<Read> read_stream(FollowingPtr following);
/// From the engine's own file, until the container has ended; absent when this process cannot read it.
asio::awaitable<std::optional<Read>> read_file(FollowingPtr following, std::string path);

/// Ends events that have waited for further lines for too long, while this reader is in use.
asio::awaitable<void> tick(FollowingPtr following, std::shared_ptr<LogReader> reader);
/// While too much waits to be stored.
asio::awaitable<void> while_crowded(FollowingPtr following);

}  // namespace drydock::instances::docker
