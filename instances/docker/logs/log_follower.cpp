#include "instances/docker/logs/log_follower.hpp"

#include <spdlog/spdlog.h>

#include <utility>

#include "instances/docker/logs/log_reader.hpp"

namespace drydock::instances::docker {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kCrowdedWait{5};
constexpr milliseconds kStoredWait{5};
constexpr milliseconds kReconnectWait{250};
constexpr milliseconds kTick{1000};
constexpr milliseconds kGather{5};
constexpr std::size_t kGatherBytes = 256U << 10;
constexpr std::chrono::nanoseconds kLongestWaitForLines = std::chrono::seconds(5);  // the driver's flush interval

struct Following {
  std::shared_ptr<EngineClient> engine;
  std::shared_ptr<const LogSink> sink;
  std::shared_ptr<bool> ended;
  LogTarget target;
  std::shared_ptr<LogReader> reader;
  LogMark stored_mark;
  std::uint64_t ticket = 0;
  bool stream_open = false;
  std::size_t unseen_bytes = 0;  // read since the last hand-over
  bool hand_over_due = false;
  bool over = false;  // a stream ended with the container

  /// Hands over the events that are complete.
  void hand_over() {
    unseen_bytes = 0;
    auto lines = reader->take();
    const LogMark mark = reader->reached();
    if (lines.empty() && mark == stored_mark) return;
    stored_mark = mark;
    ticket = sink->append(target.stream, std::move(lines), target.docker_id, to_text(mark));
  }
};
using FollowingPtr = std::shared_ptr<Following>;

/// Ends events that have waited for further lines for too long.
asio::awaitable<void> tick(FollowingPtr following, std::shared_ptr<LogReader> reader) {
  while (following->stream_open && following->reader == reader && !*following->ended) {
    co_await sleep_for(kTick);
    if (following->reader != reader) co_return;
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    reader->flush_older_than(std::chrono::nanoseconds(now - kLongestWaitForLines).count());
    following->hand_over();
  }
}

/// The engine sends each line by itself: what comes within a moment is handed over together.
asio::awaitable<void> hand_over_soon(FollowingPtr following) {
  co_await sleep_for(kGather);
  following->hand_over_due = false;
  if (!*following->ended && following->stream_open) following->hand_over();
}

asio::awaitable<void> while_crowded(FollowingPtr following) {
  while (following->sink->crowded() && !*following->ended) co_await sleep_for(kCrowdedWait);
}

enum class Read { kComplete, kAgain, kAgainLater };

/// One connection, until its end.
asio::awaitable<Read> read_once(FollowingPtr following) {
  const auto position = following->sink->position(following->target.docker_id);
  const LogMark from = parse_log_mark(position.value_or("")).value_or(LogMark{});
  auto maker = EventMaker::make(following->target.event_start);
  if (!maker) maker = EventMaker::make("");
  const auto reader = std::make_shared<LogReader>(std::move(*maker), following->target.terminal, from);
  following->reader = reader;
  following->stored_mark = from;
  StreamHandling handling;
  const auto executor = co_await asio::this_coro::executor;
  handling.on_data = [following, executor](std::string_view data) {
    const bool fine = following->reader->feed(data);
    following->unseen_bytes += data.size();
    if (following->unseen_bytes > kGatherBytes) {
      following->hand_over();
    } else if (!std::exchange(following->hand_over_due, true)) {
      spawn(executor, hand_over_soon(following), "log lines");
    }
    return fine;
  };
  handling.before_read = [following] { return while_crowded(following); };
  following->stream_open = true;
  const bool ticks = reader->waits_for_lines();
  if (ticks) spawn(executor, tick(following, reader), "multi-line log events");
  const auto end = co_await following->engine->container_logs(following->target.docker_id, since_text(from),
                                                              std::move(handling), nullptr);
  following->stream_open = false;
  if (*following->ended) co_return Read::kComplete;
  const bool broken = !end && end.error().http_status == 0;
  if (!broken) {
    if (!end && end.error().http_status != 404) {
      spdlog::warn("log of container {}: {}", following->target.docker_id, describe(end.error()));
    }
    // The engine ends the stream with the container, or when it ends itself.
    const auto info = co_await following->engine->inspect_container(following->target.docker_id);
    const bool goes_on = info ? info->running : info.error().is_transport();
    const bool refused = !end && info && info->running;
    if (!goes_on || refused) {
      // A stream that follows can end before the last lines are in the engine's file: what is there now counts.
      if (end && !std::exchange(following->over, true)) {
        following->hand_over();
        co_return Read::kAgain;
      }
      following->reader->finish();
      following->hand_over();
      co_return Read::kComplete;
    }
  }
  co_return Read::kAgainLater;
}

}  // namespace

asio::awaitable<void> follow_container(std::shared_ptr<EngineClient> engine, std::shared_ptr<const LogSink> sink,
                                       std::shared_ptr<bool> ended, LogTarget target, std::function<void()> done) {
  const auto following = std::make_shared<Following>();
  following->engine = std::move(engine);
  following->sink = std::move(sink);
  following->ended = std::move(ended);
  following->target = std::move(target);
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
