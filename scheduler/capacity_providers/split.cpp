#include "scheduler/capacity_providers/split.hpp"

#include <algorithm>
#include <cstdint>
#include <numeric>

namespace drydock::scheduler {

std::size_t next_provider(const Strategy& strategy, const std::vector<int>& counts) {
  for (std::size_t i = 0; i < strategy.size(); ++i) {
    if (counts[i] < strategy[i].base.value_or(0)) return i;
  }
  std::size_t best = 0;
  std::int64_t best_load = 0;
  std::int64_t best_weight = 0;
  for (std::size_t i = 0; i < strategy.size(); ++i) {
    const std::int64_t weight = strategy[i].weight.value_or(0);
    if (weight == 0) continue;
    const std::int64_t load = counts[i] - strategy[i].base.value_or(0) + 1;
    // load / weight < best_load / best_weight, without rounding
    if (best_weight == 0 || load * best_weight < best_load * weight) {
      best = i;
      best_load = load;
      best_weight = weight;
    }
  }
  return best;
}

std::vector<int> split(const Strategy& strategy, int total) {
  std::vector<int> counts(strategy.size(), 0);
  for (int i = 0; i < total; ++i) ++counts[next_provider(strategy, counts)];
  return counts;
}

std::vector<int> split_scale_in(const Strategy& strategy, const std::vector<int>& counts, int count) {
  std::vector<int> left = counts;
  std::vector<int> going(strategy.size(), 0);
  const int present = std::accumulate(counts.begin(), counts.end(), 0);
  const std::vector<int> share = split(strategy, std::max(0, present - count));
  for (int i = 0; i < std::min(count, present); ++i) {
    std::size_t most = 0;
    for (std::size_t k = 1; k < left.size(); ++k) {
      if (left[k] - share[k] >= left[most] - share[most]) most = k;
    }
    --left[most];
    ++going[most];
  }
  return going;
}

}  // namespace drydock::scheduler
