#include "instances/docker/metadata/stats_streams.hpp"

#include "instances/docker/metadata/stats.hpp"

namespace drydock::instances::docker {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds kLongestWait{4};  // the engine samples once a second
constexpr std::chrono::seconds kKeptOpen{60};

asio::awaitable<void> wake_later(std::shared_ptr<Signal> signal) {
  co_await sleep_for(kLongestWait);
  signal->notify();
}

}  // namespace

struct StatsStreams::Stream {
  explicit Stream(const asio::any_io_executor& executor) : changed(std::make_shared<Signal>(executor)) {}
  std::shared_ptr<Signal> changed;
  std::string newest;   // empty until there is one that tells of the moment before
  std::string earlier;  // the one before
  bool ended = false;
  Clock::time_point asked_at = Clock::now();
  std::shared_ptr<Canceller> canceller = std::make_shared<Canceller>();
};

asio::awaitable<void> StatsStreams::read(std::shared_ptr<StatsStreams> self, CorePtr core, std::string docker_id,
                                         std::shared_ptr<Stream> stream) {
  std::function<void(std::string_view)> take = [stream](std::string_view sample) {
    if (!stream->newest.empty()) stream->earlier = std::move(stream->newest);
    // Shares of a processor cannot be told from a sample that knows nothing of the moment before.
    if (stream->earlier.empty() && !has_predecessor(sample)) {
      stream->earlier = sample;
    } else {
      stream->newest = sample;
    }
    stream->changed->notify();
    if (Clock::now() - stream->asked_at > kKeptOpen) stream->canceller->cancel();
  };
  co_await core->engine->stream_stats(docker_id, std::move(take), stream->canceller);
  stream->ended = true;
  const auto mine = self->streams_.find(docker_id);
  if (mine != self->streams_.end() && mine->second == stream) self->streams_.erase(mine);
  stream->changed->notify();
}

asio::awaitable<std::optional<std::string>> StatsStreams::newest(std::shared_ptr<StatsStreams> self, CorePtr core,
                                                                 std::string docker_id) {
  const auto open = self->streams_.find(docker_id);
  std::shared_ptr<Stream> stream = open == self->streams_.end() ? nullptr : open->second;
  if (!stream) {
    stream = std::make_shared<Stream>(core->executor);
    self->streams_[docker_id] = stream;
    spawn(core->executor, read(self, core, docker_id, stream), "statistics of a container");
  }
  stream->asked_at = Clock::now();
  if (stream->newest.empty()) spawn(core->executor, wake_later(stream->changed), "wait for statistics");
  const auto deadline = Clock::now() + kLongestWait;
  while (stream->newest.empty() && !stream->ended && !core->closing && Clock::now() < deadline) {
    co_await stream->changed->wait();
  }
  if (stream->newest.empty()) co_return std::nullopt;
  co_return with_network_rates(stream->newest, stream->earlier);
}

}  // namespace drydock::instances::docker
