#pragma once
// From the bytes of the engine's logs endpoint (timestamps=1) to log events and how far they reach.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "instances/docker/logs/event_maker.hpp"
#include "instances/docker/logs/log_mark.hpp"
#include "instances/docker/stream_frames.hpp"

namespace drydock::instances::docker {

class LogReader {
 public:
  /// `from` is where reading begins: what the engine gives again of that instant is skipped. A container with a
  /// terminal has one stream without frames.
  LogReader(EventMaker maker, bool terminal, LogMark from);

  /// False for what is no log stream.
  bool feed(std::string_view data);
  /// The end of the log: nothing is held back.
  void finish();
  /// Events that have waited for more lines since before this instant end.
  void flush_older_than(std::int64_t nanoseconds) { maker_.flush(nanoseconds); }
  [[nodiscard]] bool waits_for_lines() const { return maker_.has_pattern(); }

  std::vector<model::LogLine> take() { return maker_.take(); }
  /// Everything before is in what take() gave; reading may begin again here.
  [[nodiscard]] LogMark reached() const;

 private:
  /// A line whose end has not come yet, of stdout or stderr.
  struct Partial {
    std::string text;
    std::int64_t nanoseconds = 0;
    LogMark before;
    bool open = false;
  };

  void record(std::string_view payload, Partial& partial);
  void terminal_line(std::string_view line);
  void line(std::string_view text, std::int64_t nanoseconds, const LogMark& before);
  /// Splits the timestamp off; false for text without one.
  bool take_time(std::string_view& text, std::int64_t& nanoseconds);
  /// Counts a record; false for one that was read in an earlier life.
  bool count(std::int64_t nanoseconds);

  EventMaker maker_;
  bool terminal_;
  LogMark mark_;
  LogMark skip_;             // records that come again
  std::uint64_t again_ = 0;  // how many of them came
  FrameParser frames_;
  Partial out_;
  Partial err_;
  std::string rest_;    // of a terminal
  std::string second_;  // the time up to the second that was read last, and what it means
  std::int64_t second_nanoseconds_ = 0;
};

}  // namespace drydock::instances::docker
