#include "server/names/name_server.hpp"

#include <array>
#include <chrono>
#include <sstream>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace drydock::server {
namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using udp = asio::ip::udp;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kMostTcpBytes = 65535;
constexpr std::size_t kMostTcpConnections = 64;
constexpr auto kTcpWait = std::chrono::seconds(10);
constexpr auto kAcceptPause = std::chrono::milliseconds(100);

}  // namespace

struct NameServer::Impl : std::enable_shared_from_this<NameServer::Impl> {
  Impl(const asio::any_io_executor& io, Resolve table)
      : executor(io), resolve(std::move(table)), datagrams(io), acceptor(io), pause(io) {}

  asio::any_io_executor executor;
  Resolve resolve;
  udp::socket datagrams;
  tcp::acceptor acceptor;
  asio::steady_timer pause;
  std::size_t connections = 0;
  std::size_t turn = 0;

  /// Empty for what is no question.
  std::string answer(std::string_view packet, bool by_tcp) {
    const auto question = read_question(packet);
    if (!question) return {};
    const std::size_t most = by_tcp ? kMostTcpBytes : question->most_bytes;
    if (question->kind != 1) return write_answer(*question, Outcome::kFailed, {}, most);
    const Resolved found = resolve(question->name, question->type, turn++);
    if (!found.ours) return write_answer(*question, Outcome::kFailed, {}, most);
    return write_answer(*question, found.exists ? Outcome::kFound : Outcome::kNoSuchName, found.records, most);
  }

  static asio::awaitable<void> receive(std::shared_ptr<Impl> self) {
    std::array<char, 4096> packet;
    udp::endpoint sender;
    while (self->datagrams.is_open()) {
      const auto [failed, size] = co_await self->datagrams.async_receive_from(asio::buffer(packet), sender, kAwait);
      if (!self->datagrams.is_open()) co_return;
      if (failed) continue;  // what a former answer met: nobody listens there any more
      const std::string reply = self->answer({packet.data(), size}, false);
      if (reply.empty()) continue;
      boost::system::error_code ignored;
      self->datagrams.send_to(asio::buffer(reply), sender, 0, ignored);
    }
  }

  static asio::awaitable<void> accept(std::shared_ptr<Impl> self) {
    while (self->acceptor.is_open()) {
      auto [failed, socket] = co_await self->acceptor.async_accept(kAwait);
      if (!self->acceptor.is_open()) co_return;
      if (failed) {
        // Out of descriptors, for example: trying again at once would be in vain.
        self->pause.expires_after(kAcceptPause);
        co_await self->pause.async_wait(kAwait);
        continue;
      }
      if (self->connections >= kMostTcpConnections) continue;
      ++self->connections;
      auto shared = std::make_shared<tcp::socket>(std::move(socket));
      asio::co_spawn(self->executor, converse(self, shared), asio::detached);
    }
  }

  static asio::awaitable<void> converse(std::shared_ptr<Impl> self, std::shared_ptr<tcp::socket> socket) {
    asio::steady_timer timer(self->executor, kTcpWait);
    auto give_up = [socket](const boost::system::error_code& cancelled) {
      boost::system::error_code ignored;
      if (!cancelled) socket->close(ignored);
    };
    timer.async_wait(give_up);
    while (true) {
      std::array<unsigned char, 2> length;
      const auto [no_length, read] = co_await asio::async_read(*socket, asio::buffer(length), kAwait);
      if (no_length) break;
      std::string packet(static_cast<std::size_t>(length[0] << 8U | length[1]), '\0');
      const auto [no_packet, got] = co_await asio::async_read(*socket, asio::buffer(packet), kAwait);
      if (no_packet) break;
      const std::string reply = self->answer(packet, true);
      if (reply.empty()) break;
      std::string framed{static_cast<char>(reply.size() >> 8U), static_cast<char>(reply.size() & 0xFFU)};
      framed += reply;
      const auto [unwritten, written] = co_await asio::async_write(*socket, asio::buffer(framed), kAwait);
      if (unwritten) break;
    }
    timer.cancel();
    --self->connections;
  }
};

NameServer::NameServer(const asio::any_io_executor& executor, Resolve resolve)
    : impl_(std::make_shared<Impl>(executor, std::move(resolve))) {}

NameServer::~NameServer() {
  boost::system::error_code ignored;
  impl_->datagrams.close(ignored);
  impl_->acceptor.close(ignored);
  impl_->pause.cancel();
}

std::expected<std::uint16_t, std::string> NameServer::listen(const std::string& address, std::uint16_t port) {
  boost::system::error_code error;
  const auto ip = asio::ip::make_address(address, error);
  const auto fail = [&]() -> std::expected<std::uint16_t, std::string> {
    boost::system::error_code ignored;
    impl_->datagrams.close(ignored);
    impl_->acceptor.close(ignored);
    return std::unexpected("port " + std::to_string(port) + " of " + address + ": " + error.message());
  };
  if (error) return fail();
  auto& acceptor = impl_->acceptor;
  acceptor.open(ip.is_v4() ? tcp::v4() : tcp::v6(), error);
  if (error) return fail();
  acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (error) return fail();
  acceptor.bind({ip, port}, error);
  if (error) return fail();
  acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return fail();
  const std::uint16_t taken = acceptor.local_endpoint(error).port();
  impl_->datagrams.open(ip.is_v4() ? udp::v4() : udp::v6(), error);
  if (error) return fail();
  impl_->datagrams.bind({ip, taken}, error);
  if (error) return fail();
  asio::co_spawn(impl_->executor, Impl::receive(impl_), asio::detached);
  asio::co_spawn(impl_->executor, Impl::accept(impl_), asio::detached);
  return taken;
}

std::vector<std::string> machine_name_servers(const std::string& resolv_conf, const std::string& systemd_resolv_conf) {
  for (const std::string& text : {resolv_conf, systemd_resolv_conf}) {
    std::vector<std::string> servers;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) {
      std::istringstream words(line);
      std::string word;
      std::string server;
      words >> word >> server;
      boost::system::error_code error;
      const auto address = asio::ip::make_address(server, error);
      if (word == "nameserver" && !error && !address.is_loopback()) servers.push_back(server);
    }
    if (!servers.empty()) return servers;
  }
  return {"8.8.8.8", "8.8.4.4"};
}

}  // namespace drydock::server
