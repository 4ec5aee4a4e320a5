#pragma once
// How far a container's log was read: the engine's `since` includes its instant, so that the records of that instant
// are counted (spec/logs.md section 2.1).

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace drydock::instances::docker {

struct LogMark {
  std::int64_t nanoseconds = 0;  // of the last record
  std::uint64_t count = 0;       // records of that instant
  std::uint64_t record = 0;      // how many were read in this life; not kept
  // The engine's file that it was read from, and how many bytes of it; 0 when it came through the engine's API.
  std::uint64_t inode = 0;
  std::uint64_t offset = 0;
  friend auto operator<=>(const LogMark&, const LogMark&) = default;

  /// The mark after one more record. Records of stdout and stderr may overtake each other by a moment: an older one
  /// does not take the mark back, or what came before it would be read twice.
  void step(std::int64_t at) {
    ++record;
    if (at < nanoseconds) return;
    count = at == nanoseconds ? count + 1 : 1;
    nanoseconds = at;
  }
};

/// The same without its place in a file.
LogMark by_time(const LogMark& mark);
/// "<seconds>.<nanoseconds>", the engine's form.
std::string since_text(const LogMark& mark);
std::string to_text(const LogMark& mark);
/// Absent for anything else than to_text made.
std::optional<LogMark> parse_log_mark(std::string_view text);

}  // namespace drydock::instances::docker
