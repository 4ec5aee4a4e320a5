#pragma once
// The seeded source of every generated id and every choice that is random by nature.

#include <cstdint>
#include <string>

#include "model/ids.hpp"

namespace drydock::model {

/// splitmix64: small, fast, and the same on every machine for one seed.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
  }
  /// Uniform enough for choices: a number below `bound` (bound > 0).
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }
  Uuid uuid() {
    const std::uint64_t high = next();
    const std::uint64_t low = next();
    // Version and variant bits of a random UUID, so that the dashed form is a valid one.
    return {(high & ~0xF000ULL) | 0x4000ULL, (low & ~(3ULL << 62U)) | (2ULL << 62U)};
  }
  /// A 19-digit number: the form of deployment and task set ids.
  std::uint64_t deployment_digits() { return next() % 9'000'000'000'000'000'000ULL + 1; }
  /// 21 letters, digits, hyphens and underscores: the form of service deployment ids.
  std::string service_deployment_name() {
    constexpr char kLetters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string name(21, ' ');
    for (char& letter : name) letter = kLetters[below(64)];
    return name;
  }

 private:
  std::uint64_t state_;
};

}  // namespace drydock::model
