#include "server/upstream/upstream.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

#include "server/api/services.hpp"
#include "server/hooks/hook_targets.hpp"
#include "server/wire/authorization.hpp"

namespace drydock::server {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
using Error = boost::system::error_code;
using Field = bhttp::field;

/// Fields of one connection, not of the message that crosses it.
bool is_hop_by_hop(Field field, std::string_view name) {
  constexpr std::array kFields = {Field::connection,
                                  Field::keep_alive,
                                  Field::proxy_authenticate,
                                  Field::te,
                                  Field::trailer,
                                  Field::transfer_encoding,
                                  Field::upgrade,
                                  Field::expect,
                                  Field::content_length,
                                  Field::proxy_connection,
                                  Field::proxy_authorization};
  return std::ranges::find(kFields, field) != kFields.end() || beast::iequals(name, "keep-alive");
}

/// One request and its answer; keeps itself alive until it is over.
class Exchange : public std::enable_shared_from_this<Exchange> {
 public:
  Exchange(asio::io_context& io, const UpstreamOptions& options, const http::Request& request, http::ReplyFn reply,
           std::shared_ptr<std::size_t> in_flight)
      : resolver_(io), stream_(io), options_(options), reply_(std::move(reply)), in_flight_(std::move(in_flight)) {
    ++*in_flight_;
    request_.method(request.method);
    request_.target(request.target);
    request_.version(11);
    for (std::size_t i = 0; i < request.headers.size(); ++i) {
      const auto name = request.headers.name(i);
      if (!is_hop_by_hop(bhttp::string_to_field(name), name)) request_.insert(name, request.headers.value(i));
    }
    request_.set(Field::connection, "close");
    request_.body() = request.body;
    request_.prepare_payload();
    answer_.body_limit(options_.max_answer_bytes);
    answer_.skip(request.method == bhttp::verb::head);
  }
  ~Exchange() { --*in_flight_; }
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  void start() {
    stream_.expires_after(options_.connect_timeout);
    resolver_.async_resolve(options_.host, options_.port, [self = shared_from_this()](Error error, const auto& found) {
      if (error) return self->fail(error, "find");
      self->stream_.async_connect(found, [self](Error failed, const auto&) {
        if (failed) return self->fail(failed, "connect to");
        self->exchange();
      });
    });
  }

 private:
  void exchange() {
    stream_.expires_after(options_.exchange_timeout);
    bhttp::async_write(stream_, request_, [self = shared_from_this()](Error error, std::size_t) {
      if (error) return self->fail(error, "send to");
      bhttp::async_read(self->stream_, self->buffer_, self->answer_, [self](Error failed, std::size_t) {
        if (failed) return self->fail(failed, "read from");
        self->answer();
      });
    });
  }

  void answer() {
    auto& message = answer_.get();
    http::Response response;
    response.status = message.result_int();
    for (const auto& field : message) {
      if (field.name() == Field::content_type) {
        response.content_type = field.value();
      } else if (field.name() != Field::date && !is_hop_by_hop(field.name(), field.name_string())) {
        response.headers.emplace_back(field.name_string(), field.value());
      }
    }
    response.body = std::move(message.body());
    finish(std::move(response));
  }

  void fail(const Error& error, const char* what) {
    const bool late = error == beast::error::timeout;
    const std::string text = std::string("Drydock cannot ") + what + " the upstream " + options_.url + ": " +
                             (late ? "it takes too long" : error.message());
    spdlog::warn("{}", text);
    finish(http::error_response(late ? 504 : 502, late ? "UpstreamTimeout" : "UpstreamUnavailable", text));
  }

  void finish(http::Response response) {
    Error ignored;
    stream_.socket().close(ignored);
    std::exchange(reply_, {})(std::move(response));
  }

  asio::ip::tcp::resolver resolver_;
  beast::tcp_stream stream_;
  UpstreamOptions options_;
  http::ReplyFn reply_;
  std::shared_ptr<std::size_t> in_flight_;
  bhttp::request<bhttp::string_body> request_;
  beast::flat_buffer buffer_;
  bhttp::response_parser<bhttp::string_body> answer_;
};

}  // namespace

std::expected<UpstreamOptions, std::string> parse_upstream(const std::string& url) {
  const auto target = parse_hook_target(url, false);
  if (!target || target->kind != HookTarget::Kind::kUrl || target->path != "/") {
    return std::unexpected("\"" + url + "\" is not a URL like http://127.0.0.1:4567, without a path");
  }
  UpstreamOptions options;
  options.url = url;
  options.host = target->host;
  options.port = target->port;
  return options;
}

bool is_signed_for_another(const http::Request& request) {
  const auto read = wire::authorization_of(request.headers[Field::authorization], request.target);
  return read && *read && !(*read)->service.empty() && !is_spoken((*read)->service);
}

void Upstream::forward(const http::Request& request, http::ReplyFn reply) {
  if (*in_flight_ >= options_.max_in_flight) {
    return reply(http::error_response(503, "TooManyRequestsException",
                                      "Too many requests wait for the upstream " + options_.url + "."));
  }
  spdlog::debug("to the upstream: {} {}", std::string(bhttp::to_string(request.method)),
                request.target.substr(0, request.target.find('?')));
  std::make_shared<Exchange>(io_, options_, request, std::move(reply), in_flight_)->start();
}

}  // namespace drydock::server
