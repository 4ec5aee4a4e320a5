#pragma once
// The token bucket of ECS's request throttling (spec/quotas.md section 2): pure, time comes from the caller.

#include <cstdint>

#include "model/clock.hpp"

namespace drydock::throttling {

/// How many calls may come at once, and how many a second in the long run. Both at least 1.
struct Rate {
  std::int64_t burst;
  std::int64_t per_second;
};

class TokenBucket {
 public:
  /// Full at `now`.
  TokenBucket(Rate rate, model::Instant now) : rate_(rate), thousandths_(rate.burst * 1000), filled_at_(now) {}

  /// Takes one token; false when there is none. Time that goes backwards refills nothing.
  bool take(model::Instant now) {
    refill(now);
    if (thousandths_ < 1000) return false;
    thousandths_ -= 1000;
    return true;
  }

 private:
  /// A token a second is a thousandth of a token a millisecond: no fraction is ever lost.
  void refill(model::Instant now) {
    if (now <= filled_at_) return;
    const std::int64_t capacity = rate_.burst * 1000;
    const std::int64_t missing = capacity - thousandths_;
    // Divided instead of multiplied: the time since may be anything.
    const std::int64_t needed = (missing + rate_.per_second - 1) / rate_.per_second;
    const std::int64_t elapsed = (now - filled_at_).count();
    thousandths_ = elapsed >= needed ? capacity : thousandths_ + elapsed * rate_.per_second;
    filled_at_ = now;
  }

  Rate rate_;
  std::int64_t thousandths_;
  model::Instant filled_at_;
};

}  // namespace drydock::throttling
