#pragma once
// Reads what the containers of one agent write, as long as they live, and brings it to the log sink. The reading
// happens on an executor of its own, so that a chatty container does not hold up the control plane.

#include <expected>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "instances/docker/async.hpp"
#include "instances/docker/engine_client.hpp"
#include "instances/docker/logs/file_changes.hpp"
#include "instances/log_sink.hpp"

namespace drydock::instances::docker {

/// What is to be read, and where it goes.
struct LogTarget {
  std::string docker_id;
  model::LogStreamId stream;
  std::string event_start;  // see Awslogs
  bool terminal = false;
};

class LogFollowers : public std::enable_shared_from_this<LogFollowers> {
 public:
  /// `log_executor` may be empty: the agent's own. `sink` may be null: nothing is read then.
  LogFollowers(asio::any_io_executor executor, asio::any_io_executor log_executor, std::string socket_path,
               std::shared_ptr<const LogSink> sink);

  [[nodiscard]] bool active() const { return sink_ != nullptr; }
  /// Makes the stream.
  asio::awaitable<std::expected<model::LogStreamId, std::string>> open(std::string task_arn, Awslogs where);
  /// Reads a container that was started (again), from where it was read last.
  void follow(const LogTarget& target);
  /// Waits until everything that the container wrote until its end is stored.
  asio::awaitable<void> stored(std::string docker_id);
  void forget(const std::string& docker_id) { followed_.erase(docker_id); }
  /// Ends all reading; waiting ends as well.
  void shutdown();

 private:
  struct Followed {
    explicit Followed(const asio::any_io_executor& executor) : changed(executor) {}
    Signal changed;
    bool reading = false;
    bool again = false;  // it was started while the end of its log was still being read
  };
  struct Opening;

  void begin(const LogTarget& target, const std::shared_ptr<Followed>& followed);

  asio::any_io_executor executor_;
  asio::any_io_executor log_executor_;
  std::shared_ptr<const LogSink> sink_;
  std::shared_ptr<EngineClient> engine_;  // lives on log_executor_
  std::shared_ptr<FileChanges> changes_;  // likewise
  std::shared_ptr<bool> ended_;           // likewise
  std::map<std::string, std::shared_ptr<Followed>> followed_;
  std::set<std::shared_ptr<Opening>> opening_;
  bool closing_ = false;
};

}  // namespace drydock::instances::docker
