#pragma once
// The server's end of a websocket: limits, time-outs and a queue around Beast's stream.
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "server/http/message.hpp"

namespace drydock::http {

struct WebSocketLimits {
  std::size_t message_bytes = std::size_t{128} * 1024;      // of one message that comes in
  std::size_t queued_bytes = std::size_t{8} * 1024 * 1024;  // waiting to go out; a client that far behind is dropped
  std::chrono::milliseconds handshake_timeout{15'000};      // also of the closing handshake
  std::chrono::milliseconds idle_timeout{60'000};           // without a sign of life; half-way it is pinged
};

/// What comes in, on the connection's thread. Nothing follows on_closed, which comes exactly once.
struct WebSocketEvents {
  std::function<void(std::string_view text)> on_text;
  std::function<void(std::string_view bytes)> on_binary;
  std::function<void()> on_closed;
};

/// A handle on one connection; it may outlive the connection, and then does nothing.
class WebSocket {
 public:
  /// Sends one binary message, in order.
  void send(std::string message) const;
  /// The same as text, which must be UTF-8.
  void send_text(std::string message) const;
  /// Ends the connection after everything that was sent.
  void close(int code) const;

  struct Link;
  explicit WebSocket(std::weak_ptr<Link> link) : link_(std::move(link)) {}

 private:
  std::weak_ptr<Link> link_;
};

/// Says what to do with a connection that was just opened.
using WebSocketOpened = std::function<WebSocketEvents(WebSocket)>;

/// The answer that makes a websocket of the request's connection; 426 when the request does not ask for one. The
/// guard (guard.hpp) has refused foreign pages before.
Response upgrade_to_websocket(const Request& request, const WebSocketLimits& limits, WebSocketOpened opened);

}  // namespace drydock::http
