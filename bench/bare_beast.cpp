// The plainest reasonable keep-alive server in Beast, answering a constant: the baseline for everything else.
//   bench_bare_beast --port P [--body-bytes N] [--cpu C] [--deadline]
// --deadline gives each request the timer that Beast's own examples use; without, the server has no time limits.
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <cstdint>
#include <cstdio>
#include <string>

#include "bench/arguments.hpp"

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;

constexpr asio::as_tuple_t<asio::use_awaitable_t<>> kTuple{};

asio::awaitable<void> serve(beast::tcp_stream stream, std::string body, bool deadline) {
  beast::flat_buffer buffer;
  stream.socket().set_option(tcp::no_delay(true));
  while (true) {
    http::request<http::string_body> request;
    if (deadline) stream.expires_after(std::chrono::seconds(75));
    const auto [read_error, read] = co_await http::async_read(stream, buffer, request, kTuple);
    if (read_error) co_return;
    http::response<http::string_body> response(http::status::ok, request.version());
    response.set(http::field::content_type, "application/x-amz-json-1.1");
    response.keep_alive(request.keep_alive());
    response.body() = body;
    response.prepare_payload();
    const auto [write_error, written] = co_await http::async_write(stream, response, kTuple);
    if (write_error || !response.keep_alive()) co_return;
  }
}

asio::awaitable<void> accept(tcp::acceptor acceptor, std::string body, bool deadline) {
  while (true) {
    auto [error, socket] = co_await acceptor.async_accept(kTuple);
    if (error) co_return;
    asio::co_spawn(acceptor.get_executor(), serve(beast::tcp_stream(std::move(socket)), body, deadline),
                   asio::detached);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const drydock::bench::Arguments arguments(argc, argv);
  arguments.pin();
  const auto port = static_cast<std::uint16_t>(arguments.number("--port", 0));
  const auto bytes = static_cast<std::size_t>(arguments.number("--body-bytes", 100));
  const std::string body = "{\"x\":\"" + std::string(bytes > 8 ? bytes - 8 : 0, 'x') + "\"}";
  asio::io_context io(1);
  tcp::acceptor acceptor(io, tcp::endpoint(asio::ip::address_v4::loopback(), port));
  std::printf("listening on port %d\n", acceptor.local_endpoint().port());
  std::fflush(stdout);
  asio::co_spawn(io, accept(std::move(acceptor), body, arguments.flag("--deadline")), asio::detached);
  io.run();
}
