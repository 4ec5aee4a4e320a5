#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "instances/docker/logs/following.hpp"
#include "instances/docker/logs/log_file.hpp"

namespace drydock::instances::docker {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kGather{5};
// A file that was renamed before it was watched, and kernels that do not tell of changes.
constexpr milliseconds kLookAnyway{1000};
constexpr milliseconds kLookUnwatched{50};

/// Waits for what comes next in the file, or for the container's end.
struct FileWait {
  explicit FileWait(const asio::any_io_executor& executor) : woken(executor) {}

  asio::steady_timer woken;
  std::uint64_t inode = 0;  // of the file that is watched
  std::optional<int> watch;
  bool waited = false;  // the engine has answered, or cannot be asked
  EngineResult<void> answer;
};
using FileWaitPtr = std::shared_ptr<FileWait>;

asio::awaitable<void> await_end(FollowingPtr following, FileWaitPtr wait) {
  wait->answer = co_await following->engine->wait_container(following->target.docker_id);
  wait->waited = true;
  wait->woken.cancel();
}

void stop_watching(Following& following, FileWait& wait) {
  if (wait.watch) following.changes->forget(*wait.watch);
  wait.watch.reset();
}

/// True when it begins only now: what was written before is not told.
bool begins_watching(Following& following, const FileWaitPtr& wait, const LogFile& file) {
  if (wait->inode == file.inode()) return false;
  stop_watching(following, *wait);
  wait->inode = file.inode();
  wait->watch = following.changes->watch(file.descriptor(), [wait] { wait->woken.cancel(); });
  return true;
}

asio::awaitable<void> wait_for_more(FileWaitPtr wait) {
  wait->woken.expires_after(wait->watch ? kLookAnyway : kLookUnwatched);
  co_await wait->woken.async_wait(asio::as_tuple(asio::use_awaitable));
  // The driver writes each line by itself: what comes within a moment is read together.
  co_await sleep_for(kGather);
}

/// Everything that is in the file by now.
asio::awaitable<bool> read_to_end(FollowingPtr following, FileWaitPtr wait, std::shared_ptr<LogFile> file) {
  const auto executor = co_await asio::this_coro::executor;
  while (!*following->ended) {
    co_await while_crowded(following);
    const std::string_view data = file->read();
    const bool look_again = begins_watching(*following, wait, *file);
    if (data.empty() && look_again) continue;
    if (data.empty()) break;
    if (!following->reader->feed_file(data, file->inode())) co_return false;
    following->hand_over();
    // Other containers' logs have their turn.
    co_await asio::post(executor, asio::use_awaitable);
  }
  co_return true;
}

asio::awaitable<bool> read_until_end(FollowingPtr following, FileWaitPtr wait, std::shared_ptr<LogFile> file) {
  while (true) {
    // The driver has written everything before the engine tells of the container's end.
    const bool last = wait->waited;
    const bool fine = co_await read_to_end(following, wait, file);
    if (!fine || last || *following->ended) co_return fine;
    if (!wait->waited) co_await wait_for_more(wait);
  }
}

}  // namespace

asio::awaitable<std::optional<Read>> read_file(FollowingPtr following, std::string path) {
  const LogMark from = following->stored_so_far();
  auto opened = LogFile::open(std::move(path), from);
  if (!opened) co_return std::nullopt;
  following->begin(opened->at_mark() ? from : by_time(from));
  const auto file = std::make_shared<LogFile>(std::move(*opened));
  const auto executor = co_await asio::this_coro::executor;
  const auto wait = std::make_shared<FileWait>(executor);
  following->reading = true;
  spawn(executor, tick(following, following->reader), "multi-line log events");
  spawn(executor, await_end(following, wait), "the end of a container");
  const bool fine = co_await read_until_end(following, wait, file);
  following->reading = false;
  stop_watching(*following, *wait);
  if (*following->ended) co_return Read::kComplete;
  if (!fine) co_return std::nullopt;
  const bool broken = !wait->answer && wait->answer.error().http_status == 0;
  if (broken) co_return Read::kAgainLater;
  const auto info = co_await following->engine->inspect_container(following->target.docker_id);
  if (*following->ended) co_return Read::kComplete;
  if (info ? info->running : info.error().is_transport()) co_return Read::kAgainLater;
  following->reader->finish();
  following->hand_over();
  co_return Read::kComplete;
}

}  // namespace drydock::instances::docker
