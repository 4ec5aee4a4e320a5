#pragma once
// The operating system's clock. Nothing below server/ reads it.

#include "model/clock.hpp"

namespace drydock::server {

class RealClock final : public model::Clock {
 public:
  [[nodiscard]] model::Instant now() const override {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
  }
};

}  // namespace drydock::server
