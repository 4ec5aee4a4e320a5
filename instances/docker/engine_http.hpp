#pragma once
// HTTP/1.1 over the Docker engine's unix socket: kept-alive connections, time-outs, streamed answers.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "instances/docker/async.hpp"

namespace drydock::instances::docker {

/// Why a call to the engine gave no result.
struct EngineError {
  enum class Kind {
    kUnreachable,  // no connection, or it broke before the answer was complete: nothing is known of the outcome
    kTimeout,      // the engine did not answer in time
    kCancelled,    // the caller gave up
    kRefused,      // the engine answered with an error status, or with an error in a stream
  };
  Kind kind = Kind::kUnreachable;
  int http_status = 0;  // of kRefused; 0 for an error inside a stream
  std::string message;  // the engine's own text, or what went wrong on the way

  /// Whether the call should be repeated once the engine is back.
  bool is_transport() const { return kind == Kind::kUnreachable; }
};

struct HttpCall {
  std::string method;
  std::string target;
  std::string body;  // JSON, or empty
  std::vector<std::pair<std::string, std::string>> headers;
  std::chrono::milliseconds timeout{30'000};  // for the whole answer
};

struct HttpAnswer {
  int status = 0;
  std::string body;
};

/// How a streamed answer is read.
struct StreamHandling {
  std::function<void()> on_open;                  // the engine accepted the call (status below 300); may be empty
  std::function<void(std::string_view)> on_line;  // one line without its end
  /// Instead of on_line: bytes as they come; false ends the stream.
  std::function<bool(std::string_view)> on_data;
  std::function<asio::awaitable<void>()> before_read;  // may hold up reading; may be empty
  std::chrono::milliseconds inactivity{0};             // longest silence; 0: none
};

/// A client of one unix socket. All calls must come from the executor's one thread; the object must outlive them
/// (shutdown() makes them end).
class UnixHttpClient {
 public:
  UnixHttpClient(asio::any_io_executor executor, std::string socket_path);
  ~UnixHttpClient();
  UnixHttpClient(const UnixHttpClient&) = delete;
  UnixHttpClient& operator=(const UnixHttpClient&) = delete;

  /// One request, one whole answer of any status.
  asio::awaitable<std::expected<HttpAnswer, EngineError>> call(HttpCall call,
                                                               std::shared_ptr<Canceller> canceller = {});
  /// One request whose answer is read line by line until the engine ends it. An answer of status 300 and up is read
  /// whole and returned with its body. A time-out of 0 in `call` means that the stream may last for ever.
  asio::awaitable<std::expected<HttpAnswer, EngineError>> stream(HttpCall call, StreamHandling handling,
                                                                 std::shared_ptr<Canceller> canceller = {});
  /// Ends every call in progress with kCancelled and drops idle connections.
  void shutdown();

  const std::string& socket_path() const { return socket_path_; }

 private:
  struct Connection;
  struct Exchange;

  asio::awaitable<std::expected<std::shared_ptr<Connection>, EngineError>> connect(std::chrono::milliseconds timeout);
  std::shared_ptr<Connection> take_idle();
  void keep(std::shared_ptr<Connection> connection);

  asio::any_io_executor executor_;
  std::string socket_path_;
  std::vector<std::shared_ptr<Connection>> idle_;
  std::vector<std::weak_ptr<Connection>> active_;
  bool stopped_ = false;
};

}  // namespace drydock::instances::docker
