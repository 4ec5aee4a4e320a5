#include "instances/docker/engine_http.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

namespace drydock::instances::docker {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using error_code = boost::system::error_code;

namespace {

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kMaxIdleConnections = 16;
constexpr std::uint64_t kMaxBody = 64ULL << 20;
constexpr std::size_t kMaxLine = 1ULL << 20;
constexpr std::size_t kLineChunk = 16U << 10;
constexpr std::size_t kDataChunk = 256U << 10;

using Stream = beast::basic_stream<asio::local::stream_protocol, asio::any_io_executor, beast::unlimited_rate_policy>;
using Request = http::request<http::string_body>;

/// As Go prints a duration, which is what ECS's messages contain: 3m0s.
std::string duration_text(std::chrono::milliseconds timeout) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(timeout).count();
  std::string text = std::to_string(seconds % 60) + "s";
  if (seconds >= 60) text = std::to_string(seconds / 60 % 60) + "m" + text;
  if (seconds >= 3600) text = std::to_string(seconds / 3600) + "h" + text;
  return text;
}

Request make_request(const HttpCall& call) {
  Request request(http::string_to_verb(call.method), call.target, 11);
  request.set(http::field::host, "docker");
  request.set(http::field::user_agent, "drydock");
  if (!call.body.empty()) request.set(http::field::content_type, "application/json");
  for (const auto& [name, value] : call.headers) request.set(name, value);
  request.body() = call.body;
  request.prepare_payload();
  return request;
}

/// Hands complete lines of a growing text to a callback.
class LineSplitter {
 public:
  void feed(std::string_view data, const std::function<void(std::string_view)>& on_line) {
    rest_.append(data);
    std::size_t begin = 0;
    for (std::size_t end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n', begin)) {
      deliver(std::string_view(rest_).substr(begin, end - begin), on_line);
      begin = end + 1;
    }
    rest_.erase(0, begin);
    if (rest_.size() > kMaxLine) rest_.clear();
  }
  void finish(const std::function<void(std::string_view)>& on_line) {
    deliver(rest_, on_line);
    rest_.clear();
  }

 private:
  static void deliver(std::string_view line, const std::function<void(std::string_view)>& on_line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty()) on_line(line);
  }
  std::string rest_;
};

}  // namespace

struct UnixHttpClient::Connection {
  explicit Connection(const asio::any_io_executor& executor) : stream(executor) {}
  Stream stream;
  beast::flat_buffer buffer;
  bool reused = false;
};

/// One request on its way: ties the canceller to the connection and names what went wrong.
struct UnixHttpClient::Exchange {
  Exchange(UnixHttpClient& owner, std::shared_ptr<Connection> link, std::shared_ptr<Canceller> stop)
      : connection(std::move(link)), canceller(std::move(stop)) {
    std::erase_if(owner.active_, [](const auto& entry) { return entry.expired(); });
    owner.active_.push_back(connection);
    if (canceller)
      canceller->on_cancel([target = std::weak_ptr(connection)] {
        if (auto open = target.lock()) open->stream.close();
      });
  }
  ~Exchange() {
    if (canceller) canceller->on_cancel(nullptr);
  }
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  EngineError failure(const UnixHttpClient& owner, error_code ec, std::chrono::milliseconds timeout) const {
    if (owner.stopped_ || (canceller && canceller->cancelled()))
      return EngineError{EngineError::Kind::kCancelled, 0, "cancelled"};
    if (ec == beast::error::timeout)
      return EngineError{EngineError::Kind::kTimeout, 0, "timed out after waiting " + duration_text(timeout)};
    return EngineError{EngineError::Kind::kUnreachable, 0,
                       "Docker engine at " + owner.socket_path_ + ": " + ec.message()};
  }

  std::shared_ptr<Connection> connection;
  std::shared_ptr<Canceller> canceller;
};

UnixHttpClient::UnixHttpClient(asio::any_io_executor executor, std::string socket_path)
    : executor_(std::move(executor)), socket_path_(std::move(socket_path)) {}

UnixHttpClient::~UnixHttpClient() = default;

void UnixHttpClient::shutdown() {
  stopped_ = true;
  idle_.clear();
  for (const auto& entry : active_) {
    if (auto connection = entry.lock()) connection->stream.close();
  }
  active_.clear();
}

std::shared_ptr<UnixHttpClient::Connection> UnixHttpClient::take_idle() {
  if (idle_.empty()) return nullptr;
  auto connection = std::move(idle_.back());
  idle_.pop_back();
  connection->reused = true;
  return connection;
}

void UnixHttpClient::keep(std::shared_ptr<Connection> connection) {
  if (stopped_ || idle_.size() >= kMaxIdleConnections) return;
  connection->stream.expires_never();
  std::erase_if(active_, [&](const auto& entry) { return entry.lock() == connection; });
  idle_.push_back(std::move(connection));
}

asio::awaitable<std::expected<std::shared_ptr<UnixHttpClient::Connection>, EngineError>> UnixHttpClient::connect(
    std::chrono::milliseconds timeout) {
  auto connection = std::make_shared<Connection>(executor_);
  if (timeout.count() > 0) connection->stream.expires_after(timeout);
  const asio::local::stream_protocol::endpoint endpoint(socket_path_);
  auto [ec] = co_await connection->stream.async_connect(endpoint, kAwait);
  if (ec) {
    EngineError error;
    error.kind = stopped_ ? EngineError::Kind::kCancelled : EngineError::Kind::kUnreachable;
    error.message = "cannot connect to the Docker engine at " + socket_path_ + ": " + ec.message();
    co_return std::unexpected(std::move(error));
  }
  co_return connection;
}

asio::awaitable<std::expected<HttpAnswer, EngineError>> UnixHttpClient::call(HttpCall call,
                                                                             std::shared_ptr<Canceller> canceller) {
  Request request = make_request(call);
  while (true) {
    if (stopped_ || (canceller && canceller->cancelled()))
      co_return std::unexpected(EngineError{EngineError::Kind::kCancelled, 0, "cancelled"});
    auto connection = take_idle();
    if (!connection) {
      auto connected = co_await connect(call.timeout);
      if (!connected) co_return std::unexpected(std::move(connected.error()));
      connection = std::move(*connected);
    }
    Exchange exchange(*this, connection, canceller);
    if (call.timeout.count() > 0) connection->stream.expires_after(call.timeout);
    http::response_parser<http::string_body> parser;
    parser.body_limit(kMaxBody);
    auto [write_error, written] = co_await http::async_write(connection->stream, request, kAwait);
    error_code ec = write_error;
    if (!ec) {
      auto [read_error, read] = co_await http::async_read(connection->stream, connection->buffer, parser, kAwait);
      ec = read_error;
    }
    if (!ec) {
      HttpAnswer answer;
      answer.status = static_cast<int>(parser.get().result_int());
      const bool alive = parser.get().keep_alive();
      answer.body = std::move(parser.get().body());
      if (alive) keep(std::move(connection));
      co_return answer;
    }
    EngineError error = exchange.failure(*this, ec, call.timeout);
    // The engine closes idle connections: what it never read is sent again, on a new one.
    if (error.kind == EngineError::Kind::kUnreachable && connection->reused && !parser.got_some()) continue;
    co_return std::unexpected(std::move(error));
  }
}

asio::awaitable<std::expected<HttpAnswer, EngineError>> UnixHttpClient::stream(HttpCall call, StreamHandling handling,
                                                                               std::shared_ptr<Canceller> canceller) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point deadline = call.timeout.count() > 0 ? Clock::now() + call.timeout : Clock::time_point::max();
  std::chrono::milliseconds limit{0};  // of the operation in progress, for the error text
  const auto arm = [&](Stream& stream, std::chrono::milliseconds inactivity) {
    auto until = inactivity.count() > 0 ? std::min(deadline, Clock::now() + inactivity) : deadline;
    limit = until == deadline ? call.timeout : inactivity;
    if (until == Clock::time_point::max())
      stream.expires_never();
    else
      stream.expires_at(until);
  };

  if (stopped_ || (canceller && canceller->cancelled()))
    co_return std::unexpected(EngineError{EngineError::Kind::kCancelled, 0, "cancelled"});
  auto connected = co_await connect(std::chrono::seconds(30));
  if (!connected) co_return std::unexpected(std::move(connected.error()));
  std::shared_ptr<Connection> connection = std::move(*connected);
  Exchange exchange(*this, connection, canceller);
  Request request = make_request(call);
  arm(connection->stream, handling.inactivity);
  auto [write_error, written] = co_await http::async_write(connection->stream, request, kAwait);
  if (write_error) co_return std::unexpected(exchange.failure(*this, write_error, limit));

  http::response_parser<http::buffer_body> parser;
  parser.body_limit(boost::none);
  auto [header_error, header_size] =
      co_await http::async_read_header(connection->stream, connection->buffer, parser, kAwait);
  if (header_error) co_return std::unexpected(exchange.failure(*this, header_error, limit));
  HttpAnswer answer;
  answer.status = static_cast<int>(parser.get().result_int());
  const bool accepted = answer.status < 300;
  if (accepted && handling.on_open) handling.on_open();

  LineSplitter lines;
  std::vector<char> chunk(handling.on_data ? kDataChunk : kLineChunk);
  while (!parser.is_done()) {
    if (handling.before_read) co_await handling.before_read();
    parser.get().body().data = chunk.data();
    parser.get().body().size = chunk.size();
    parser.get().body().more = true;
    arm(connection->stream, handling.inactivity);
    auto [ec, size] = co_await http::async_read_some(connection->stream, connection->buffer, parser, kAwait);
    if (ec == http::error::need_buffer) ec = {};
    const std::string_view data(chunk.data(), chunk.size() - parser.get().body().size);
    bool wanted = true;
    if (accepted && handling.on_data)
      wanted = handling.on_data(data);
    else if (accepted)
      lines.feed(data, handling.on_line);
    else if (answer.body.size() < kMaxLine)
      answer.body.append(data);
    if (ec) co_return std::unexpected(exchange.failure(*this, ec, limit));
    if (!wanted) break;
  }
  if (accepted && !handling.on_data) lines.finish(handling.on_line);
  co_return answer;
}

}  // namespace drydock::instances::docker
