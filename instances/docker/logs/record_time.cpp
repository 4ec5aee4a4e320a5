#include "instances/docker/logs/record_time.hpp"

#include <chrono>

#include "instances/docker/timestamps.hpp"

namespace drydock::instances::docker {
namespace {

constexpr std::size_t kSecondDigits = 19;  // 2026-11-22T16:10:53
constexpr std::size_t kLongestTime = 40;

}  // namespace

std::optional<std::int64_t> RecordTime::nanoseconds(std::string_view text) {
  if (text.size() <= kSecondDigits || text.size() > kLongestTime) return std::nullopt;
  const bool utc = text.back() == 'Z';
  if (utc && text[kSecondDigits] == '.' && text.substr(0, kSecondDigits) == second_) {
    std::int64_t fraction = 0;
    std::int64_t unit = 100'000'000;
    for (std::size_t i = kSecondDigits + 1; i + 1 < text.size(); ++i, unit /= 10) fraction += (text[i] - '0') * unit;
    return second_nanoseconds_ + fraction;
  }
  const auto parsed = parse_rfc3339(text);
  if (!parsed) return std::nullopt;
  const auto all = std::chrono::duration_cast<std::chrono::nanoseconds>(parsed->time_since_epoch()).count();
  if (utc) {
    second_ = text.substr(0, kSecondDigits);
    second_nanoseconds_ = all / 1'000'000'000 * 1'000'000'000;
  }
  return all;
}

}  // namespace drydock::instances::docker
