#pragma once
// Calls of the server's APIs: signed, and repeated until the server can be reached.

#include <expected>
#include <memory>
#include <string>

#include "agent/http_client.hpp"
#include "agent/reach.hpp"
#include "api-spec/generated/types.hpp"
#include "api-spec/runtime/api_error.hpp"
#include "api-spec/runtime/decode.hpp"
#include "api-spec/runtime/encode.hpp"

namespace drydock::agent {

/// Doubles from one wait to the next, up to a limit.
class Backoff {
 public:
  Backoff(std::chrono::milliseconds first, std::chrono::milliseconds longest) : first_(first), longest_(longest) {}
  std::chrono::milliseconds next() {
    const auto wait = next_.count() == 0 ? first_ : next_;
    next_ = std::min(wait * 2, longest_);
    return wait;
  }
  void reset() { next_ = {}; }

 private:
  std::chrono::milliseconds first_;
  std::chrono::milliseconds longest_;
  std::chrono::milliseconds next_{0};
};

class EcsApi {
 public:
  EcsApi(const asio::any_io_executor& executor, const Settings& settings);

  /// The answer's body, or the server's error. While the server cannot be reached the call waits and is sent again;
  /// an error of status 503 without a code says that the agent ends.
  static asio::awaitable<std::expected<std::string, api::ApiError>> call(std::shared_ptr<EcsApi> self,
                                                                         std::string operation, std::string body);
  template <class Response, class Request>
  static asio::awaitable<std::expected<Response, api::ApiError>> call(std::shared_ptr<EcsApi> self,
                                                                      std::string operation, Request request) {
    const auto body = co_await call(self, std::move(operation), api::encode(request));
    if (!body) co_return std::unexpected(body.error());
    auto response = api::decode<Response>(*body);
    if (!response) co_return std::unexpected(api::ApiError::server("the answer cannot be read"));
    co_return std::move(*response);
  }
  /// POST /_drydock/<path> with JSON, repeated likewise, also after a 5xx.
  static asio::awaitable<std::expected<std::string, api::ApiError>> post(std::shared_ptr<EcsApi> self, std::string path,
                                                                         std::string body);
  /// One try of any request, signed.
  static asio::awaitable<std::expected<HttpReply, std::string>> once(std::shared_ptr<EcsApi> self, HttpRequest request);
  /// The headers that sign a websocket's request.
  HeaderList sign_get(const cli::Endpoint& endpoint, const std::string& target) const;

  void close();
  [[nodiscard]] bool closed() const { return closed_; }
  Reach& reach() { return reach_; }

 private:
  const Settings& settings_;
  std::shared_ptr<HttpClient> http_;
  Reach reach_;
  bool closed_ = false;
};

}  // namespace drydock::agent
