#pragma once
// Local time in the zones that scheduled actions may name. The rules are those in force now (time_zones.inc, taken from
// the IANA database): schedules look ahead, never back.

#include <chrono>
#include <optional>
#include <string_view>

#include "model/clock.hpp"

namespace drydock::scheduler {

/// Seconds of local time since local 1970-01-01.
using LocalTime = std::chrono::local_seconds;

class TimeZone {
 public:
  /// "Europe/Paris", "UTC", "Etc/GMT+9"; nullopt for a zone that is not known.
  static std::optional<TimeZone> named(std::string_view name);

  [[nodiscard]] LocalTime local(model::Instant instant) const;
  /// The first instant that shows this local time; nullopt for a time that a clock change skips.
  [[nodiscard]] std::optional<model::Instant> instant(LocalTime local) const;

 private:
  /// "The nth weekday of a month at a time": n is 5 for the last. Seconds count from local midnight.
  struct Change {
    int month = 0;
    int week = 0;
    int weekday = 0;
    std::chrono::seconds at{7200};
  };
  static std::optional<TimeZone> parse(std::string_view rule);
  static bool parse_change(std::string_view& text, Change& change);
  [[nodiscard]] static std::chrono::local_seconds in_year(const Change& change, std::chrono::year year);
  [[nodiscard]] std::chrono::seconds offset_at(std::chrono::sys_seconds instant) const;

  std::chrono::seconds standard_{0};  // east of Greenwich
  std::chrono::seconds daylight_{0};
  bool changes_ = false;
  Change to_daylight_;
  Change to_standard_;
};

}  // namespace drydock::scheduler
