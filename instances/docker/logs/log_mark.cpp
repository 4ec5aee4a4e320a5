#include "instances/docker/logs/log_mark.hpp"

#include <algorithm>
#include <charconv>

namespace drydock::instances::docker {
namespace {

/// Takes a number and the slash behind it, if there is one.
template <typename Number>
bool take_number(std::string_view& text, Number& number) {
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || (stopped != end && *stopped != '/')) return false;
  text.remove_prefix(static_cast<std::size_t>(stopped - text.data()) + (stopped == end ? 0 : 1));
  return true;
}

}  // namespace

std::string since_text(const LogMark& mark) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  const std::string nanos = std::to_string(mark.since % kSecond);
  return std::to_string(mark.since / kSecond) + "." + std::string(9 - nanos.size(), '0') + nanos;
}

LogMark by_time(const LogMark& mark) {
  LogMark out = mark;
  out.inode = out.offset = 0;
  return out;
}

std::string to_text(const LogMark& mark) {
  std::string text = std::to_string(mark.since) + "/" + std::to_string(mark.count) + "/" + std::to_string(mark.latest);
  if (mark.inode != 0) text += "/" + std::to_string(mark.inode) + "/" + std::to_string(mark.offset);
  return text;
}

std::optional<LogMark> parse_log_mark(std::string_view text) {
  LogMark mark;
  const auto parts = 1 + std::ranges::count(text, '/');
  if (!take_number(text, mark.since) || mark.since < 0 || !take_number(text, mark.count)) return std::nullopt;
  // Earlier versions counted the records of the last instant.
  mark.latest = mark.since;
  const bool has_latest = parts == 3 || parts == 5;
  if (has_latest && !take_number(text, mark.latest)) return std::nullopt;
  if (text.empty()) return mark;
  if (!take_number(text, mark.inode) || !take_number(text, mark.offset) || !text.empty()) return std::nullopt;
  return mark;
}

}  // namespace drydock::instances::docker
