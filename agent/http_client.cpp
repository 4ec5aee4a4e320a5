#include "agent/http_client.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

namespace drydock::agent {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr std::uint64_t kLongestAnswer = std::uint64_t{64} << 20;
constexpr std::size_t kMostIdle = 8;

using BeastRequest = http::request<http::string_body>;

BeastRequest beast_request(const HttpRequest& request, const std::string& host) {
  BeastRequest made(http::string_to_verb(request.method), request.target, 11);
  made.set(http::field::host, host);
  made.set(http::field::user_agent, "drydock-agent");
  for (const auto& [name, value] : request.headers) made.set(name, value);
  made.body() = request.body;
  made.prepare_payload();
  return made;
}

}  // namespace

struct HttpClient::Connection {
  explicit Connection(const asio::any_io_executor& executor) : stream(executor), resolver(executor) {}

  asio::awaitable<boost::system::error_code> connect(cli::Endpoint endpoint) {
    const auto [unresolved, found] = co_await resolver.async_resolve(endpoint.host, endpoint.port, kAwait);
    if (unresolved) co_return unresolved;
    const auto [error, where] = co_await stream.async_connect(found, kAwait);
    boost::system::error_code ignored;
    if (!error) stream.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
    co_return error;
  }

  void drop() {
    resolver.cancel();
    boost::system::error_code ignored;
    stream.socket().close(ignored);
  }

  beast::tcp_stream stream;
  asio::ip::tcp::resolver resolver;
  beast::flat_buffer buffer;
};

std::string authority_of(const cli::Endpoint& endpoint) {
  const bool ipv6 = endpoint.host.find(':') != std::string::npos;
  return (ipv6 ? "[" + endpoint.host + "]" : endpoint.host) + ":" + endpoint.port;
}

HttpClient::HttpClient(asio::any_io_executor executor, cli::Endpoint endpoint)
    : executor_(std::move(executor)), endpoint_(std::move(endpoint)) {}

HttpClient::~HttpClient() { close(); }

void HttpClient::close() {
  closed_ = true;
  idle_.clear();
  for (const auto& one : active_) {
    if (const auto connection = one.lock()) connection->drop();
  }
}

asio::awaitable<std::expected<HttpReply, std::string>> HttpClient::call(std::shared_ptr<HttpClient> self,
                                                                        HttpRequest request) {
  const BeastRequest whole = beast_request(request, authority_of(self->endpoint_));
  while (!self->closed_) {
    const bool reused = !self->idle_.empty();
    ConnectionPtr connection = reused ? self->idle_.back() : std::make_shared<Connection>(self->executor_);
    if (reused) self->idle_.pop_back();
    std::erase_if(self->active_, [](const auto& one) { return one.expired(); });
    self->active_.push_back(connection);
    connection->stream.expires_after(request.timeout);
    boost::system::error_code error;
    if (!reused) error = co_await connection->connect(self->endpoint_);
    if (error) co_return std::unexpected(error.message());
    std::tie(error, std::ignore) = co_await http::async_write(connection->stream, whole, kAwait);
    http::response_parser<http::string_body> parser;
    parser.body_limit(kLongestAnswer);
    if (!error) {
      std::tie(error, std::ignore) = co_await http::async_read(connection->stream, connection->buffer, parser, kAwait);
    }
    if (error) {
      connection->drop();
      // The server closes connections that nobody uses.
      if (reused && error != beast::error::timeout) continue;
      co_return std::unexpected(error.message());
    }
    HttpReply reply;
    reply.status = static_cast<int>(parser.get().result_int());
    const auto type = parser.get()[http::field::content_type];
    reply.content_type.assign(type.data(), type.size());
    reply.body = std::move(parser.get().body());
    connection->stream.expires_never();
    if (parser.get().keep_alive() && !self->closed_ && self->idle_.size() < kMostIdle) {
      self->idle_.push_back(connection);
    }
    co_return reply;
  }
  co_return std::unexpected(std::string("the agent ends"));
}

}  // namespace drydock::agent
