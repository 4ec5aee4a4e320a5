#include "scheduler/deployments/zone_balance.hpp"

#include <algorithm>

namespace drydock::scheduler {

std::vector<std::string> zones_to_fill(const ZoneCounts& counts, const std::vector<std::string>& open, int room) {
  std::vector<std::string> zones;
  ZoneCounts after = counts;
  while (!open.empty() && static_cast<int>(zones.size()) < room) {
    const std::string& emptiest = *std::ranges::min_element(open, {}, [&](const auto& zone) { return after[zone]; });
    const std::string fullest = fullest_zone(after);
    if (after[fullest] - after[emptiest] < 2) break;
    --after[fullest];
    ++after[emptiest];
    zones.push_back(emptiest);
  }
  return zones;
}

std::string fullest_zone(const ZoneCounts& counts) {
  const auto it = std::ranges::max_element(counts, {}, [](const auto& entry) { return entry.second; });
  return it == counts.end() ? std::string() : it->first;
}

std::string describe(const ZoneCounts& counts) {
  std::string text;
  for (const auto& [zone, count] : counts) {
    text += (text.empty() ? "" : ", ") + std::to_string(count) + " tasks in " + zone;
  }
  return text;
}

}  // namespace drydock::scheduler
