#pragma once
// The client's end of a websocket.

#include <chrono>
#include <deque>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "agent/http_client.hpp"

namespace drydock::agent {

struct WebSocketTarget {
  cli::Endpoint endpoint;
  std::string target;
  HeaderList headers;
  bool binary = false;
  /// Longest time without a message; pings do not count. Zero: only the connection itself must live, which is asked
  /// by pings.
  std::chrono::seconds silence{0};
};

/// Why there is no websocket.
struct Refusal {
  std::string type;  // "InactiveInstanceException"; empty when nobody answered in such terms
  std::string message;
};

class WebSocket : public std::enable_shared_from_this<WebSocket> {
 public:
  static asio::awaitable<std::expected<std::shared_ptr<WebSocket>, Refusal>> connect(asio::any_io_executor executor,
                                                                                     WebSocketTarget target);
  ~WebSocket();

  /// The next message; nothing once the connection is over.
  static asio::awaitable<std::optional<std::string>> read(std::shared_ptr<WebSocket> self);
  /// In order; nothing after close().
  void send(std::string message);
  /// Ends the connection after everything that was sent.
  void close();
  /// Ends it at once.
  void drop();

  /// Bytes that wait to be sent.
  [[nodiscard]] std::size_t queued() const;
  /// Called whenever something was sent.
  void on_sent(std::function<void()> then);
  /// This machine, as the server's machine sees it: an IPv4 address, or nothing.
  [[nodiscard]] std::string local_ipv4() const;
  /// Why it ended, for people; the server's closing code is in it.
  [[nodiscard]] std::string ending() const;

 private:
  struct Impl;
  explicit WebSocket(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<Impl> impl_;
};

}  // namespace drydock::agent
