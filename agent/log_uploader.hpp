#pragma once
// Brings what containers write to the server (server/logs/agent_logs.hpp has its side): in order, until it is stored
// there, without loss or doubles over breaks of the connection and restarts of either side.

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "agent/ecs_api.hpp"
#include "instances/log_sink.hpp"

namespace drydock::agent {

class LogUploader : public std::enable_shared_from_this<LogUploader> {
 public:
  /// Calls are made on `executor`; the sink's functions may be called from another thread, as it says.
  LogUploader(asio::any_io_executor executor, std::shared_ptr<EcsApi> api);

  std::shared_ptr<const instances::LogSink> sink();
  void close();

 private:
  struct Batch {
    std::uint64_t ticket = 0;
    model::LogStreamId stream;
    std::string source;
    std::string after;
    std::string position;
    std::vector<model::LogLine> lines;
    std::size_t bytes = 0;
  };

  static asio::awaitable<void> upload(std::shared_ptr<LogUploader> self);
  static asio::awaitable<void> open(std::shared_ptr<LogUploader> self, std::string task_arn, instances::Awslogs where,
                                    std::function<void(std::expected<model::LogStreamId, std::string>)> reply);
  static asio::awaitable<void> prepare(std::shared_ptr<LogUploader> self, std::string source,
                                       std::function<void()> ready);
  std::uint64_t append(model::LogStreamId stream, std::vector<model::LogLine> lines, std::string source,
                       std::string position);
  std::string next_request(std::size_t& batches);
  void settle(std::size_t batches, const std::string& answer);

  asio::any_io_executor executor_;
  std::shared_ptr<EcsApi> api_;
  std::mutex mutex_;                              // what follows is used from two threads
  std::map<std::string, std::string> positions_;  // of every source that was asked for or read
  std::deque<Batch> waiting_;
  std::size_t waiting_bytes_ = 0;
  std::uint64_t appended_ = 0;
  std::uint64_t stored_ = 0;
  bool uploading_ = false;
  bool closed_ = false;
};

}  // namespace drydock::agent
