#include "instances/docker/logs/log_mark.hpp"

#include <charconv>

namespace drydock::instances::docker {

std::string since_text(const LogMark& mark) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  const std::string nanos = std::to_string(mark.nanoseconds % kSecond);
  return std::to_string(mark.nanoseconds / kSecond) + "." + std::string(9 - nanos.size(), '0') + nanos;
}

std::string to_text(const LogMark& mark) { return std::to_string(mark.nanoseconds) + "/" + std::to_string(mark.count); }

std::optional<LogMark> parse_log_mark(std::string_view text) {
  LogMark mark;
  const char* end = text.data() + text.size();
  const auto time = std::from_chars(text.data(), end, mark.nanoseconds);
  if (time.ec != std::errc{} || time.ptr == end || *time.ptr != '/') return std::nullopt;
  const auto count = std::from_chars(time.ptr + 1, end, mark.count);
  if (count.ec != std::errc{} || count.ptr != end || mark.nanoseconds < 0) return std::nullopt;
  return mark;
}

}  // namespace drydock::instances::docker
