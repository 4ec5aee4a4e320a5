#include "cli/engine_logs.hpp"

#include <cstdlib>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <nlohmann/json.hpp>

namespace drydock::cli {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

constexpr std::uint64_t kLongestLog = 1ULL << 30;

Result<http::response<http::string_body>> ask(const std::string& target) {
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
  parser.body_limit(kLongestLog);
  if (!error) http::read(socket, buffer, parser, error);
  if (error && error != http::error::end_of_stream) return failed("the Docker engine broke off: " + error.message());
  return parser.release();
}

std::string message_in(const std::string& body) {
  const nlohmann::json parsed = nlohmann::json::parse(body, nullptr, false);
  return parsed.is_object() ? parsed.value("message", body) : body;
}

/// "2025-01-01T00:00:00.123456789Z text"
void add_line(std::string_view line, std::vector<EngineLine>& lines) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos) return;
  lines.push_back({std::string(line.substr(0, space)), std::string(line.substr(space + 1))});
}

void add_text(std::string_view text, std::vector<EngineLine>& lines) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    add_line(text.substr(0, end), lines);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
}

}  // namespace

std::string engine_socket() {
  const char* host = std::getenv("DOCKER_HOST");
  constexpr std::string_view kUnix = "unix://";
  const std::string_view given = host == nullptr ? "" : host;
  return given.starts_with(kUnix) ? std::string(given.substr(kUnix.size())) : "/var/run/docker.sock";
}

std::vector<EngineLine> parse_engine_log(std::string_view body, bool framed) {
  constexpr std::size_t kHead = 8;
  constexpr std::size_t kSizeAt = 4;
  std::vector<EngineLine> lines;
  if (!framed) {
    add_text(body, lines);
    return lines;
  }
  while (body.size() >= kHead) {
    std::size_t size = 0;
    for (std::size_t i = kSizeAt; i < kHead; ++i) size = size * 256 + static_cast<unsigned char>(body[i]);
    body.remove_prefix(kHead);
    add_text(body.substr(0, size), lines);
    body.remove_prefix(std::min(size, body.size()));
  }
  return lines;
}

Result<std::vector<EngineLine>> engine_log_lines(const std::string& container, std::string_view after) {
  std::string target = "/containers/" + container + "/logs?stdout=1&stderr=1&timestamps=1";
  if (!after.empty()) target += "&since=" + std::string(after);
  const auto answer = ask(target);
  if (!answer) return std::unexpected(answer.error());
  if (answer->result_int() == 404) return std::vector<EngineLine>{};  // removed meanwhile
  if (answer->result_int() != 200) return failed("the Docker engine has no log: " + message_in(answer->body()));
  // Engines before API 1.42 do not name the kind of stream; a frame begins with its stream's number and three zeros.
  const std::string& body = answer->body();
  const bool framed = body.size() >= 4 && body[0] >= 0 && body[0] <= 2 && body[1] == 0 && body[2] == 0 && body[3] == 0;
  auto lines = parse_engine_log(body, framed);
  std::erase_if(lines, [after](const EngineLine& line) { return line.timestamp <= after; });
  return lines;
}

Result<std::string> engine_version() {
  const auto answer = ask("/version");
  if (!answer) return std::unexpected(answer.error());
  const nlohmann::json version = nlohmann::json::parse(answer->body(), nullptr, false);
  if (answer->result_int() != 200 || !version.is_object()) return failed("what answers there is no Docker engine");
  return version.value("Version", "?");
}

}  // namespace drydock::cli
