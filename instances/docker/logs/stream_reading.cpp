#include <spdlog/spdlog.h>

#include <utility>

#include "instances/docker/logs/following.hpp"

namespace drydock::instances::docker {
namespace {

constexpr std::chrono::milliseconds kGather{5};
constexpr std::size_t kGatherBytes = 256U << 10;

/// What came since the last hand-over.
struct Gathered {
  std::size_t bytes = 0;
  bool due = false;
};

/// The engine sends each line by itself: what comes within a moment is handed over together.
asio::awaitable<void> hand_over_soon(FollowingPtr following, std::shared_ptr<Gathered> gathered) {
  co_await sleep_for(kGather);
  gathered->due = false;
  gathered->bytes = 0;
  if (!*following->ended && following->reading) following->hand_over();
}

}  // namespace

asio::awaitable<Read> read_stream(FollowingPtr following) {
  const LogMark from = by_time(following->stored_so_far());
  following->begin(from);
  StreamHandling handling;
  const auto executor = co_await asio::this_coro::executor;
  const auto gathered = std::make_shared<Gathered>();
  handling.on_data = [following, gathered, executor](std::string_view data) {
    const bool fine = following->reader->feed(data);
    gathered->bytes += data.size();
    if (gathered->bytes > kGatherBytes) {
      gathered->bytes = 0;
      following->hand_over();
    } else if (!std::exchange(gathered->due, true)) {
      spawn(executor, hand_over_soon(following, gathered), "log lines");
    }
    return fine;
  };
  handling.before_read = [following] { return while_crowded(following); };
  following->reading = true;
  spawn(executor, tick(following, following->reader), "multi-line log events");
  const auto end = co_await following->engine->container_logs(following->target.docker_id, since_text(from),
                                                              std::move(handling), nullptr);
  following->reading = false;
  if (*following->ended) co_return Read::kComplete;
  const bool broken = !end && end.error().http_status == 0;
  if (broken) co_return Read::kAgainLater;
  if (!end && end.error().http_status != 404) {
    spdlog::warn("log of container {}: {}", following->target.docker_id, describe(end.error()));
  }
  // The engine ends the stream with the container, or when it ends itself.
  const auto info = co_await following->engine->inspect_container(following->target.docker_id);
  const bool goes_on = info ? info->running : info.error().is_transport();
  const bool refused = !end && info && info->running;
  if (goes_on && !refused) co_return Read::kAgainLater;
  // A stream that follows can end before the last lines are in the engine's file: what is there now counts.
  if (end && !std::exchange(following->over, true)) {
    following->hand_over();
    co_return Read::kAgain;
  }
  following->reader->finish();
  following->hand_over();
  co_return Read::kComplete;
}

}  // namespace drydock::instances::docker
