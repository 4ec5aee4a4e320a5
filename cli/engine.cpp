#include "cli/engine.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <nlohmann/json.hpp>

namespace drydock::cli {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

constexpr std::uint64_t kLongestAnswer = 1ULL << 30;  // a container's log

}  // namespace

std::string engine_socket() {
  const char* host = std::getenv("DOCKER_HOST");
  constexpr std::string_view kUnix = "unix://";
  const std::string_view given = host == nullptr ? "" : host;
  return given.starts_with(kUnix) ? std::string(given.substr(kUnix.size())) : "/var/run/docker.sock";
}

Result<EngineAnswer> ask_engine(const std::string& target) {
  asio::io_context io;
  asio::local::stream_protocol::socket socket(io);
  boost::system::error_code error;
  const std::string path = engine_socket();
  socket.connect(asio::local::stream_protocol::endpoint(path), error);
  if (error) {
    return failed("no Docker engine at " + path + " (" + error.message() + ")",
                  error == asio::error::access_denied ? "Your user may not use it: sudo usermod -aG docker \"$USER\""
                                                      : "Start it, or say where it is with DOCKER_HOST=unix://...");
  }
  http::request<http::empty_body> request(http::verb::get, target, 11);
  request.set(http::field::host, "docker");
  request.set(http::field::connection, "close");
  http::write(socket, request, error);
  boost::beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.body_limit(kLongestAnswer);
  if (!error) http::read(socket, buffer, parser, error);
  if (error && error != http::error::end_of_stream) return failed("the Docker engine broke off: " + error.message());
  return EngineAnswer{static_cast<int>(parser.get().result_int()), std::move(parser.get().body())};
}

Result<std::string> engine_version() {
  const auto answer = ask_engine("/version");
  if (!answer) return std::unexpected(answer.error());
  const nlohmann::json version = nlohmann::json::parse(answer->body, nullptr, false);
  if (answer->status != 200 || !version.is_object()) return failed("what answers there is no Docker engine");
  return version.value("Version", "?");
}

}  // namespace drydock::cli
