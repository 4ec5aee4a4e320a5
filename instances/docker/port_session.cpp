#include "instances/docker/port_session.hpp"

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "instances/docker/exec_session.hpp"
#include "instances/docker/network_namespace.hpp"

namespace drydock::instances::docker {
namespace {

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
using tcp = asio::ip::tcp;

}  // namespace

struct PortSession {
  PortSession(CorePtr owner, ChannelRequest asked, ChannelEvents listener)
      : core(std::move(owner)),
        request(std::move(asked)),
        events(std::move(listener)),
        changed(core->executor),
        socket(core->executor) {}

  CorePtr core;
  ChannelRequest request;
  ChannelEvents events;
  Signal changed;
  tcp::socket socket;
  std::string input;
  std::size_t writing_bytes = 0;
  bool connected = false;
  bool writing = false;
  bool held = false;
  bool closed = false;  // nobody listens any more
};

namespace {

using SessionPtr = std::shared_ptr<PortSession>;

asio::awaitable<void> write_input(SessionPtr session) {
  while (!session->input.empty() && !session->closed) {
    const std::string bytes = std::exchange(session->input, {});
    session->writing_bytes = bytes.size();
    const auto [error, size] = co_await asio::async_write(session->socket, asio::buffer(bytes), kAwait);
    session->writing_bytes = 0;
    if (error) break;
  }
  session->writing = false;
}

void pump_input(const SessionPtr& session) {
  if (session->writing || session->input.empty() || !session->connected || session->closed) return;
  session->writing = true;
  spawn(session->core->executor, write_input(session), "port input");
}

/// Addresses to try, in their order.
asio::awaitable<std::vector<tcp::endpoint>> targets(SessionPtr session, std::string own_address) {
  std::vector<tcp::endpoint> found;
  const auto port = static_cast<std::uint16_t>(session->request.port);
  const std::string& host = session->request.host;
  boost::system::error_code error;
  const auto literal = asio::ip::make_address(host.empty() ? own_address : host, error);
  if (!error) {
    found.emplace_back(literal, port);
    co_return found;
  }
  tcp::resolver resolver(session->core->executor);
  const std::string service = std::to_string(port);
  const auto [failed, results] = co_await resolver.async_resolve(tcp::v4(), host, service, kAwait);
  if (failed) co_return found;
  for (const auto& result : results) found.push_back(result.endpoint());
  co_return found;
}

/// Empty when it is connected, else why it is not.
asio::awaitable<std::string> connect(SessionPtr session) {
  const std::string container = running_container(*session->core, session->request);
  if (container.empty()) co_return "the container is not running";
  const auto inside = co_await session->core->engine->look_inside(container);
  if (!inside) co_return describe(inside.error());
  const int pid = inside->pid;
  const bool entered = socket_in_network_of(session->core->executor, container, pid).has_value();
  // From outside, a container without an address of its own shares the host's, or has none at all.
  const std::string own = entered || inside->ip_address.empty() ? "127.0.0.1" : inside->ip_address;
  const auto endpoints = co_await targets(session, own);
  if (endpoints.empty()) co_return "no such host: " + session->request.host;
  std::string reason;
  for (const tcp::endpoint& endpoint : endpoints) {
    auto socket = entered ? socket_in_network_of(session->core->executor, container, pid) : std::nullopt;
    session->socket = socket ? std::move(*socket) : tcp::socket(session->core->executor);
    const auto [error] = co_await session->socket.async_connect(endpoint, kAwait);
    if (!error) co_return std::string();
    reason = error.message();
  }
  co_return reason;
}

asio::awaitable<void> run(SessionPtr session) {
  // Never from inside the call that asked for it.
  co_await asio::post(session->core->executor, asio::use_awaitable);
  const std::string refusal = co_await connect(session);
  if (session->closed) co_return;
  if (!refusal.empty()) {
    session->closed = true;
    co_return session->events.on_end("Connection to destination port failed: " + refusal);
  }
  session->connected = true;
  session->events.on_open();
  pump_input(session);
  std::array<char, 16384> chunk;
  while (!session->closed) {
    while (session->held && !session->closed) co_await session->changed.wait();
    const auto [error, size] = co_await session->socket.async_read_some(asio::buffer(chunk), kAwait);
    if (error || session->closed) break;
    session->events.on_bytes({chunk.data(), size});
  }
  if (session->closed) co_return;
  session->closed = true;
  boost::system::error_code ignored;
  session->socket.close(ignored);
  session->events.on_end({});
}

}  // namespace

std::shared_ptr<PortSession> start_port_session(CorePtr core, const ChannelRequest& request, ChannelEvents events) {
  auto session = std::make_shared<PortSession>(std::move(core), request, std::move(events));
  spawn(session->core->executor, run(session), "port session");
  return session;
}

Channel channel_of(const std::shared_ptr<PortSession>& session) {
  Channel channel;
  channel.write = [session](std::string_view bytes) {
    if (session->closed) return;
    session->input += bytes;
    pump_input(session);
  };
  channel.resize = [](int, int) {};
  channel.end_input = [] {};
  channel.hold = [session](bool hold) {
    session->held = hold;
    session->changed.notify();
  };
  channel.backlog = [session] { return session->input.size() + session->writing_bytes; };
  channel.close = [session] {
    session->closed = true;
    session->changed.notify();
    boost::system::error_code ignored;
    session->socket.close(ignored);
  };
  return channel;
}

}  // namespace drydock::instances::docker
