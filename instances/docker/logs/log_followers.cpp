#include "instances/docker/logs/log_followers.hpp"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>

#include "instances/docker/logs/log_follower.hpp"

namespace drydock::instances::docker {

struct LogFollowers::Opening {
  explicit Opening(const asio::any_io_executor& executor) : arrived(executor) {}
  Signal arrived;
  std::optional<std::expected<model::LogStreamId, std::string>> result;
};

LogFollowers::LogFollowers(asio::any_io_executor executor, asio::any_io_executor log_executor, std::string socket_path,
                           std::shared_ptr<const LogSink> sink)
    : executor_(std::move(executor)),
      log_executor_(log_executor ? std::move(log_executor) : executor_),
      sink_(std::move(sink)),
      engine_(std::make_shared<EngineClient>(log_executor_, std::move(socket_path))),
      changes_(std::make_shared<FileChanges>(log_executor_)),
      ended_(std::make_shared<bool>(false)) {}

asio::awaitable<std::expected<model::LogStreamId, std::string>> LogFollowers::open(std::string task_arn,
                                                                                   Awslogs where) {
  const auto self = shared_from_this();
  const auto opening = std::make_shared<Opening>(executor_);
  opening_.insert(opening);
  auto reply = [opening, executor = executor_](std::expected<model::LogStreamId, std::string> result) {
    auto deliver = [opening, result = std::move(result)]() mutable {
      opening->result = std::move(result);
      opening->arrived.notify();
    };
    asio::dispatch(executor, std::move(deliver));
  };
  sink_->open(std::move(task_arn), std::move(where), std::move(reply));
  while (!opening->result && !closing_) co_await opening->arrived.wait();
  opening_.erase(opening);
  if (!opening->result) co_return std::unexpected(std::string("the agent ends"));
  co_return std::move(*opening->result);
}

void LogFollowers::begin(const LogTarget& target, const std::shared_ptr<Followed>& followed) {
  followed->reading = true;
  auto done = [weak = weak_from_this(), target, followed, executor = executor_] {
    asio::post(executor, [weak, target, followed] {
      followed->reading = false;
      const auto self = weak.lock();
      if (self && std::exchange(followed->again, false) && !self->closing_) return self->begin(target, followed);
      followed->changed.notify();
    });
  };
  auto start = [source = LogSource{engine_, sink_, changes_, ended_}, target = target, done = std::move(done),
                executor = log_executor_]() mutable {
    spawn(executor, follow_container(std::move(source), std::move(target), std::move(done)), "log of a container");
  };
  asio::post(log_executor_, std::move(start));
}

void LogFollowers::follow(const LogTarget& target) {
  if (!sink_ || closing_) return;
  auto& followed = followed_[target.docker_id];
  if (!followed) followed = std::make_shared<Followed>(executor_);
  if (followed->reading) {
    followed->again = true;
  } else {
    begin(target, followed);
  }
}

asio::awaitable<void> LogFollowers::stored(std::string docker_id) {
  const auto self = shared_from_this();
  const auto found = followed_.find(docker_id);
  if (found == followed_.end()) co_return;
  const std::shared_ptr<Followed> followed = found->second;
  while (followed->reading && !closing_) co_await followed->changed.wait();
}

void LogFollowers::shutdown() {
  closing_ = true;
  asio::post(log_executor_, [engine = engine_, changes = changes_, ended = ended_] {
    *ended = true;
    engine->shutdown();
    changes->close();
  });
  for (const auto& [id, followed] : followed_) followed->changed.notify();
  for (const auto& opening : opening_) opening->arrived.notify();
}

}  // namespace drydock::instances::docker
