#pragma once
// CloudWatch metrics, as far as scaling needs them (spec/adjuncts.md section 5).

#include <string>
#include <vector>

#include "model/clock.hpp"
#include "model/ids.hpp"

namespace drydock::model {

/// All samples of one minute.
struct MetricPoint {
  Instant minute{};
  double count = 0;
  double sum = 0;
  double minimum = 0;
  double maximum = 0;
};

/// One metric's points of one hour, in the order of their minutes. Hours are the unit of storage and of retention.
struct MetricHour {
  MetricHourId id;
  WorldId world;
  /// Namespace, name and dimensions as one text (model/metric_key.hpp).
  std::string metric;
  std::string unit;
  Instant hour{};
  std::vector<MetricPoint> points;
};

}  // namespace drydock::model
