#include "instances/docker/logs/log_reader.hpp"

#include <algorithm>

#include "instances/docker/timestamps.hpp"

namespace drydock::instances::docker {
namespace {

constexpr std::size_t kSecondDigits = 19;       // 2026-11-22T16:10:53
constexpr std::size_t kRecordBytes = 16 << 10;  // the engine cuts longer lines
constexpr std::size_t kLongestLine = 16U << 20;

}  // namespace

LogReader::LogReader(EventMaker maker, bool terminal, LogMark from)
    : maker_(std::move(maker)), terminal_(terminal), mark_(from), skip_(from) {}

bool LogReader::take_time(std::string_view& text, std::int64_t& nanoseconds) {
  const std::size_t space = text.find(' ');
  if (space == std::string_view::npos || space < kSecondDigits + 1 || space > 40) return false;
  const std::string_view time = text.substr(0, space);
  if (time.back() == 'Z' && time[kSecondDigits] == '.' && time.substr(0, kSecondDigits) == second_) {
    // Most records are of the same second as the one before.
    std::int64_t fraction = 0;
    std::int64_t unit = 100'000'000;
    for (std::size_t i = kSecondDigits + 1; i + 1 < time.size(); ++i, unit /= 10) fraction += (time[i] - '0') * unit;
    nanoseconds = second_nanoseconds_ + fraction;
  } else {
    const auto parsed = parse_rfc3339(time);
    if (!parsed) return false;
    nanoseconds = std::chrono::duration_cast<std::chrono::nanoseconds>(parsed->time_since_epoch()).count();
    if (time.back() == 'Z') {
      second_ = time.substr(0, kSecondDigits);
      second_nanoseconds_ = nanoseconds / 1'000'000'000 * 1'000'000'000;
    }
  }
  text.remove_prefix(space + 1);
  return true;
}

bool LogReader::count(std::int64_t nanoseconds) {
  if (nanoseconds == skip_.nanoseconds && again_ < skip_.count) {
    ++again_;
    return false;
  }
  mark_.step(nanoseconds);
  return true;
}

void LogReader::line(std::string_view text, std::int64_t nanoseconds, const LogMark& before) {
  if (text.ends_with('\r') && terminal_) text.remove_suffix(1);
  maker_.line(text, nanoseconds, before);
}

void LogReader::record(std::string_view payload, Partial& partial) {
  std::int64_t nanoseconds = 0;
  if (!take_time(payload, nanoseconds)) return;
  const LogMark before = mark_;
  if (!count(nanoseconds)) return;
  const bool ends = payload.ends_with('\n');
  if (ends) payload.remove_suffix(1);
  if (!partial.open && ends) return line(payload, nanoseconds, before);
  if (!partial.open) partial = {"", nanoseconds, before, true};
  partial.text += payload;
  if (!ends && partial.text.size() < kLongestLine) return;
  const Partial whole = std::exchange(partial, {});
  line(whole.text, whole.nanoseconds, whole.before);
}

void LogReader::terminal_line(std::string_view text) {
  std::int64_t nanoseconds = 0;
  if (!take_time(text, nanoseconds)) return;
  const LogMark before = mark_;
  if (!count(nanoseconds)) return;
  std::string whole;
  // Each further record of a long line begins with its time, too.
  while (text.size() > kRecordBytes) {
    whole += text.substr(0, kRecordBytes);
    text.remove_prefix(kRecordBytes);
    std::int64_t next = 0;
    if (take_time(text, next)) count(next);
  }
  whole += text;
  line(whole, nanoseconds, before);
}

bool LogReader::feed(std::string_view data) {
  if (!terminal_) {
    return frames_.feed(data, [this](StreamKind kind, std::string_view payload) {
      record(payload, kind == StreamKind::kStderr ? err_ : out_);
    });
  }
  rest_ += data;
  std::size_t begin = 0;
  for (std::size_t end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n', begin)) {
    terminal_line(std::string_view(rest_).substr(begin, end - begin));
    begin = end + 1;
  }
  rest_.erase(0, begin);
  return rest_.size() < kLongestLine;
}

void LogReader::finish() {
  if (!rest_.empty()) terminal_line(std::exchange(rest_, {}));
  for (Partial* partial : {&out_, &err_}) {
    const Partial whole = std::exchange(*partial, {});
    if (whole.open) line(whole.text, whole.nanoseconds, whole.before);
  }
  maker_.flush();
}

LogMark LogReader::reached() const {
  LogMark mark = mark_;
  if (maker_.waits_since()) mark = std::min(mark, *maker_.waits_since());
  for (const Partial* partial : {&out_, &err_}) {
    if (partial->open) mark = std::min(mark, partial->before);
  }
  return mark;
}

}  // namespace drydock::instances::docker
