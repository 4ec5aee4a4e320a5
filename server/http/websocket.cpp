#include "server/http/websocket.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/websocket.hpp>
#include <deque>

namespace drydock::http {
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;

namespace {

constexpr asio::as_tuple_t<asio::use_awaitable_t<Executor>> kTuple{};
using UpgradeRequest = beast::http::request<beast::http::empty_body>;

UpgradeRequest beast_request(const Request& request) {
  UpgradeRequest made(request.method, beast::string_view(request.target.data(), request.target.size()), 11);
  for (std::size_t i = 0; i < request.headers.size(); ++i) {
    const std::string_view name = request.headers.name(i);
    const std::string_view value = request.headers.value(i);
    made.insert(beast::string_view(name.data(), name.size()), beast::string_view(value.data(), value.size()));
  }
  return made;
}

}  // namespace

struct WebSocket::Link : std::enable_shared_from_this<Link> {
  Link(Socket socket, const WebSocketLimits& bounds) : stream(std::move(socket)), limits(bounds) {}

  static asio::awaitable<void, Executor> run(std::shared_ptr<Link> self, UpgradeRequest request,
                                             WebSocketOpened opened) {
    try {
      const auto [error] = co_await self->stream.async_accept(request, kTuple);
      if (!error) {
        self->events = opened(WebSocket(self));
        self->open = true;
        co_await self->read();
      }
    } catch (const std::exception& failure) {
      spdlog::error("websocket: connection dropped: {}", failure.what());
    }
    self->end();
  }

  asio::awaitable<void, Executor> read() {
    beast::flat_buffer buffer;
    while (true) {
      const auto [error, size] = co_await stream.async_read(buffer, kTuple);
      if (error) co_return;
      const auto data = buffer.data();
      const std::string_view message(static_cast<const char*>(data.data()), data.size());
      if (!closing) (stream.got_text() ? events.on_text : events.on_binary)(message);
      buffer.consume(buffer.size());
    }
  }

  void push(std::string message, bool binary) {
    if (!open || closing) return;
    queued += message.size();
    if (queued > limits.queued_bytes) return drop();
    queue.push_back({std::move(message), binary});
    pump();
  }

  void finish(int code) {
    if (!open || closing) return;
    closing = true;
    close_code = code;
    pump();
  }

  void pump() {
    if (writing || !open) return;
    if (queue.empty() && !closing) return;
    writing = true;
    asio::co_spawn(stream.get_executor(), write(shared_from_this()), asio::detached);
  }

  static asio::awaitable<void, Executor> write(std::shared_ptr<Link> self) {
    while (self->open && !self->queue.empty()) {
      const Outgoing message = std::move(self->queue.front());
      self->queue.pop_front();
      self->queued -= message.bytes.size();
      self->stream.binary(message.binary);
      const auto [error, size] = co_await self->stream.async_write(asio::buffer(message.bytes), kTuple);
      if (error) {
        self->drop();
        break;
      }
    }
    if (self->open && self->closing) {
      const websocket::close_reason reason(static_cast<websocket::close_code>(self->close_code));
      co_await self->stream.async_close(reason, kTuple);
    }
    self->writing = false;
  }

  /// The reader notices and ends everything.
  void drop() {
    boost::system::error_code ignored;
    stream.next_layer().close(ignored);
  }

  void end() {
    if (!open) return;
    open = false;
    queue.clear();
    // What the events hold may hold this.
    const WebSocketEvents last = std::exchange(events, {});
    last.on_closed();
  }

  struct Outgoing {
    std::string bytes;
    bool binary;
  };

  websocket::stream<Socket> stream;
  WebSocketLimits limits;
  WebSocketEvents events;
  std::deque<Outgoing> queue;
  std::size_t queued = 0;
  int close_code = 1000;
  bool open = false;
  bool closing = false;
  bool writing = false;
};

void WebSocket::send(std::string message) const {
  if (const auto link = link_.lock()) link->push(std::move(message), true);
}

void WebSocket::send_text(std::string message) const {
  if (const auto link = link_.lock()) link->push(std::move(message), false);
}

void WebSocket::close(int code) const {
  if (const auto link = link_.lock()) link->finish(code);
}

Response upgrade_to_websocket(const Request& request, const WebSocketLimits& limits, WebSocketOpened opened) {
  UpgradeRequest upgrade = beast_request(request);
  if (!websocket::is_upgrade(upgrade)) {
    Response response = error_response(426, "UpgradeRequiredException", "This address is a websocket's.");
    response.headers.emplace_back("Upgrade", "websocket");
    return response;
  }
  Response response;
  response.takeover = [upgrade = std::move(upgrade), limits, opened = std::move(opened)](
                          Socket&& socket, const std::string& already_read) mutable {
    // A client that sends before it is answered speaks no websocket.
    if (!already_read.empty()) return;
    const auto executor = socket.get_executor();
    auto link = std::make_shared<WebSocket::Link>(std::move(socket), limits);
    link->stream.read_message_max(limits.message_bytes);
    websocket::stream_base::timeout timeout{};
    timeout.handshake_timeout = limits.handshake_timeout;
    timeout.idle_timeout = limits.idle_timeout;
    timeout.keep_alive_pings = true;
    link->stream.set_option(timeout);
    asio::co_spawn(executor, WebSocket::Link::run(link, std::move(upgrade), std::move(opened)), asio::detached);
  };
  return response;
}

}  // namespace drydock::http
