#include "scheduler/query/values.hpp"

#include <charconv>
#include <chrono>
#include <string>

namespace drydock::scheduler::query {
namespace {

bool all_digits(std::string_view text) {
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
  }
  return !text.empty();
}

std::optional<std::int64_t> read_count(std::string_view text) {
  const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
  if (!all_digits(digits) || digits.size() > 15) return std::nullopt;
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// Reads "2018-06-18T22:28:28.123+00:00" piece by piece.
class InstantReader {
 public:
  explicit InstantReader(std::string_view text) : text_(text) {}

  /// Milliseconds since the epoch, and whether a fraction was written.
  std::optional<std::vector<std::int64_t>> read() {
    const int year = digits(4);
    expect('-');
    const int month = digits(2);
    expect('-');
    const int day = digits(2);
    using namespace std::chrono;
    const year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                              std::chrono::day(static_cast<unsigned>(day))};
    if (!good_ || !date.ok()) return std::nullopt;
    milliseconds time = duration_cast<milliseconds>(sys_days(date).time_since_epoch());
    if (text_.empty()) return std::vector<std::int64_t>{time.count(), 0};
    if (!take('T') && !take('t') && !take(' ')) return std::nullopt;
    const int hour = digits(2);
    expect(':');
    const int minute = digits(2);
    expect(':');
    const int second = digits(2);
    if (hour > 23 || minute > 59 || second > 59) return std::nullopt;
    time += hours(hour) + minutes(minute) + seconds(second);
    const bool fraction = take('.');
    if (fraction) time += milliseconds(thousandths());
    time -= zone();
    if (!good_ || !text_.empty()) return std::nullopt;
    return std::vector<std::int64_t>{time.count(), fraction ? 1 : 0};
  }

 private:
  bool take(char c) {
    if (!text_.starts_with(c)) return false;
    text_.remove_prefix(1);
    return true;
  }
  void expect(char c) { good_ = take(c) && good_; }
  int digits(std::size_t count) {
    int value = 0;
    if (text_.size() < count || !all_digits(text_.substr(0, count))) {
      good_ = false;
      return 0;
    }
    std::from_chars(text_.data(), text_.data() + count, value);
    text_.remove_prefix(count);
    return value;
  }
  int thousandths() {
    int value = 0;
    int read = 0;
    for (; !text_.empty() && text_[0] >= '0' && text_[0] <= '9'; text_.remove_prefix(1), ++read) {
      if (read < 3) value = value * 10 + (text_[0] - '0');
    }
    if (read == 0) good_ = false;
    for (; read < 3; ++read) value *= 10;
    return value;
  }
  std::chrono::minutes zone() {
    if (text_.empty() || take('Z') || take('z')) return {};
    const bool west = take('-');
    if (!west) expect('+');
    const int hours = digits(2);
    expect(':');
    const std::chrono::minutes offset(hours * 60 + digits(2));
    return west ? -offset : offset;
  }

  std::string_view text_;
  bool good_ = true;
};

}  // namespace

std::optional<std::vector<std::int64_t>> read_version(std::string_view text) {
  std::vector<std::int64_t> parts;
  while (true) {
    const std::size_t dot = text.find('.');
    const std::string_view part = text.substr(0, dot);
    if (!all_digits(part) || part.size() > 9) return std::nullopt;
    parts.push_back(*read_count(part));
    if (dot == std::string_view::npos) return parts;
    text.remove_prefix(dot + 1);
  }
}

std::optional<double> read_number(std::string_view text) {
  std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
  const std::size_t dot = digits.find('.');
  const bool good = dot == std::string_view::npos
                        ? all_digits(digits)
                        : all_digits(digits.substr(0, dot)) && all_digits(digits.substr(dot + 1));
  if (!good) return std::nullopt;
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  return value;
}

std::optional<Error> understand_value(Predicate& predicate) {
  const std::string& text = predicate.values.back();
  const auto wrong = [&](const char* what) { return Error{"'" + text + "' is not " + what, 1}; };
  if (predicate.op == Operator::kMatches || predicate.op == Operator::kNotMatches) {
    auto pattern = Pattern::compile(text);
    if (!pattern) return Error{std::move(pattern.error().reason), pattern.error().position};
    predicate.pattern = std::make_shared<const Pattern>(std::move(*pattern));
    return std::nullopt;
  }
  switch (predicate.subject) {
    case Subject::kAgentVersion: {
      auto parts = read_version(text);
      if (!parts) return wrong("a version");
      predicate.numbers = std::move(*parts);
      return std::nullopt;
    }
    case Subject::kRegisteredAt: {
      auto instant = InstantReader(text).read();
      if (!instant) return wrong("a date or an instant of ISO 8601");
      predicate.numbers = std::move(*instant);
      return std::nullopt;
    }
    case Subject::kRunningTasksCount: {
      const auto number = read_count(text);
      if (!number) return wrong("a whole number");
      predicate.numbers = {*number};
      return std::nullopt;
    }
    default: return std::nullopt;
  }
}

}  // namespace drydock::scheduler::query
