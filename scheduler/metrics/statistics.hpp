#pragma once
// What was measured: samples come in one by one and are kept by the minute (spec/adjuncts.md section 5).

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "model/transaction.hpp"

namespace drydock::scheduler {

/// One or more samples taken together.
struct Samples {
  double count = 0;
  double sum = 0;
  double minimum = 0;
  double maximum = 0;

  static Samples of(double value) { return {1, value, value, value}; }
  void add(const Samples& more);
  /// SampleCount, Average, Sum, Minimum or Maximum; nullopt for another name.
  [[nodiscard]] std::optional<double> statistic(std::string_view name) const;
};

/// Metrics are kept this long, and so many hours of all metrics together: the oldest go first.
inline constexpr model::Duration kMetricRetention = std::chrono::hours(24);
inline constexpr std::size_t kMetricHoursKept = 5000;

/// Adds samples to a metric (model/metric_key.hpp). What is older than the retention is dropped.
void record(model::Transaction& tx, model::WorldId world, const std::string& metric, const std::string& unit,
            model::Instant at, const Samples& samples);

/// The samples from `from` (included) to `to` (excluded) by the start of their period; periods count from the epoch. An
/// empty unit takes all.
std::map<model::Instant, Samples> samples(const model::State& state, model::WorldId world, std::string_view metric,
                                          std::string_view unit, model::Instant from, model::Instant to,
                                          model::Duration period);

/// Whether the metric has any sample at or after `from`.
bool has_samples_since(const model::State& state, model::WorldId world, std::string_view metric, model::Instant from);

/// The start of the period that holds the instant.
inline model::Instant period_start(model::Instant at, model::Duration period) {
  return at - at.time_since_epoch() % period;
}

}  // namespace drydock::scheduler
