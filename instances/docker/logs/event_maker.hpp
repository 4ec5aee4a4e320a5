#pragma once
// From lines to log events: one each, or several lines in one where a pattern says how an event begins
// (spec/logs.md section 2.2).

#include <boost/regex.hpp>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "instances/docker/logs/log_mark.hpp"
#include "model/log_lines.hpp"

namespace drydock::instances::docker {

class EventMaker {
 public:
  /// An empty pattern: every line is an event. Error text for what is no regular expression.
  static std::expected<EventMaker, std::string> make(const std::string& event_start);

  /// One line without its end. `before` is how far the log was read before the line began.
  void line(std::string_view text, std::int64_t nanoseconds, const LogMark& before);
  /// Ends an event that waits for more lines, if it began before this instant.
  void flush(std::int64_t begun_before_nanoseconds = INT64_MAX);
  /// Where reading must begin again so that the event that waits is not lost; none when none waits.
  [[nodiscard]] const std::optional<LogMark>& waits_since() const { return waits_since_; }
  [[nodiscard]] bool has_pattern() const { return start_.has_value(); }
  /// The events that are complete.
  std::vector<model::LogLine> take() { return std::exchange(events_, {}); }

 private:
  void emit(std::string_view text, std::int64_t nanoseconds);

  std::optional<boost::regex> start_;
  std::vector<model::LogLine> events_;
  std::string waiting_;
  std::int64_t waiting_at_ = 0;
  std::optional<LogMark> waits_since_;
};

/// Each byte that is not part of a character in UTF-8 becomes U+FFFD.
std::string valid_utf8(std::string_view text);

}  // namespace drydock::instances::docker
