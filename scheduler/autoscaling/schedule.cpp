#include "scheduler/autoscaling/schedule.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

namespace drydock::scheduler {
namespace {

using std::chrono::days;
using std::chrono::local_days;
using std::chrono::year_month_day;

constexpr int kFirstYear = 1970;
constexpr int kLastYear = 2169;
// Days looked at before an expression counts as one that never comes: the longest gap is from one 29 February to the
// next over a year that is not a leap year.
constexpr int kDaysAhead = 366 * 9;

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    if (const auto part = text.substr(0, end); !part.empty() || separator != ' ') parts.push_back(part);
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

/// What the values of a field may be, and the words for them.
struct Range {
  int lowest;
  int highest;
  std::vector<std::string_view> words;  // for lowest, lowest + 1, ...
};

std::optional<int> value_of(std::string_view text, const Range& range) {
  std::string upper(text);
  std::ranges::transform(upper, upper.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  const auto word = std::ranges::find(range.words, std::string_view(upper));
  if (word != range.words.end()) return range.lowest + static_cast<int>(word - range.words.begin());
  const auto value = number(text);
  if (!value || *value < range.lowest || *value > range.highest) return std::nullopt;
  return value;
}

bool add_values(std::string_view item, const Range& range, CronField& field) {
  int step = 1;
  const std::size_t slash = item.find('/');
  if (slash != std::string_view::npos) {
    const auto given = number(item.substr(slash + 1));
    if (!given || *given < 1) return false;
    step = *given;
    item = item.substr(0, slash);
  }
  int first = range.lowest;
  int last = range.highest;
  if (item != "*") {
    const std::size_t dash = item.find('-');
    const auto from = value_of(item.substr(0, dash), range);
    if (!from) return false;
    first = *from;
    if (dash != std::string_view::npos) {
      const auto to = value_of(item.substr(dash + 1), range);
      if (!to) return false;
      last = *to;
    } else if (slash == std::string_view::npos) {
      last = first;
    }
  }
  const int size = range.highest - range.lowest + 1;
  const int length = last >= first ? last - first : last - first + size;  // FRI-MON goes around
  for (int i = 0; i <= length; i += step) {
    field.values.set(static_cast<std::size_t>((first - range.lowest + i) % size));
  }
  return true;
}

/// The forms that only days have: ?, L, 15W, FRI#2, 6L.
bool add_day_form(std::string_view item, const Range& range, bool weekday, CronField& field) {
  if (item == "L") {
    if (weekday) {
      field.values.set(6);  // Saturday
    } else {
      field.last = true;
    }
    return true;
  }
  if (weekday && item.find('#') != std::string_view::npos) {
    const auto day = value_of(item.substr(0, item.find('#')), range);
    const auto which = number(item.substr(item.find('#') + 1));
    if (!day || !which || *which < 1 || *which > 5) return false;
    field.weekday_of = *which;
    field.values.set(static_cast<std::size_t>(*day - range.lowest));
    return true;
  }
  if (weekday && item.ends_with('L')) {
    const auto day = value_of(item.substr(0, item.size() - 1), range);
    if (!day) return false;
    field.last = true;
    field.values.set(static_cast<std::size_t>(*day - range.lowest));
    return true;
  }
  if (!weekday && item.ends_with('W')) {
    const auto day = value_of(item.substr(0, item.size() - 1), range);
    if (!day) return false;
    field.nearest_weekday = *day;
    return true;
  }
  return add_values(item, range, field);
}

bool parse_field(std::string_view text, const Range& range, CronField& field) {
  return std::ranges::all_of(split(text, ','), [&](std::string_view item) { return add_values(item, range, field); });
}

bool parse_days(std::string_view text, const Range& range, bool weekday, CronField& field) {
  field.any = text == "?" || text == "*";
  if (field.any) return true;
  return std::ranges::all_of(split(text, ','),
                             [&](std::string_view item) { return add_day_form(item, range, weekday, field); });
}

std::optional<LocalTime> parse_at(std::string_view text) {
  // yyyy-mm-ddThh:mm:ss
  constexpr std::string_view kForm = "0000-00-00T00:00:00";
  if (text.size() != kForm.size()) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (kForm[i] == '0' ? !digit : text[i] != kForm[i]) return std::nullopt;
  }
  const auto part = [&](std::size_t from, std::size_t count) { return *number(text.substr(from, count)); };
  const year_month_day date{std::chrono::year(part(0, 4)), std::chrono::month(static_cast<unsigned>(part(5, 2))),
                            std::chrono::day(static_cast<unsigned>(part(8, 2)))};
  if (!date.ok() || part(11, 2) > 23 || part(14, 2) > 59 || part(17, 2) > 59) return std::nullopt;
  return local_days{date} + std::chrono::hours(part(11, 2)) + std::chrono::minutes(part(14, 2)) +
         std::chrono::seconds(part(17, 2));
}

std::optional<model::Duration> parse_rate(std::string_view text) {
  const auto words = split(text, ' ');
  if (words.size() != 2) return std::nullopt;
  const auto count = number(words[0]);
  if (!count || *count < 1) return std::nullopt;
  const std::string unit = *count == 1 ? std::string(words[1]) + "s" : std::string(words[1]);
  if (unit == "minutes") return std::chrono::minutes(*count);
  if (unit == "hours") return std::chrono::hours(*count);
  if (unit == "days") return std::chrono::hours(24) * *count;
  return std::nullopt;
}

/// The weekday nearest to a day of the month, inside the month.
unsigned nearest_weekday(year_month_day date, int day) {
  using namespace std::chrono;
  const year_month_day_last end{date.year() / date.month() / last};
  const unsigned wanted = std::min(static_cast<unsigned>(day), static_cast<unsigned>(end.day()));
  const auto on = [&](unsigned d) {
    return weekday{local_days{date.year() / date.month() / std::chrono::day(d)}}.c_encoding();
  };
  if (on(wanted) == 6) return wanted > 1 ? wanted - 1 : wanted + 2;
  if (on(wanted) == 0) return wanted < static_cast<unsigned>(end.day()) ? wanted + 1 : wanted - 2;
  return wanted;
}

}  // namespace

std::expected<Schedule, std::string> Schedule::parse(std::string_view text, const TimeZone& zone) {
  Schedule schedule(zone);
  const std::size_t open = text.find('(');
  if (open == std::string_view::npos || !text.ends_with(')')) return std::unexpected("unknown form");
  const std::string_view kind = text.substr(0, open);
  const std::string_view inside = text.substr(open + 1, text.size() - open - 2);
  if (kind == "at") {
    const auto at = parse_at(inside);
    if (!at) return std::unexpected("at() takes yyyy-mm-ddThh:mm:ss");
    schedule.at_ = *at;
    return schedule;
  }
  if (kind == "rate") {
    const auto rate = parse_rate(inside);
    if (!rate) return std::unexpected("rate() takes a number and minutes, hours or days");
    schedule.kind_ = Kind::kRate;
    schedule.rate_ = *rate;
    return schedule;
  }
  if (kind != "cron") return std::unexpected("unknown form");
  schedule.kind_ = Kind::kCron;
  if (std::string wrong = schedule.parse_cron(inside); !wrong.empty()) return std::unexpected(std::move(wrong));
  return schedule;
}

std::string Schedule::parse_cron(std::string_view text) {
  const auto fields = split(text, ' ');
  if (fields.size() != 6) return "cron() takes six fields";
  const Range months{1, 12, {"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}};
  const Range weekdays{1, 7, {"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}};
  if (!parse_field(fields[0], {0, 59, {}}, minutes_)) return "the minutes cannot be read";
  if (!parse_field(fields[1], {0, 23, {}}, hours_)) return "the hours cannot be read";
  if (!parse_days(fields[2], {1, 31, {}}, false, days_)) return "the day of the month cannot be read";
  if (!parse_field(fields[3], months, months_)) return "the month cannot be read";
  if (!parse_days(fields[4], weekdays, true, weekdays_)) return "the day of the week cannot be read";
  if (!parse_field(fields[5], {kFirstYear, kLastYear, {}}, years_)) return "the year cannot be read";
  if (!days_.any && !weekdays_.any) return "one of day of the month and day of the week must be ?";
  return {};
}

bool Schedule::day_matches(year_month_day date) const {
  using namespace std::chrono;
  const int year_index = static_cast<int>(date.year()) - kFirstYear;
  if (year_index < 0 || year_index > kLastYear - kFirstYear) return false;
  if (!years_.values.test(static_cast<std::size_t>(year_index))) return false;
  const unsigned day = static_cast<unsigned>(date.day());
  if (!months_.values.test(static_cast<unsigned>(date.month()) - 1)) return false;
  const unsigned last_day = static_cast<unsigned>(year_month_day_last{date.year() / date.month() / last}.day());
  if (!days_.any) {
    if (days_.last && day == last_day) return true;
    if (days_.nearest_weekday != 0 && day == nearest_weekday(date, days_.nearest_weekday)) return true;
    return days_.values.test(day - 1);
  }
  if (weekdays_.any) return true;
  if (!weekdays_.values.test(weekday{local_days{date}}.c_encoding())) return false;
  if (weekdays_.weekday_of != 0) return (day - 1) / 7 + 1 == static_cast<unsigned>(weekdays_.weekday_of);
  return !weekdays_.last || day + 7 > last_day;
}

std::optional<model::Instant> Schedule::next_cron(model::Instant after) const {
  const auto from = zone_.local(after);
  auto day = std::chrono::floor<days>(from);
  for (int i = 0; i < kDaysAhead; ++i, day += days(1)) {
    if (!day_matches(year_month_day{day})) continue;
    for (std::size_t hour = 0; hour < 24; ++hour) {
      if (!hours_.values.test(hour)) continue;
      for (std::size_t minute = 0; minute < 60; ++minute) {
        if (!minutes_.values.test(minute)) continue;
        const auto time = zone_.instant(day + std::chrono::hours(hour) + std::chrono::minutes(minute));
        if (time && *time > after) return time;
      }
    }
  }
  return std::nullopt;
}

std::optional<model::Instant> Schedule::next(model::Instant after, model::Instant start) const {
  switch (kind_) {
    case Kind::kAt: {
      const auto at = zone_.instant(at_);
      return at && *at > after ? at : std::nullopt;
    }
    case Kind::kRate: {
      if (after < start) return start;
      return start + ((after - start) / rate_ + 1) * rate_;
    }
    case Kind::kCron: break;
  }
  return next_cron(after);
}

}  // namespace drydock::scheduler
