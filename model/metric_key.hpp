#pragma once
// A metric's identity as one text: namespace, name and the dimensions in the order of their names. Texts of one
// namespace, and of one name in it, stand together in an ordered index.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drydock::model {

struct MetricName {
  std::string name_space;
  std::string name;
  std::vector<std::pair<std::string, std::string>> dimensions;
  friend bool operator==(const MetricName&, const MetricName&) = default;
};

std::string metric_key(MetricName metric);
/// The way back.
MetricName parse_metric_key(std::string_view key);

}  // namespace drydock::model
