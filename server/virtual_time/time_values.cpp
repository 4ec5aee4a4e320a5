#include "server/virtual_time/time_values.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <utility>

#include <nlohmann/json.hpp>

namespace drydock::server {
namespace {

constexpr double kMostSeconds = 3.2e9;  // a hundred years

std::expected<model::Duration, std::string> of_seconds(double seconds, const std::string& shown) {
  if (!(seconds >= 0) || seconds > kMostSeconds)
    return std::unexpected("\"" + shown + "\" is no time of 0 to 100 years");
  return model::Duration{std::llround(seconds * 1000)};
}

double seconds_per(std::string_view unit) {
  constexpr std::array<std::pair<std::string_view, double>, 5> kUnits{
      {{"ms", 0.001}, {"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}}};
  for (const auto& [name, seconds] : kUnits) {
    if (name == unit) return seconds;
  }
  return 0;
}

}  // namespace

std::expected<model::Duration, std::string> parse_duration(const std::string& text) {
  const auto wrong = [&] {
    return std::unexpected("\"" + text + "\" is no duration: 90, \"90s\", \"1h30m\", \"2d\" and \"250ms\" are");
  };
  const char* at = text.data();
  const char* const end = at + text.size();
  double seconds = 0;
  while (at != end) {
    double value = 0;
    const auto number = std::from_chars(at, end, value, std::chars_format::fixed);
    if (number.ec != std::errc{} || value < 0) return wrong();
    const char* unit_end = number.ptr;
    while (unit_end != end && *unit_end >= 'a' && *unit_end <= 'z') ++unit_end;
    const std::string_view unit(number.ptr, unit_end);
    if (unit.empty() && (unit_end != end || at != text.data())) return wrong();
    const double scale = unit.empty() ? 1 : seconds_per(unit);
    if (scale == 0) return wrong();
    seconds += value * scale;
    at = unit_end;
  }
  if (text.empty()) return wrong();
  return of_seconds(seconds, text);
}

std::expected<model::Instant, std::string> parse_instant(const std::string& text) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int read = 0;
  if (std::sscanf(text.c_str(), "%4d-%2u-%2uT%2d:%2d:%2d%n", &year, &month, &day, &hour, &minute, &second, &read) ==
      6) {
    std::string rest = text.substr(static_cast<std::size_t>(read));
    int milliseconds = 0;
    if (rest.starts_with('.')) {
      std::size_t end = 1;
      for (int scale = 100; end < rest.size() && scale > 0; scale /= 10) {
        const char c = rest[end];
        if (c < '0' || c > '9') break;
        milliseconds += scale * (c - '0');
        ++end;
      }
      rest = end == 1 ? "?" : rest.substr(end);
    }
    const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}};
    const bool clock = hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60;
    if (date.ok() && clock && (rest == "Z" || rest == "+00:00")) {
      return model::Instant{std::chrono::sys_days{date}} + std::chrono::hours{hour} + std::chrono::minutes{minute} +
             std::chrono::seconds{second} + std::chrono::milliseconds{milliseconds};
    }
  }
  double seconds = 0;
  const auto number = std::from_chars(text.data(), text.data() + text.size(), seconds, std::chars_format::fixed);
  if (number.ec == std::errc{} && number.ptr == text.data() + text.size() && seconds > 0 &&
      seconds < 2 * kMostSeconds) {
    return model::Instant{model::Duration{std::llround(seconds * 1000)}};
  }
  return std::unexpected("\"" + text + "\" is no instant: \"2025-01-01T12:00:00Z\" and seconds since 1970 are");
}

std::expected<model::Duration, std::string> duration_from(const nlohmann::json& value) {
  if (value.is_string()) return parse_duration(value.get<std::string>());
  if (value.is_number()) return of_seconds(value.get<double>(), value.dump());
  return std::unexpected(value.dump() + " is no duration: 90, \"90s\", \"1h30m\", \"2d\" and \"250ms\" are");
}

std::expected<model::Instant, std::string> instant_from(const nlohmann::json& value) {
  return parse_instant(value.is_string() ? value.get<std::string>() : value.dump());
}

std::string to_iso(model::Instant instant) {
  const auto days = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::year_month_day date{days};
  const auto milliseconds = (instant - days).count();
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(milliseconds / 3'600'000), static_cast<int>(milliseconds / 60'000 % 60),
                static_cast<int>(milliseconds / 1000 % 60), static_cast<int>(milliseconds % 1000));
  return text;
}

}  // namespace drydock::server
