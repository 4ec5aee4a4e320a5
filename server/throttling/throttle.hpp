#pragma once
// One bucket for each category in each account and region. It lives in memory: a restart fills every bucket.

#include <map>
#include <string>
#include <string_view>
#include <tuple>

#include "server/throttling/token_bucket.hpp"

namespace drydock::throttling {

class Throttle {
 public:
  /// Takes a token for a call of the operation; false: the call is to be refused with ThrottlingException.
  bool admit(std::string_view account, std::string_view region, std::string_view operation, model::Instant now);

 private:
  // Account, region, and the name of the category or unlisted operation.
  std::map<std::tuple<std::string, std::string, std::string>, TokenBucket> buckets_;
};

}  // namespace drydock::throttling
