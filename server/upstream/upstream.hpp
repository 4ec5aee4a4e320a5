#pragma once
// Another emulator behind this one (--upstream): requests for services that Drydock does not speak go there as they
// came, and its answers come back as they are (spec/adjuncts.md section 0).

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "server/http/message.hpp"

namespace drydock::server {

struct UpstreamOptions {
  std::string url;  // as the user gave it
  std::string host;
  std::string port;
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds exchange_timeout{60'000};  // from connected to the end of the answer
  std::uint64_t max_answer_bytes = std::uint64_t{64} * 1024 * 1024;
  std::size_t max_in_flight = 256;
};

/// http://HOST[:PORT]; the paths are the requests' own. The error says what is wrong with the text.
std::expected<UpstreamOptions, std::string> parse_upstream(const std::string& url);

/// Whether a request that is none of Drydock's JSON or query calls (so one of a REST API) is signed for a service that
/// Drydock does not speak.
bool is_signed_for_another(const http::Request& request);

class Upstream {
 public:
  Upstream(boost::asio::io_context& io, UpstreamOptions options) : io_(io), options_(std::move(options)) {}

  /// Sends the request on and answers with what comes back. Errors: 502 UpstreamUnavailable, 504 UpstreamTimeout, 503
  /// TooManyRequestsException (in flight).
  void forward(const http::Request& request, http::ReplyFn reply);

 private:
  boost::asio::io_context& io_;
  UpstreamOptions options_;
  std::shared_ptr<std::size_t> in_flight_ = std::make_shared<std::size_t>(0);
};

}  // namespace drydock::server
