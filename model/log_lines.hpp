#pragma once
// The lines of log streams as operations and instances see them. They are too many for State: whoever keeps them
// (storage/logs) fills in these functions.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/clock.hpp"
#include "model/ids.hpp"

namespace drydock::model {

/// One event to be stored.
struct LogLine {
  Instant at{};
  std::string text;
};

/// Place of an event among all events: by time, events of one time in the order of their arrival.
struct LogPosition {
  Instant at{};
  std::uint64_t id = 0;
  friend auto operator<=>(const LogPosition&, const LogPosition&) = default;
};

/// One stored event, while it is being looked at.
struct LogEvent {
  LogPosition position;  // the id is unique in this Drydock and never changes
  LogStreamId stream;
  Instant ingested_at{};
  std::string_view text;
};

/// What is known of a stream's events without reading them.
struct LogStreamFacts {
  Instant first_at{};  // never: the stream is empty
  Instant last_at{};
  Instant last_ingested_at{};
  std::uint64_t bytes = 0;
};

struct LogQuery {
  std::vector<LogStreamId> streams;
  Instant from{};                     // inclusive
  Instant until{Instant::max()};      // exclusive
  std::optional<LogPosition> beyond;  // only events after this one, or before it when read backward
  bool backward = false;
  std::uint64_t most_bytes = 16ULL << 20;  // a longer search ends early
};

enum class LogReading : std::uint8_t { kComplete, kEnded, kTooLong };

struct LogLines {
  /// Stores events of one stream, in this order, all with this time of ingestion.
  std::function<void(LogStreamId, std::vector<LogLine>, Instant ingested_at)> append;
  std::function<LogStreamFacts(LogStreamId)> facts;
  /// Calls `visit` with each event in the order of positions until it returns false (kEnded). kTooLong: `reached` is
  /// the last position that was looked at.
  std::function<LogReading(const LogQuery&, const std::function<bool(const LogEvent&)>& visit, LogPosition& reached)>
      read;
};

}  // namespace drydock::model
