#pragma once
// From what the engine says of a container's log to log events and how far they reach: the bytes of its logs endpoint
// (timestamps=1), or those of the file of its json-file driver.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "instances/docker/logs/event_maker.hpp"
#include "instances/docker/logs/file_record.hpp"
#include "instances/docker/logs/log_progress.hpp"
#include "instances/docker/logs/record_time.hpp"
#include "instances/docker/stream_frames.hpp"

namespace drydock::instances::docker {

class LogReader {
 public:
  /// `from` is where reading begins: a place in a file that the next bytes continue, or else an instant; of what was
  /// read since then what comes again is skipped. A container with a terminal has one stream without frames.
  LogReader(EventMaker maker, bool terminal, LogMark from);

  /// Bytes of the endpoint. False for what is no log stream.
  bool feed(std::string_view data);
  /// Bytes of a file, from its beginning or its mark on. False for what is no file of the driver.
  bool feed_file(std::string_view data, std::uint64_t inode);
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

  void record(std::string_view text, bool ends, std::int64_t nanoseconds, Partial& partial);
  void frame(StreamKind stream, std::string_view payload);
  void terminal_line(std::string_view line);
  void file_line(std::string_view line);
  Partial& partial(StreamKind stream) { return stream == StreamKind::kStderr ? err_ : out_; }
  void line(std::string_view text, std::int64_t nanoseconds, const LogMark& before);
  /// Splits the timestamp off; false for text without one.
  bool take_time(std::string_view& text, std::int64_t& nanoseconds);
  /// Counts a record; false for one that was read in an earlier life.
  bool count(std::int64_t nanoseconds);

  EventMaker maker_;
  bool terminal_;
  LogProgress progress_;
  LogMark skip_;             // records that come again
  std::uint64_t again_ = 0;  // how many of them came
  bool passed_ = false;      // none comes any more
  FrameParser frames_;
  Partial out_;
  Partial err_;
  std::string rest_;  // the beginning of a line of a terminal or a file
  std::string unescaped_;
  RecordTime time_;
};

}  // namespace drydock::instances::docker
