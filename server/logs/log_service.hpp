#pragma once
// Where log lines come from and go to: between the store that keeps them, State's groups and streams, the operations of
// CloudWatch Logs, and instances with containers of the driver awslogs. Runs on the core thread.

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "instances/instance_link.hpp"
#include "instances/log_sink.hpp"
#include "instances/simulated/log_book.hpp"
#include "server/core/core.hpp"
#include "server/http/message.hpp"
#include "storage/logs/log_store.hpp"

namespace drydock::server {

struct LogServiceOptions {
  std::string directory;
  std::uint64_t most_bytes = 0;
  bool create_missing_groups = false;
};

class LogService {
 public:
  using Handle = std::function<void(const http::Request&, http::ReplyFn)>;

  /// `lines` becomes what operations see. State is loaded already.
  static std::expected<std::unique_ptr<LogService>, std::string> open(boost::asio::any_io_executor executor, Core& core,
                                                                      LogServiceOptions options,
                                                                      model::LogLines& lines);
  ~LogService();
  LogService(const LogService&) = delete;
  LogService& operator=(const LogService&) = delete;

  /// Whether the request is for CloudWatch Logs.
  static bool takes(const http::Request& request);
  /// Handles it once what was appended before is stored, and answers once what it appended is.
  void handle(const http::Request& request, http::ReplyFn reply, const Handle& handle);

  /// Streams that are gone lose their lines.
  void committed(std::span<const model::Touched> touched);

  /// For containers of a Docker engine. Valid as long as this object.
  [[nodiscard]] std::shared_ptr<const instances::LogSink> sink();

  /// Once everything up to this ticket is stored (true), or cannot be for now (false); possibly at once.
  void when_stored(std::uint64_t ticket, std::function<void(bool stored)> then);

  // For simulated containers.
  /// Makes the stream; the text is why the container cannot start.
  std::optional<std::string> start(const instances::TaskPayload& task, const api::ContainerDefinition& container,
                                   const std::string& runtime_id);
  void add(const instances::simulated::LogBook::Line& line);

  void close();

 private:
  LogService(boost::asio::any_io_executor executor, Core& core, LogServiceOptions options);
  using Opened = std::expected<model::LogStreamId, std::string>;
  Opened open_stream(const std::string& task_arn, const instances::Awslogs& where);
  /// Of a container whose start was in an earlier life of this process.
  model::LogStreamId stream_of(const std::string& task_arn, const std::string& container);
  void forget(model::TaskId id);
  void stored(std::uint64_t ticket);
  void failed(const std::string& message);
  /// Expired lines are not shown anyway; now and then they are removed.
  void sweep();

  struct Waiting {
    std::uint64_t ticket;
    std::function<void(bool)> then;
  };

  boost::asio::any_io_executor executor_;
  Core& core_;
  LogServiceOptions options_;
  std::unique_ptr<storage::LogStore> store_;
  std::deque<Waiting> waiting_;
  std::map<std::pair<std::string, std::string>, model::LogStreamId> simulated_;  // by task ARN and container
  model::Instant swept_at_{};
};

}  // namespace drydock::server
