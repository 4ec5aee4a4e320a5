#include "instances/docker/logs/log_follower.hpp"

#include <atomic>
#include <filesystem>
#include <utility>

#include "instances/docker/logs/following.hpp"

namespace drydock::instances::docker {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kStoredWait{5};
constexpr milliseconds kReconnectWait{250};

/// Where the driver json-file keeps the container's log; other engines have files of their own there.
asio::awaitable<std::string> log_path(FollowingPtr following) {
  const auto info = co_await following->engine->inspect_container(following->target.docker_id);
  const std::string name = following->target.docker_id + "-json.log";
  co_return info&& std::filesystem::path(info->log_path).filename() == name ? info->log_path : "";
}

/// From the file where it can be read: the engine's API takes several times as long.
asio::awaitable<Read> read_once(FollowingPtr following) {
  std::string path = co_await log_path(following);
  if (!path.empty() && !*following->ended) {
    const auto read = co_await read_file(following, std::move(path));
    if (read) co_return *read;
  }
  if (*following->ended) co_return Read::kComplete;
  const Read read = co_await read_stream(following);
  co_return read;
}

/// Until it is known how far the container was read before.
asio::awaitable<void> prepared(FollowingPtr following) {
  if (!following->sink->prepare) co_return;
  const auto known = std::make_shared<std::atomic<bool>>(false);
  following->sink->prepare(following->target.docker_id, [known] { *known = true; });
  while (!*following->ended && !*known) co_await sleep_for(kStoredWait);
}

}  // namespace

asio::awaitable<void> follow_container(LogSource source, LogTarget target, std::function<void()> done) {
  const auto following = std::make_shared<Following>();
  following->engine = std::move(source.engine);
  following->sink = std::move(source.sink);
  following->changes = std::move(source.changes);
  following->ended = std::move(source.ended);
  following->target = std::move(target);
  co_await prepared(following);
  while (!*following->ended) {
    const Read read = co_await read_once(following);
    // Reading again begins at what is stored.
    while (!*following->ended && !following->sink->stored(following->ticket)) co_await sleep_for(kStoredWait);
    if (read == Read::kComplete) break;
    if (read == Read::kAgainLater) co_await sleep_for(kReconnectWait);
  }
  done();
}

}  // namespace drydock::instances::docker
