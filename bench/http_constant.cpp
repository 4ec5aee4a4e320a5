// server/http with a handler that answers a constant: what the HTTP room alone costs against bench_bare_beast.
//   bench_http_constant --port P [--body-bytes N] [--cpu C]
#include <boost/asio/io_context.hpp>
#include <cstdio>
#include <string>

#include "bench/arguments.hpp"
#include "server/http/server.hpp"

int main(int argc, char** argv) {
  const drydock::bench::Arguments arguments(argc, argv);
  arguments.pin();
  const auto bytes = static_cast<std::size_t>(arguments.number("--body-bytes", 100));
  const std::string body = "{\"x\":\"" + std::string(bytes > 8 ? bytes - 8 : 0, 'x') + "\"}";
  boost::asio::io_context io(1);
  drydock::http::Options options;
  options.addresses = {"127.0.0.1"};
  options.port = static_cast<std::uint16_t>(arguments.number("--port", 0));
  const auto handler = [&body](drydock::http::Request&&, drydock::http::ReplyFn reply) {
    drydock::http::Response response;
    response.content_type = "application/x-amz-json-1.1";
    response.body = body;
    reply(std::move(response));
  };
  drydock::http::Server server(io, options, handler);
  const auto port = server.listen();
  if (!port) {
    std::fprintf(stderr, "%s\n", port.error().c_str());
    return 1;
  }
  std::printf("listening on port %d\n", *port);
  std::fflush(stdout);
  io.run();
}
