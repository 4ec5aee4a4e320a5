#pragma once
// How far a container's log was read (spec/logs.md section 2.1). Records of stdout and stderr may overtake each other:
// the driver gives a record its time before it has its turn to write. So the last record's time does not say what was
// read; how many records there are since some earlier instant does.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace drydock::instances::docker {

struct LogMark {
  std::int64_t since = 0;    // nanoseconds
  std::uint64_t count = 0;   // records that were read and have that time or a later one
  std::int64_t latest = 0;   // the latest time of a record that was read, in nanoseconds
  std::uint64_t record = 0;  // how many were read in this life; not kept
  // The engine's file that it was read from, and how many bytes of it; 0 when it came through the engine's API.
  std::uint64_t inode = 0;
  std::uint64_t offset = 0;
  friend bool operator==(const LogMark&, const LogMark&) = default;
};

/// Of two marks of one life.
inline const LogMark& earlier(const LogMark& a, const LogMark& b) { return b.record < a.record ? b : a; }

/// The same without its place in a file.
LogMark by_time(const LogMark& mark);
/// "<seconds>.<nanoseconds>", the engine's form. What it then gives includes that instant.
std::string since_text(const LogMark& mark);
std::string to_text(const LogMark& mark);
/// Absent for anything else than to_text made.
std::optional<LogMark> parse_log_mark(std::string_view text);

}  // namespace drydock::instances::docker
