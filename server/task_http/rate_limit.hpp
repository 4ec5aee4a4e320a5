#pragma once
// How often a container may ask, and the headers that tell it: as AWS's agent does.

#include <map>
#include <optional>
#include <string>

#include "server/http/message.hpp"
#include "server/throttling/token_bucket.hpp"

namespace drydock::task_http {

class RateLimit {
 public:
  /// `now` may be of any clock, always the same one. Returns a reply that adds the headers; nothing when the client
  /// asks too often, which it has been answered then.
  std::optional<http::ReplyFn> admit(const std::string& client, model::Instant now, http::ReplyFn reply);

 private:
  std::map<std::string, throttling::TokenBucket> buckets_;  // by client address
};

}  // namespace drydock::task_http
