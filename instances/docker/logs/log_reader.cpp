#include "instances/docker/logs/log_reader.hpp"

#include <utility>

namespace drydock::instances::docker {
namespace {

constexpr std::size_t kRecordBytes = 16 << 10;  // the engine cuts longer lines
constexpr std::size_t kLongestLine = 16U << 20;
constexpr std::size_t kLongestTime = 40;

}  // namespace

LogReader::LogReader(EventMaker maker, bool terminal, LogMark from)
    : maker_(std::move(maker)), terminal_(terminal), progress_(from), skip_(from), passed_(from.inode != 0) {}

bool LogReader::take_time(std::string_view& text, std::int64_t& nanoseconds) {
  const std::size_t space = text.substr(0, kLongestTime + 1).find(' ');
  if (space == std::string_view::npos) return false;
  const auto time = time_.nanoseconds(text.substr(0, space));
  if (!time) return false;
  nanoseconds = *time;
  text.remove_prefix(space + 1);
  return true;
}

bool LogReader::count(std::int64_t nanoseconds) {
  // One later than all of them was not read, even if some of those did not come: their file may be gone.
  if (!passed_ && nanoseconds <= skip_.latest && again_ < skip_.count) {
    if (nanoseconds >= skip_.since) ++again_;
    return false;
  }
  passed_ = true;
  progress_.step(nanoseconds);
  return true;
}

void LogReader::line(std::string_view text, std::int64_t nanoseconds, const LogMark& before) {
  if (text.ends_with('\r') && terminal_) text.remove_suffix(1);
  maker_.line(text, nanoseconds, before);
}

void LogReader::record(std::string_view text, bool ends, std::int64_t nanoseconds, Partial& partial) {
  const LogMark before = progress_.mark();
  if (!count(nanoseconds)) return;
  if (!partial.open && ends) return line(text, nanoseconds, before);
  if (!partial.open) partial = {"", nanoseconds, before, true};
  partial.text += text;
  if (!ends && partial.text.size() < kLongestLine) return;
  const Partial whole = std::exchange(partial, {});
  line(whole.text, whole.nanoseconds, whole.before);
}

void LogReader::frame(StreamKind stream, std::string_view payload) {
  std::int64_t nanoseconds = 0;
  if (!take_time(payload, nanoseconds)) return;
  const bool ends = payload.ends_with('\n');
  if (ends) payload.remove_suffix(1);
  record(payload, ends, nanoseconds, partial(stream));
}

void LogReader::file_line(std::string_view text) {
  // A line that the driver could not finish, as when the machine went down, is none.
  if (const auto found = parse_file_record(text, unescaped_)) {
    const auto nanoseconds = time_.nanoseconds(found->time);
    if (nanoseconds) record(found->text, found->ends, *nanoseconds, partial(found->stream));
  }
  progress_.at_place(progress_.mark().inode, progress_.mark().offset + text.size() + 1);
}

bool LogReader::feed_file(std::string_view data, std::uint64_t inode) {
  if (inode != progress_.mark().inode) {
    progress_.at_place(inode, 0);
    rest_.clear();
  }
  while (true) {
    const std::size_t end = data.find('\n');
    if (end == std::string_view::npos) break;
    if (rest_.empty()) {
      file_line(data.substr(0, end));
    } else {
      rest_ += data.substr(0, end);
      file_line(std::exchange(rest_, {}));
    }
    data.remove_prefix(end + 1);
  }
  rest_ += data;
  return rest_.size() < kLongestLine;
}

void LogReader::terminal_line(std::string_view text) {
  std::int64_t nanoseconds = 0;
  if (!take_time(text, nanoseconds)) return;
  const LogMark before = progress_.mark();
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
    return frames_.feed(data, [this](StreamKind kind, std::string_view payload) { frame(kind, payload); });
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
  // A file's lines are whole, or none.
  const std::string rest = std::exchange(rest_, {});
  if (progress_.mark().inode == 0 && !rest.empty()) terminal_line(rest);
  for (Partial* partial : {&out_, &err_}) {
    const Partial whole = std::exchange(*partial, {});
    if (whole.open) line(whole.text, whole.nanoseconds, whole.before);
  }
  maker_.flush();
}

LogMark LogReader::reached() const {
  LogMark mark = progress_.mark();
  if (maker_.waits_since()) mark = earlier(mark, *maker_.waits_since());
  for (const Partial* partial : {&out_, &err_}) {
    if (partial->open) mark = earlier(mark, partial->before);
  }
  return mark;
}

}  // namespace drydock::instances::docker
