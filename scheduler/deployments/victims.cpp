#include "scheduler/deployments/victims.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace drydock::scheduler {
namespace {

/// The tasks of a zone, with its instances in the order in which they give: most tasks first, then by id.
class Zone {
 public:
  void add(model::InstanceId instance, model::TaskId task) { tasks_[instance].insert(task); }
  void rank() {
    for (const auto& [instance, tasks] : tasks_) {
      order_.insert({-static_cast<std::ptrdiff_t>(tasks.size()), instance});
      size_ += tasks.size();
    }
  }
  [[nodiscard]] std::size_t size() const { return size_; }
  /// The oldest task of the fullest instance.
  model::TaskId take() {
    const auto [fullness, instance] = *order_.begin();
    order_.erase(order_.begin());
    auto& tasks = tasks_[instance];
    const model::TaskId oldest = *tasks.begin();
    tasks.erase(tasks.begin());
    if (!tasks.empty()) order_.insert({fullness + 1, instance});
    --size_;
    return oldest;
  }

 private:
  std::map<model::InstanceId, std::set<model::TaskId>> tasks_;
  std::set<std::pair<std::ptrdiff_t, model::InstanceId>> order_;
  std::size_t size_ = 0;
};

}  // namespace

std::vector<model::TaskId> pick_victims(const std::vector<VictimView>& candidates, int count) {
  std::vector<model::TaskId> starting;
  std::vector<model::TaskId> unhealthy;
  std::vector<model::TaskId> draining;
  std::map<std::string, Zone> zones;
  std::size_t spread = 0;
  for (const VictimView& view : candidates) {
    if (view.is_protected) continue;
    if (!view.running) {
      starting.push_back(view.id);
    } else if (view.unhealthy) {
      unhealthy.push_back(view.id);
    } else if (view.on_draining_instance) {
      draining.push_back(view.id);
    } else {
      zones[view.zone].add(view.instance, view.id);
      ++spread;
    }
  }
  std::ranges::sort(starting, std::greater{});
  std::ranges::sort(unhealthy);
  std::ranges::sort(draining);
  std::vector<model::TaskId> victims;
  for (const auto* group : {&starting, &unhealthy, &draining})
    victims.insert(victims.end(), group->begin(), group->end());
  const auto wanted = static_cast<std::size_t>(std::max(count, 0));
  for (auto& [name, zone] : zones) zone.rank();
  while (victims.size() < wanted && spread-- > 0) {
    const auto fullest = std::ranges::max_element(zones, {}, [](const auto& entry) { return entry.second.size(); });
    victims.push_back(fullest->second.take());
  }
  victims.resize(std::min(victims.size(), wanted));
  return victims;
}

}  // namespace drydock::scheduler
