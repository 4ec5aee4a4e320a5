#include "model/metric_key.hpp"

#include <algorithm>

namespace drydock::model {
namespace {

// No metric has this byte in a name: PutMetricData refuses control characters.
constexpr char kSeparator = '\x1f';

}  // namespace

std::string metric_key(MetricName metric) {
  std::ranges::sort(metric.dimensions);
  std::string key = metric.name_space + kSeparator + metric.name;
  for (const auto& [name, value] : metric.dimensions) {
    key += kSeparator;
    key += name;
    key += kSeparator;
    key += value;
  }
  return key;
}

MetricName parse_metric_key(std::string_view key) {
  std::vector<std::string> parts(1);
  for (const char c : key) {
    if (c == kSeparator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  parts.resize(std::max<std::size_t>(parts.size(), 2));
  MetricName metric{parts[0], parts[1], {}};
  for (std::size_t i = 2; i + 1 < parts.size(); i += 2) metric.dimensions.emplace_back(parts[i], parts[i + 1]);
  return metric;
}

}  // namespace drydock::model
