#pragma once
// The binary frames of a channel's websocket between the control plane and an instance on another machine: one byte
// that says what it is, then its text or bytes.

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace drydock::instances::remote {

enum class Frame : char {
  // From the control plane.
  kInput = 'i',
  kSize = 's',  // "rows columns"
  kEndOfInput = 'e',
  kHold = 'h',  // "1" or "0"
  // From the instance.
  kOpened = 'p',
  kOutput = 'o',
  kErrorOutput = 'x',
  kExitCode = 'c',
  kTaken = 't',  // how many bytes of input were taken so far
  kEnd = 'f',    // why it could not begin; empty: it ended by itself
};

inline std::string frame(Frame kind, std::string_view content = {}) {
  std::string out(1, static_cast<char>(kind));
  out += content;
  return out;
}

/// A whole number, and nothing else.
inline std::optional<std::int64_t> number_of(std::string_view text) {
  std::int64_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = parsed.ec == std::errc{} && parsed.ptr == text.data() + text.size();
  return whole ? std::optional(value) : std::nullopt;
}

}  // namespace drydock::instances::remote
