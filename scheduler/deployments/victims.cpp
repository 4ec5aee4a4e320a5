#include "scheduler/deployments/victims.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace drydock::scheduler {
namespace {

/// The tasks of one instance that may go.
struct Source {
  std::map<model::TaskId, const VictimView*> tasks;  // oldest first
  int count = 0;                                     // protected ones included
  int cpu_free = 0;
  int memory_free = 0;
};

/// What the rules say against keeping a task of an instance, lowest first to go; then fewest reasons to keep.
struct Rank {
  std::vector<std::int64_t> own;
  int count_negated = 0;
  model::InstanceId instance;
  friend auto operator<=>(const Rank&, const Rank&) = default;
};

/// Instances with the same values of all attributes that are spread over.
struct Bucket {
  std::vector<int*> counts;  // by spread rule
  std::map<model::InstanceId, Source> instances;
  std::set<Rank> order;
};

/// The tasks that only the strategy distinguishes.
class Spread {
 public:
  explicit Spread(const std::vector<Rule>& rules) : rules_(rules) {}

  void add(const VictimView& view) {
    std::string path;
    std::vector<int*> counts;
    for (const Rule& rule : rules_) {
      if (rule.kind != Rule::Kind::kSpreadAttribute) continue;
      path += bucket_of(view.attributes, view.zone, rule);
      path += '\n';
      counts.push_back(&counts_[path]);
      ++*counts.back();
    }
    Bucket& bucket = buckets_[path];
    bucket.counts = std::move(counts);
    Source& source = bucket.instances[view.instance];
    source.cpu_free = view.cpu_free;
    source.memory_free = view.memory_free;
    ++source.count;
    if (!view.is_protected) source.tasks.emplace(view.id, &view);
  }

  void rank() {
    for (auto& [path, bucket] : buckets_) {
      for (const auto& [id, source] : bucket.instances) {
        if (!source.tasks.empty()) bucket.order.insert(rank_of(id, source));
      }
    }
  }

  /// The next to go, or none.
  model::TaskId take() {
    Bucket* best = nullptr;
    for (auto& [path, bucket] : buckets_) {
      if (bucket.order.empty()) continue;
      if (best == nullptr || before(bucket, *best)) best = &bucket;
    }
    if (best == nullptr) return {};
    const model::InstanceId instance = best->order.begin()->instance;
    best->order.erase(best->order.begin());
    Source& source = best->instances[instance];
    const auto [id, view] = *source.tasks.begin();
    source.tasks.erase(source.tasks.begin());
    --source.count;
    source.cpu_free += view->cpu_units;
    source.memory_free += view->memory_mib;
    for (int* count : best->counts) --*count;
    if (!source.tasks.empty()) best->order.insert(rank_of(instance, source));
    return id;
  }

 private:
  [[nodiscard]] Rank rank_of(model::InstanceId id, const Source& source) const {
    Rank rank{{}, -source.count, id};
    const VictimView& next = *source.tasks.begin()->second;
    for (const Rule& rule : rules_) {
      switch (rule.kind) {
        case Rule::Kind::kSpreadInstances: rank.own.push_back(-source.count); break;
        case Rule::Kind::kBinpackCpu: rank.own.push_back(-(std::int64_t{source.cpu_free} + next.cpu_units)); break;
        case Rule::Kind::kBinpackMemory:
          rank.own.push_back(-(std::int64_t{source.memory_free} + next.memory_mib));
          break;
        case Rule::Kind::kSpreadAttribute:
        case Rule::Kind::kRandom: rank.own.push_back(0); break;
      }
    }
    return rank;
  }

  [[nodiscard]] bool before(const Bucket& a, const Bucket& b) const {
    std::size_t spread = 0;
    for (std::size_t i = 0; i < rules_.size(); ++i) {
      const bool shared = rules_[i].kind == Rule::Kind::kSpreadAttribute;
      const std::int64_t left = shared ? -*a.counts[spread] : a.order.begin()->own[i];
      const std::int64_t right = shared ? -*b.counts[spread] : b.order.begin()->own[i];
      if (left != right) return left < right;
      if (shared) ++spread;
    }
    return false;
  }

  const std::vector<Rule>& rules_;
  std::map<std::string, int> counts_;  // tasks by the values of spread attributes, joined
  std::map<std::string, Bucket> buckets_;
};

}  // namespace

std::vector<model::TaskId> pick_victims(const std::vector<VictimView>& candidates, int count,
                                        const std::vector<Rule>& rules) {
  std::vector<model::TaskId> starting;
  std::vector<model::TaskId> unhealthy;
  std::vector<model::TaskId> draining;
  Spread spread(rules);
  for (const VictimView& view : candidates) {
    const bool common = view.running && !view.unhealthy && !view.on_draining_instance;
    if (common) spread.add(view);
    if (common || view.is_protected) continue;
    if (!view.running) {
      starting.push_back(view.id);
    } else if (view.unhealthy) {
      unhealthy.push_back(view.id);
    } else {
      draining.push_back(view.id);
    }
  }
  std::ranges::sort(starting, std::greater{});
  std::ranges::sort(unhealthy);
  std::ranges::sort(draining);
  std::vector<model::TaskId> victims;
  for (const auto* group : {&starting, &unhealthy, &draining})
    victims.insert(victims.end(), group->begin(), group->end());
  const auto wanted = static_cast<std::size_t>(std::max(count, 0));
  spread.rank();
  while (victims.size() < wanted) {
    const model::TaskId next = spread.take();
    if (!next) break;
    victims.push_back(next);
  }
  victims.resize(std::min(victims.size(), wanted));
  return victims;
}

}  // namespace drydock::scheduler
