#include "server/task_http/rate_limit.hpp"

#include "server/task_http/replies.hpp"

namespace drydock::task_http {
namespace {

constexpr throttling::Rate kRate{60, 40};  // burst, requests a second
constexpr std::size_t kMostClients = 4096;

}  // namespace

std::optional<http::ReplyFn> RateLimit::admit(const std::string& client, model::Instant now, http::ReplyFn reply) {
  auto limited = [client, reply = std::move(reply)](http::Response response) mutable {
    response.headers.emplace_back("X-Rate-Limit-Limit", "40.00");
    response.headers.emplace_back("X-Rate-Limit-Duration", "1");
    response.headers.emplace_back("X-Rate-Limit-Request-Forwarded-For", "");
    response.headers.emplace_back("X-Rate-Limit-Request-Remote-Addr", client);
    reply(std::move(response));
  };
  if (buckets_.size() >= kMostClients) buckets_.clear();
  if (buckets_.try_emplace(client, kRate, now).first->second.take(now)) return http::ReplyFn(std::move(limited));
  limited(text_response(429, "You have reached maximum request limit."));
  return std::nullopt;
}

}  // namespace drydock::task_http
