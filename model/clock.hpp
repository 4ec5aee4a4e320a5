#pragma once
// Time as a parameter: nothing below server/ reads the operating system's clock.

#include <chrono>
#include <cstdint>

namespace drydock::model {

/// Milliseconds since the epoch, the resolution of ECS's timestamps. Instant{} means "never".
using Instant = std::chrono::sys_time<std::chrono::milliseconds>;
using Duration = std::chrono::milliseconds;

class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;
  [[nodiscard]] virtual Instant now() const = 0;
};

/// Time that stands still until it is told to move.
class VirtualClock final : public Clock {
 public:
  explicit VirtualClock(Instant start) : now_(start) {}
  [[nodiscard]] Instant now() const override { return now_; }
  void advance(Duration by) { now_ += by; }
  void advance_to(Instant to) {
    if (to > now_) now_ = to;
  }

 private:
  Instant now_;
};

}  // namespace drydock::model
