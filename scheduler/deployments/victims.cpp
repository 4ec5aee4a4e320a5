#include "scheduler/deployments/victims.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace drydock::scheduler {
namespace {

using Instances = std::map<model::InstanceId, std::set<model::TaskId>>;

std::size_t tasks_in(const Instances& instances) {
  std::size_t total = 0;
  for (const auto& [instance, tasks] : instances) total += tasks.size();
  return total;
}

/// Takes the oldest task of the fullest instance of the fullest zone.
model::TaskId take_one(std::map<std::string, Instances>& zones) {
  const auto zone = std::ranges::max_element(zones, {}, [](const auto& entry) { return tasks_in(entry.second); });
  const auto instance = std::ranges::max_element(zone->second, {}, [](const auto& entry) { return entry.second.size(); });
  const model::TaskId victim = *instance->second.begin();
  instance->second.erase(instance->second.begin());
  return victim;
}

}  // namespace

std::vector<model::TaskId> pick_victims(const std::vector<VictimView>& candidates, int count) {
  std::vector<model::TaskId> starting;
  std::vector<model::TaskId> unhealthy;
  std::vector<model::TaskId> draining;
  std::map<std::string, Instances> zones;
  std::size_t spread = 0;
  for (const VictimView& view : candidates) {
    if (!view.running) {
      starting.push_back(view.id);
    } else if (view.unhealthy) {
      unhealthy.push_back(view.id);
    } else if (view.on_draining_instance) {
      draining.push_back(view.id);
    } else {
      zones[view.zone][view.instance].insert(view.id);
      ++spread;
    }
  }
  std::ranges::sort(starting, std::greater{});
  std::ranges::sort(unhealthy);
  std::ranges::sort(draining);
  std::vector<model::TaskId> victims;
  for (const auto* group : {&starting, &unhealthy, &draining}) victims.insert(victims.end(), group->begin(), group->end());
  const auto wanted = static_cast<std::size_t>(std::max(count, 0));
  while (victims.size() < wanted && spread-- > 0) victims.push_back(take_one(zones));
  victims.resize(std::min(victims.size(), wanted));
  return victims;
}

}  // namespace drydock::scheduler
