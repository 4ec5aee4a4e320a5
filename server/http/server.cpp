#include "server/http/server.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "server/http/connections.hpp"
#include "server/http/session.hpp"

namespace drydock::http {
namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

using Acceptor = asio::basic_socket_acceptor<tcp, Executor>;
using Timer =
    asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>, Executor>;
constexpr asio::as_tuple_t<asio::use_awaitable_t<Executor>> kTuple{};
constexpr std::chrono::milliseconds kAcceptPause{100};
constexpr int kBacklog = 1024;

std::string bind_failure(const tcp::endpoint& endpoint, const error_code& error) {
  const std::string port = "port " + std::to_string(endpoint.port()) + " on " + endpoint.address().to_string();
  if (error == asio::error::address_in_use) {
    return port + " is in use by another program; stop it or choose another port with --port";
  }
  if (error == asio::error::access_denied) return port + " may not be used by this user; choose one above 1023";
  return "cannot listen to " + port + ": " + error.message();
}

error_code bind(Acceptor& acceptor, const tcp::endpoint& endpoint) {
  error_code error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error && endpoint.address().is_v6()) {
    // "::" serves IPv4 as well.
    acceptor.set_option(asio::ip::v6_only(!endpoint.address().is_unspecified()), error);
  }
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(kBacklog, error);
  return error;
}

bool machine_lacks_address(const error_code& error) {
  return error == asio::error::address_family_not_supported || error == boost::system::errc::address_not_available;
}

}  // namespace

struct Server::Listener : std::enable_shared_from_this<Server::Listener> {
  Listener(asio::io_context& io_context, Options options, Handler handler)
      : io(io_context),
        connections(std::make_shared<Connections>(std::move(options), std::move(handler))),
        ticker(io.get_executor()),
        grace_timer(io.get_executor()) {}

  static asio::awaitable<void, Executor> accept_loop(std::shared_ptr<Listener> self, std::size_t index);
  static asio::awaitable<void, Executor> tick_loop(std::shared_ptr<Listener> self);
  static asio::awaitable<void, Executor> enforce_grace(std::shared_ptr<Listener> self, std::chrono::milliseconds grace);
  std::expected<std::vector<Acceptor>, std::string> bind_all(std::uint16_t port);
  void admit(Socket socket);
  void begin_stop(std::chrono::milliseconds grace, std::move_only_function<void()> stopped);
  void settle();
  void abandon();

  asio::io_context& io;
  std::shared_ptr<Connections> connections;
  std::vector<Acceptor> acceptors;
  Timer ticker;
  Timer grace_timer;
  bool ticking = false;
  bool stopping = false;
  std::move_only_function<void()> on_stopped;
};

Server::Server(asio::io_context& io, Options options, Handler handler)
    : listener_(std::make_shared<Listener>(io, std::move(options), std::move(handler))) {}

Server::~Server() { listener_->abandon(); }

std::expected<std::vector<Acceptor>, std::string> Server::Listener::bind_all(std::uint16_t port) {
  std::vector<Acceptor> bound;
  for (const std::string& text : connections->options().addresses) {
    error_code error;
    const auto address = asio::ip::make_address(text, error);
    if (error) return std::unexpected("'" + text + "' is not an IP address to listen to");
    const tcp::endpoint endpoint(address, port);
    Acceptor acceptor(io.get_executor());
    error = bind(acceptor, endpoint);
    if (error && !bound.empty() && machine_lacks_address(error)) {
      spdlog::info("http: not listening to {}: {}", text, error.message());
      continue;
    }
    if (error) return std::unexpected(bind_failure(endpoint, error));
    port = acceptor.local_endpoint().port();
    bound.push_back(std::move(acceptor));
  }
  if (bound.empty()) return std::unexpected(std::string("no address to listen to"));
  return bound;
}

std::expected<std::uint16_t, std::string> Server::listen() {
  const std::uint16_t wanted = listener_->connections->options().port;
  auto bound = listener_->bind_all(wanted);
  // A port the kernel chose for the first address may be taken on the next one.
  for (int attempt = 0; !bound && wanted == 0 && attempt < 8; ++attempt) bound = listener_->bind_all(0);
  if (!bound) return std::unexpected(bound.error());
  listener_->acceptors = std::move(*bound);
  for (std::size_t index = 0; index < listener_->acceptors.size(); ++index) {
    asio::co_spawn(listener_->io, Listener::accept_loop(listener_, index), asio::detached);
  }
  return listener_->acceptors.front().local_endpoint().port();
}

void Server::stop(std::chrono::milliseconds grace, std::move_only_function<void()> stopped) {
  auto begin = [listener = listener_, grace, stopped = std::move(stopped)]() mutable {
    listener->begin_stop(grace, std::move(stopped));
  };
  asio::dispatch(listener_->io, std::move(begin));
}

Stats Server::stats() const {
  Stats stats = listener_->connections->stats();
  stats.open_connections = listener_->connections->size();
  return stats;
}

asio::awaitable<void, Executor> Server::Listener::accept_loop(std::shared_ptr<Listener> self, std::size_t index) {
  Acceptor& acceptor = self->acceptors[index];
  Timer pause(self->io.get_executor());
  bool failing = false;
  while (!self->stopping) {
    auto [error, socket] = co_await acceptor.async_accept(kTuple);
    if (self->stopping) co_return;
    if (!error) {
      failing = false;
      self->admit(std::move(socket));
      continue;
    }
    if (error == asio::error::connection_aborted) continue;
    // Out of descriptors or memory: trying again at once would spin. Idle connections give theirs back.
    ++self->connections->stats().accept_errors;
    if (!failing) spdlog::warn("http: cannot accept connections: {}", error.message());
    failing = true;
    self->connections->close_longest_idle();
    pause.expires_after(kAcceptPause);
    co_await pause.async_wait(kTuple);
  }
}

void Server::Listener::admit(Socket socket) {
  ++connections->stats().accepted;
  if (connections->full() && !connections->close_longest_idle()) {
    ++connections->stats().refused_connections;
    if (connections->overflowing()) return;
    std::make_shared<Session>(connections, std::move(socket))->start_busy();
  } else {
    std::make_shared<Session>(connections, std::move(socket))->start();
  }
  if (!ticking) {
    ticking = true;
    asio::co_spawn(io, tick_loop(shared_from_this()), asio::detached);
  }
}

// Runs while there are connections, so that an idle server sleeps.
asio::awaitable<void, Executor> Server::Listener::tick_loop(std::shared_ptr<Listener> self) {
  while (self->connections->size() != 0) {
    self->ticker.expires_after(self->connections->tick_period());
    co_await self->ticker.async_wait(kTuple);
    self->connections->tick();
  }
  self->ticking = false;
}

void Server::Listener::begin_stop(std::chrono::milliseconds grace, std::move_only_function<void()> stopped) {
  if (stopping) return;
  stopping = true;
  on_stopped = std::move(stopped);
  for (Acceptor& acceptor : acceptors) {
    error_code ignored;
    acceptor.close(ignored);
  }
  // Weak: the connections belong to us, not we to them.
  connections->on_empty = [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->settle();
  };
  connections->begin_drain();
  if (connections->size() == 0) return settle();
  asio::co_spawn(io, enforce_grace(shared_from_this(), grace), asio::detached);
}

asio::awaitable<void, Executor> Server::Listener::enforce_grace(std::shared_ptr<Listener> self,
                                                                std::chrono::milliseconds grace) {
  self->grace_timer.expires_after(grace);
  const auto [error] = co_await self->grace_timer.async_wait(kTuple);
  if (!error) self->connections->abort_all();
}

// No connection is left and none will come.
void Server::Listener::settle() {
  grace_timer.cancel();
  ticker.cancel();
  if (on_stopped) std::exchange(on_stopped, nullptr)();
}

void Server::Listener::abandon() {
  stopping = true;
  on_stopped = nullptr;
  for (Acceptor& acceptor : acceptors) {
    error_code ignored;
    acceptor.close(ignored);
  }
  connections->abort_all();
  ticker.cancel();
  grace_timer.cancel();
}

}  // namespace drydock::http
