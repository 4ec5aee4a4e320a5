#include "agent/web_socket.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/websocket.hpp>
#include <nlohmann/json.hpp>

#include "instances/json_members.hpp"

namespace drydock::agent {
namespace {

namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using Json = nlohmann::json;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::seconds kConnectTimeout{15};
constexpr std::chrono::seconds kDeadAfter{60};
constexpr std::size_t kLongestMessage = std::size_t{64} << 20;

/// {"type": "...", "message": {"message": "..."}} or {"<type>": "..."}: the two forms of a refusal.
Refusal refusal_of(const websocket::response_type& response) {
  const Json body = Json::parse(response.body(), nullptr, false);
  Refusal refusal;
  refusal.message = "status " + std::to_string(response.result_int());
  if (!body.is_object() || body.empty()) return refusal;
  refusal.type = instances::text_of(body, "type");
  if (refusal.type.empty()) refusal.type = instances::text_of(body, "__type");
  std::string message = instances::text_of(body, "message");
  if (message.empty() && body.contains("message")) message = instances::text_of(body["message"], "message");
  if (refusal.type.empty() && body.begin()->is_string()) {
    refusal.type = body.begin().key();
    message = body.begin()->get<std::string>();
  }
  if (!message.empty()) refusal.message = message;
  return refusal;
}

}  // namespace

struct WebSocket::Impl : std::enable_shared_from_this<WebSocket::Impl> {
  Impl(const asio::any_io_executor& on, WebSocketTarget where)
      : executor(on), target(std::move(where)), stream(on), resolver(on) {}

  void pump() {
    if (writing || over || (queue.empty() && !closing)) return;
    writing = true;
    instances::docker::spawn(executor, write(shared_from_this()), "websocket");
  }

  static asio::awaitable<void> write(std::shared_ptr<Impl> self) {
    while (!self->over && !self->queue.empty()) {
      const std::string message = std::move(self->queue.front());
      self->queue.pop_front();
      const auto [error, size] = co_await self->stream.async_write(asio::buffer(message), kAwait);
      self->queued -= message.size();
      if (error) {
        self->drop();
        break;
      }
      if (self->on_sent) self->on_sent();
    }
    if (!self->over && self->closing) {
      const auto [error] = co_await self->stream.async_close(websocket::close_code::normal, kAwait);
      if (error) self->drop();
    }
    self->writing = false;
  }

  void drop() {
    over = true;
    boost::system::error_code ignored;
    beast::get_lowest_layer(stream).socket().close(ignored);
  }

  asio::any_io_executor executor;
  WebSocketTarget target;
  websocket::stream<beast::tcp_stream> stream;
  asio::ip::tcp::resolver resolver;
  beast::flat_buffer buffer;
  std::deque<std::string> queue;
  std::size_t queued = 0;
  std::function<void()> on_sent;
  std::string ending;
  bool writing = false;
  bool closing = false;
  bool over = false;
};

WebSocket::~WebSocket() {
  impl_->on_sent = nullptr;
  if (!impl_->closing) impl_->drop();
}

asio::awaitable<std::expected<std::shared_ptr<WebSocket>, Refusal>> WebSocket::connect(asio::any_io_executor executor,
                                                                                       WebSocketTarget target) {
  const auto impl = std::make_shared<Impl>(executor, std::move(target));
  auto& tcp = beast::get_lowest_layer(impl->stream);
  const cli::Endpoint& endpoint = impl->target.endpoint;
  const auto [unresolved, found] = co_await impl->resolver.async_resolve(endpoint.host, endpoint.port, kAwait);
  if (unresolved) co_return std::unexpected(Refusal{"", unresolved.message()});
  tcp.expires_after(kConnectTimeout);
  const auto [unreachable, where] = co_await tcp.async_connect(found, kAwait);
  if (unreachable) co_return std::unexpected(Refusal{"", unreachable.message()});
  boost::system::error_code ignored;
  tcp.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
  auto decorate = [headers = impl->target.headers](websocket::request_type& request) {
    request.set(beast::http::field::user_agent, "drydock-agent");
    for (const auto& [name, value] : headers) request.set(name, value);
  };
  impl->stream.set_option(websocket::stream_base::decorator(std::move(decorate)));
  impl->stream.read_message_max(kLongestMessage);
  impl->stream.binary(impl->target.binary);
  websocket::response_type response;
  const std::string host = authority_of(endpoint);
  const auto [refused] = co_await impl->stream.async_handshake(response, host, impl->target.target, kAwait);
  if (refused == websocket::error::upgrade_declined) co_return std::unexpected(refusal_of(response));
  if (refused) co_return std::unexpected(Refusal{"", refused.message()});
  tcp.expires_never();
  if (impl->target.silence.count() == 0) {
    websocket::stream_base::timeout timeout{};
    timeout.handshake_timeout = kConnectTimeout;
    timeout.idle_timeout = kDeadAfter;
    timeout.keep_alive_pings = true;
    impl->stream.set_option(timeout);
  }
  co_return std::shared_ptr<WebSocket>(new WebSocket(impl));
}

asio::awaitable<std::optional<std::string>> WebSocket::read(std::shared_ptr<WebSocket> self) {
  const auto impl = self->impl_;
  if (impl->over) co_return std::nullopt;
  if (impl->target.silence.count() != 0) beast::get_lowest_layer(impl->stream).expires_after(impl->target.silence);
  const auto [error, size] = co_await impl->stream.async_read(impl->buffer, kAwait);
  if (error) {
    impl->ending = error == beast::error::timeout ? "nothing was heard for too long" : error.message();
    if (error == websocket::error::closed) {
      impl->ending = "closed with code " + std::to_string(impl->stream.reason().code);
    }
    impl->drop();
    co_return std::nullopt;
  }
  std::string message = beast::buffers_to_string(impl->buffer.data());
  impl->buffer.consume(impl->buffer.size());
  co_return message;
}

void WebSocket::send(std::string message) {
  if (impl_->over || impl_->closing) return;
  impl_->queued += message.size();
  impl_->queue.push_back(std::move(message));
  impl_->pump();
}

void WebSocket::close() {
  if (impl_->over || impl_->closing) return;
  impl_->closing = true;
  impl_->pump();
}

void WebSocket::drop() { impl_->drop(); }
std::size_t WebSocket::queued() const { return impl_->queued; }
void WebSocket::on_sent(std::function<void()> then) { impl_->on_sent = std::move(then); }
std::string WebSocket::local_ipv4() const {
  boost::system::error_code error;
  const auto local = beast::get_lowest_layer(impl_->stream).socket().local_endpoint(error);
  if (error) return {};
  const auto address = local.address();
  if (address.is_v4()) return address.to_string();
  if (!address.to_v6().is_v4_mapped()) return {};
  return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
}

std::string WebSocket::ending() const { return impl_->ending; }

}  // namespace drydock::agent
