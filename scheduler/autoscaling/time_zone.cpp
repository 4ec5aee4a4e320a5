#include "scheduler/autoscaling/time_zone.hpp"

#include <algorithm>
#include <charconv>

namespace drydock::scheduler {
namespace {

using std::chrono::seconds;

struct Named {
  std::string_view name;
  std::string_view rule;  // POSIX TZ
};

// In the order of their names.
constexpr Named kZones[] = {
#include "scheduler/autoscaling/time_zones.inc"
};

bool skip(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

bool skip_abbreviation(std::string_view& text) {
  if (skip(text, '<')) {
    text.remove_prefix(std::min(text.size(), text.find('>') + 1));
    return true;
  }
  const auto letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
  while (!text.empty() && letter(text.front())) text.remove_prefix(1);
  return true;
}

bool read_number(std::string_view& text, int& number) {
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc{}) return false;
  text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
  return true;
}

/// [+-]hh[:mm[:ss]]
bool read_time(std::string_view& text, seconds& time) {
  const bool negative = skip(text, '-');
  if (!negative) skip(text, '+');
  int part = 0;
  if (!read_number(text, part)) return false;
  time = std::chrono::hours(part);
  if (skip(text, ':') && read_number(text, part)) time += std::chrono::minutes(part);
  if (skip(text, ':') && read_number(text, part)) time += seconds(part);
  if (negative) time = -time;
  return true;
}

}  // namespace

std::optional<TimeZone> TimeZone::named(std::string_view name) {
  const auto found = std::ranges::lower_bound(kZones, name, {}, &Named::name);
  if (found == std::end(kZones) || found->name != name) return std::nullopt;
  return parse(found->rule);
}

bool TimeZone::parse_change(std::string_view& text, Change& change) {
  if (!skip(text, ',') || !skip(text, 'M') || !read_number(text, change.month) || !skip(text, '.') ||
      !read_number(text, change.week) || !skip(text, '.') || !read_number(text, change.weekday)) {
    return false;
  }
  return !skip(text, '/') || read_time(text, change.at);
}

std::optional<TimeZone> TimeZone::parse(std::string_view rule) {
  TimeZone zone;
  seconds west{0};
  if (!skip_abbreviation(rule) || !read_time(rule, west)) return std::nullopt;
  zone.standard_ = -west;
  if (rule.empty()) return zone;
  zone.changes_ = true;
  zone.daylight_ = zone.standard_ + std::chrono::hours(1);
  skip_abbreviation(rule);
  if (!rule.starts_with(',')) {
    if (!read_time(rule, west)) return std::nullopt;
    zone.daylight_ = -west;
  }
  if (!parse_change(rule, zone.to_daylight_) || !parse_change(rule, zone.to_standard_)) return std::nullopt;
  return zone;
}

std::chrono::local_seconds TimeZone::in_year(const Change& change, std::chrono::year year) {
  using namespace std::chrono;
  const month in{static_cast<unsigned>(change.month)};
  const weekday day{static_cast<unsigned>(change.weekday)};
  const auto date = change.week == 5 ? local_days{year / in / day[last]}
                                     : local_days{year / in / day[static_cast<unsigned>(change.week)]};
  return date + change.at;
}

seconds TimeZone::offset_at(std::chrono::sys_seconds instant) const {
  using namespace std::chrono;
  if (!changes_) return standard_;
  const auto year = year_month_day{floor<days>(instant + standard_)}.year();
  const sys_seconds begins{in_year(to_daylight_, year).time_since_epoch() - standard_};
  const sys_seconds ends{in_year(to_standard_, year).time_since_epoch() - daylight_};
  const bool inside =
      begins < ends ? instant >= begins && instant < ends : instant >= begins || instant < ends;  // southern summer
  return inside ? daylight_ : standard_;
}

LocalTime TimeZone::local(model::Instant instant) const {
  const auto whole = std::chrono::floor<seconds>(instant);
  return LocalTime{whole.time_since_epoch() + offset_at(whole)};
}

std::optional<model::Instant> TimeZone::instant(LocalTime local) const {
  for (const seconds offset : {std::max(standard_, daylight_), std::min(standard_, daylight_), standard_}) {
    const std::chrono::sys_seconds guess{local.time_since_epoch() - offset};
    if (offset_at(guess) == offset) return model::Instant{guess};
  }
  return std::nullopt;
}

}  // namespace drydock::scheduler
