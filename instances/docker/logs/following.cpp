#include "instances/docker/logs/following.hpp"

#include <chrono>

namespace drydock::instances::docker {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kCrowdedWait{5};
constexpr milliseconds kTick{1000};
constexpr std::chrono::nanoseconds kLongestWaitForLines = std::chrono::seconds(5);  // the driver's flush interval

}  // namespace

LogMark Following::stored_so_far() const {
  const auto position = sink->position(target.docker_id);
  return parse_log_mark(position.value_or("")).value_or(LogMark{});
}

void Following::begin(const LogMark& from) {
  auto maker = EventMaker::make(target.event_start);
  if (!maker) maker = EventMaker::make("");
  reader = std::make_shared<LogReader>(std::move(*maker), target.terminal, from);
  stored_mark = from;
}

void Following::hand_over() {
  auto lines = reader->take();
  const LogMark mark = reader->reached();
  if (lines.empty() && mark == stored_mark) return;
  stored_mark = mark;
  ticket = sink->append(target.stream, std::move(lines), target.docker_id, to_text(mark));
}

asio::awaitable<void> tick(FollowingPtr following, std::shared_ptr<LogReader> reader) {
  if (!reader->waits_for_lines()) co_return;
  while (following->reading && following->reader == reader && !*following->ended) {
    co_await sleep_for(kTick);
    if (following->reader != reader) co_return;
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    reader->flush_older_than(std::chrono::nanoseconds(now - kLongestWaitForLines).count());
    following->hand_over();
  }
}

asio::awaitable<void> while_crowded(FollowingPtr following) {
  while (following->sink->crowded() && !*following->ended) co_await sleep_for(kCrowdedWait);
}

}  // namespace drydock::instances::docker
