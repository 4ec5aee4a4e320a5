#include "scheduler/metrics/statistics.hpp"

#include <algorithm>

namespace drydock::scheduler {
namespace {

constexpr model::Duration kMinute = std::chrono::minutes(1);
constexpr model::Duration kHour = std::chrono::hours(1);

void add_point(model::MetricHour& hour, model::Instant minute, const Samples& samples) {
  const auto it = std::ranges::lower_bound(hour.points, minute, {}, &model::MetricPoint::minute);
  if (it == hour.points.end() || it->minute != minute) {
    hour.points.insert(it, {minute, samples.count, samples.sum, samples.minimum, samples.maximum});
    return;
  }
  Samples all{it->count, it->sum, it->minimum, it->maximum};
  all.add(samples);
  *it = {minute, all.count, all.sum, all.minimum, all.maximum};
}

void drop_old(model::Transaction& tx, model::WorldId world) {
  const auto& hours = tx.state().of(world).metric_hours;
  while (!hours.empty()) {
    const auto [hour, id] = *hours.begin();
    if (hours.size() <= kMetricHoursKept && hour + kHour + kMetricRetention > tx.now()) return;
    tx.remove(id);
  }
}

}  // namespace

void Samples::add(const Samples& more) {
  if (more.count == 0) return;
  minimum = count == 0 ? more.minimum : std::min(minimum, more.minimum);
  maximum = count == 0 ? more.maximum : std::max(maximum, more.maximum);
  count += more.count;
  sum += more.sum;
}

std::optional<double> Samples::statistic(std::string_view name) const {
  if (name == "Average") return count == 0 ? 0 : sum / count;
  if (name == "Sum") return sum;
  if (name == "Minimum") return minimum;
  if (name == "Maximum") return maximum;
  if (name == "SampleCount") return count;
  return std::nullopt;
}

void record(model::Transaction& tx, model::WorldId world, const std::string& metric, const std::string& unit,
            model::Instant at, const Samples& samples) {
  const model::Instant minute = period_start(at, kMinute);
  const model::Instant start = period_start(at, kHour);
  const auto& metrics = tx.state().of(world).metrics;
  const auto known = metrics.find(metric);
  if (known != metrics.end() && known->second.contains(start)) {
    tx.update(known->second.at(start), [&](model::MetricHour& hour) {
      if (!unit.empty()) hour.unit = unit;
      add_point(hour, minute, samples);
    });
  } else {
    model::MetricHour hour;
    hour.world = world;
    hour.metric = metric;
    hour.unit = unit;
    hour.hour = start;
    add_point(hour, minute, samples);
    tx.create(std::move(hour));
  }
  drop_old(tx, world);
}

std::map<model::Instant, Samples> samples(const model::State& state, model::WorldId world, std::string_view metric,
                                          std::string_view unit, model::Instant from, model::Instant to,
                                          model::Duration period) {
  std::map<model::Instant, Samples> result;
  const auto& metrics = state.of(world).metrics;
  const auto known = metrics.find(metric);
  if (known == metrics.end()) return result;
  for (auto it = known->second.lower_bound(period_start(from, kHour)); it != known->second.end() && it->first < to;
       ++it) {
    const model::MetricHour& hour = state.get(it->second);
    if (!unit.empty() && unit != hour.unit) continue;
    for (const model::MetricPoint& point : hour.points) {
      if (point.minute < from || point.minute >= to) continue;
      result[period_start(point.minute, period)].add({point.count, point.sum, point.minimum, point.maximum});
    }
  }
  return result;
}

bool has_samples_since(const model::State& state, model::WorldId world, std::string_view metric, model::Instant from) {
  const auto& metrics = state.of(world).metrics;
  const auto known = metrics.find(metric);
  if (known == metrics.end()) return false;
  return state.get(known->second.rbegin()->second).points.back().minute >= from;
}

}  // namespace drydock::scheduler
