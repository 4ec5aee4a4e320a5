#include "server/relay/relay.hpp"

#include <array>
#include <chrono>
#include <set>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace drydock::server {
namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kChunk = 65536;
constexpr std::size_t kMostConnections = 1024;  // of one relay: each has two sockets
// A target on this machine answers at once or never: its container is gone.
constexpr auto kConnectWait = std::chrono::seconds(5);

/// Both ends of one connection.
struct Pair {
  explicit Pair(const asio::any_io_executor& executor) : client(executor), target(executor), silence(executor) {}
  tcp::socket client;
  tcp::socket target;
  asio::steady_timer silence;
  std::chrono::steady_clock::time_point heard = std::chrono::steady_clock::now();
};

void end(Pair& pair) {
  boost::system::error_code ignored;
  pair.client.close(ignored);
  pair.target.close(ignored);
  pair.silence.cancel();
}

/// Ends the connection once nothing was heard for that long.
asio::awaitable<void> watch(std::shared_ptr<Pair> pair, std::chrono::seconds most) {
  while (pair->client.is_open()) {
    const auto until = pair->heard + most;
    if (until <= std::chrono::steady_clock::now()) co_return end(*pair);
    pair->silence.expires_at(until);
    co_await pair->silence.async_wait(kAwait);
  }
}

/// Until the sender is done; the receiver is told that it is.
asio::awaitable<void> pump(std::shared_ptr<Pair> pair, tcp::socket& from, tcp::socket& to) {
  std::vector<char> chunk(kChunk);
  while (true) {
    const auto [failed, size] = co_await from.async_read_some(asio::buffer(chunk), kAwait);
    if (failed == asio::error::eof) break;
    if (failed) co_return end(*pair);
    pair->heard = std::chrono::steady_clock::now();
    const auto [unwritten, written] = co_await asio::async_write(to, asio::buffer(chunk.data(), size), kAwait);
    if (unwritten) co_return end(*pair);
  }
  boost::system::error_code ignored;
  to.shutdown(tcp::socket::shutdown_send, ignored);
}

}  // namespace

struct Relay::Impl : std::enable_shared_from_this<Relay::Impl> {
  explicit Impl(const asio::any_io_executor& io) : executor(io), acceptor(io), pause(io) {}

  asio::any_io_executor executor;
  tcp::acceptor acceptor;
  asio::steady_timer pause;
  std::vector<RelayTarget> targets;
  std::size_t turn = 0;
  std::chrono::seconds idle{0};
  std::set<std::shared_ptr<Pair>> open;

  static asio::awaitable<void> accept(std::shared_ptr<Impl> self) {
    while (self->acceptor.is_open()) {
      auto [failed, socket] = co_await self->acceptor.async_accept(kAwait);
      if (!self->acceptor.is_open()) co_return;
      if (failed) {
        // Out of descriptors, for example: trying again at once would be in vain.
        self->pause.expires_after(std::chrono::milliseconds(100));
        co_await self->pause.async_wait(kAwait);
        continue;
      }
      if (self->open.size() >= kMostConnections) continue;
      auto pair = std::make_shared<Pair>(self->executor);
      pair->client = std::move(socket);
      self->open.insert(pair);
      asio::co_spawn(self->executor, serve(self, pair), asio::detached);
    }
  }

  static asio::awaitable<bool> connect(std::shared_ptr<Pair> pair, RelayTarget target) {
    boost::system::error_code error;
    const tcp::endpoint endpoint(asio::ip::make_address(target.address, error), target.port);
    if (error) co_return false;
    pair->target = tcp::socket(pair->client.get_executor());
    asio::steady_timer timer(pair->client.get_executor(), kConnectWait);
    auto give_up = [pair](const boost::system::error_code& cancelled) {
      boost::system::error_code ignored;
      if (!cancelled) pair->target.close(ignored);
    };
    timer.async_wait(give_up);
    const auto [failed] = co_await pair->target.async_connect(endpoint, kAwait);
    timer.cancel();
    if (failed) co_return false;
    pair->client.set_option(tcp::no_delay(true), error);
    pair->target.set_option(tcp::no_delay(true), error);
    co_return true;
  }

  static asio::awaitable<void> serve(std::shared_ptr<Impl> self, std::shared_ptr<Pair> pair) {
    const std::vector<RelayTarget> targets = self->targets;
    const std::size_t first = self->turn++;
    bool connected = false;
    for (std::size_t i = 0; i < targets.size() && !connected && pair->client.is_open(); ++i) {
      connected = co_await connect(pair, targets[(first + i) % targets.size()]);
    }
    if (connected && pair->client.is_open()) {
      pair->heard = std::chrono::steady_clock::now();
      if (self->idle.count() > 0) asio::co_spawn(self->executor, watch(pair, self->idle), asio::detached);
      asio::co_spawn(self->executor, pump(pair, pair->target, pair->client), [self, pair](const std::exception_ptr&) {
        end(*pair);
        self->open.erase(pair);
      });
      co_await pump(pair, pair->client, pair->target);
      co_return;
    }
    end(*pair);
    self->open.erase(pair);
  }
};

Relay::Relay(const asio::any_io_executor& executor) : impl_(std::make_shared<Impl>(executor)) {}

Relay::~Relay() { close(); }

std::expected<std::uint16_t, std::string> Relay::listen(const std::string& address, std::uint16_t port) {
  boost::system::error_code error;
  const tcp::endpoint endpoint(asio::ip::make_address(address, error), port);
  auto& acceptor = impl_->acceptor;
  const auto fail = [&]() -> std::expected<std::uint16_t, std::string> {
    boost::system::error_code ignored;
    acceptor.close(ignored);
    return std::unexpected("port " + std::to_string(port) + " of " + address + ": " + error.message());
  };
  if (error) return fail();
  acceptor.open(endpoint.protocol(), error);
  if (error) return fail();
  acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (error) return fail();
  acceptor.bind(endpoint, error);
  if (error) return fail();
  acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return fail();
  asio::co_spawn(impl_->executor, Impl::accept(impl_), asio::detached);
  return acceptor.local_endpoint(error).port();
}

void Relay::set_targets(std::vector<RelayTarget> targets) { impl_->targets = std::move(targets); }

void Relay::set_idle(std::chrono::seconds most) { impl_->idle = most; }

void Relay::close() {
  boost::system::error_code ignored;
  impl_->acceptor.close(ignored);
  impl_->pause.cancel();
  for (const auto& pair : impl_->open) end(*pair);
}

}  // namespace drydock::server
