#pragma once
// When a scheduled action runs: at(yyyy-mm-ddThh:mm:ss), rate(n minutes|hours|days) or cron(minutes hours day-of-month
// month day-of-week year), as Application Auto Scaling writes them. Pure.

#include <array>
#include <bitset>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "scheduler/autoscaling/time_zone.hpp"

namespace drydock::scheduler {

/// One field of a cron expression: the values it allows, or those of the special forms for days.
struct CronField {
  std::bitset<200> values;  // counted from the field's lowest
  bool any = false;         // "?", or "*" for a day
  bool last = false;        // L: last day of the month; with a weekday, the last such weekday
  int weekday_of = 0;       // n of "weekday#n"
  int nearest_weekday = 0;  // day of "15W"
};

class Schedule {
 public:
  /// An error says in a few words what is wrong.
  static std::expected<Schedule, std::string> parse(std::string_view text, const TimeZone& zone);

  /// The first time after `after`. `start`, from which rates count, is the action's start or its creation. Nullopt when
  /// there is none.
  [[nodiscard]] std::optional<model::Instant> next(model::Instant after, model::Instant start) const;

 private:
  enum class Kind { kAt, kRate, kCron };
  explicit Schedule(const TimeZone& zone) : zone_(zone) {}
  std::string parse_cron(std::string_view fields);
  [[nodiscard]] bool day_matches(std::chrono::year_month_day date) const;
  [[nodiscard]] std::optional<model::Instant> next_cron(model::Instant after) const;

  TimeZone zone_;
  Kind kind_ = Kind::kAt;
  LocalTime at_{};
  model::Duration rate_{0};
  CronField minutes_, hours_, days_, months_, weekdays_, years_;
};

}  // namespace drydock::scheduler
