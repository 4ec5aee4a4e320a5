#include "scheduler/placement/place.hpp"

namespace drydock::scheduler {
namespace {

constexpr std::int64_t kHighestLot = std::int64_t{1} << 62U;
constexpr std::int64_t kFewLotsLeft = std::int64_t{1} << 32U;

bool spreads_attribute(const Rule& rule) { return rule.kind == Rule::Kind::kSpreadAttribute; }

}  // namespace

Batch::Batch(std::vector<InstanceView> instances, Demand demand)
    : instances_(std::move(instances)), demand_(std::move(demand)), random_(demand_.seed) {
  if (demand_.rules.size() > kMostRules) demand_.rules.resize(kMostRules);
  if (has_random(demand_.rules)) lots_.resize(instances_.size(), 0);
  bucket_of_.reserve(instances_.size());
  for (std::size_t i = 0; i < instances_.size(); ++i) {
    const InstanceView& view = instances_[i];
    std::string path;
    std::vector<int*> counts;
    for (const Rule& rule : demand_.rules) {
      if (!spreads_attribute(rule)) continue;
      path += bucket_of(view.attributes, view.zone, rule);
      path += '\n';
      counts.push_back(&task_counts_[path]);
      *counts.back() += view.tasks_in_scope;
    }
    Bucket& bucket = buckets_[path];
    bucket.tasks_in_scope = std::move(counts);
    bucket_of_.push_back(&bucket);
    draw(i);
    if (fits(view)) bucket.candidates.insert(rank_of(i));
  }
}

bool Batch::fits(const InstanceView& view) const { return !refuse(view, demand_.needs, demand_.constraints); }

/// A new lot, above the last one. Since every candidate's lot is above the lots that were the lowest so far, all stay
/// equally likely.
void Batch::draw(std::size_t index) {
  if (lots_.empty()) return;
  std::int64_t& lot = lots_[index];
  if (kHighestLot - lot < kFewLotsLeft) return draw_again();
  lot += 1 + static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(kHighestLot - lot)));
}

/// The lots have climbed to their end: everybody gets a new one.
void Batch::draw_again() {
  for (std::size_t i = 0; i < lots_.size(); ++i) {
    std::set<Rank>& candidates = bucket_of_[i]->candidates;
    const bool candidate = candidates.erase(rank_of(i)) > 0;
    lots_[i] = static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(kHighestLot / 2)));
    if (candidate) candidates.insert(rank_of(i));
  }
}

Batch::Rank Batch::rank_of(std::size_t index) const {
  const InstanceView& view = instances_[index];
  Rank rank{{}, view.tasks_in_scope, -view.memory_free, view.uuid, index};
  for (std::size_t i = 0; i < demand_.rules.size(); ++i) {
    switch (demand_.rules[i].kind) {
      case Rule::Kind::kSpreadAttribute: break;
      case Rule::Kind::kSpreadInstances: rank.own[i] = view.tasks_in_scope; break;
      case Rule::Kind::kBinpackCpu: rank.own[i] = view.cpu_free; break;
      case Rule::Kind::kBinpackMemory: rank.own[i] = view.memory_free; break;
      case Rule::Kind::kRandom: rank.own[i] = lots_[index]; break;
    }
  }
  return rank;
}

/// Compares the best candidates of two buckets, rule by rule.
bool Batch::better(const Bucket& a, const Bucket& b) const {
  const Rank& best_a = *a.candidates.begin();
  const Rank& best_b = *b.candidates.begin();
  std::size_t spread = 0;
  for (std::size_t i = 0; i < demand_.rules.size(); ++i) {
    const bool shared = spreads_attribute(demand_.rules[i]);
    const std::int64_t left = shared ? *a.tasks_in_scope[spread] : best_a.own[i];
    const std::int64_t right = shared ? *b.tasks_in_scope[spread] : best_b.own[i];
    if (left != right) return left < right;
    if (shared) ++spread;
  }
  return best_a < best_b;
}

void Batch::take(InstanceView& view) const {
  const model::TaskRequirements& needs = demand_.needs;
  view.cpu_free -= needs.cpu_units;
  view.memory_free -= needs.memory_mib;
  view.ports_used.insert(needs.ports.begin(), needs.ports.end());
  view.fixed_ports += static_cast<int>(needs.ports.size());
  view.gpus_free -= needs.gpus;
  if (needs.needs_eni) --view.interfaces_free;
  ++view.tasks_in_scope;
  ++view.wanted_in_scope;
  if (!demand_.group.empty()) view.facts.groups.insert(demand_.group);
}

std::expected<model::InstanceId, std::vector<model::Refusal>> Batch::place_next() {
  Bucket* best = nullptr;
  for (auto& [path, bucket] : buckets_) {
    if (bucket.candidates.empty()) continue;
    if (best == nullptr || better(bucket, *best)) best = &bucket;
  }
  if (best == nullptr) {
    std::vector<model::Refusal> refusals;
    for (const InstanceView& view : instances_) {
      if (auto no = refuse(view, demand_.needs, demand_.constraints)) refusals.push_back(std::move(*no));
    }
    return std::unexpected(std::move(refusals));
  }
  const std::size_t index = best->candidates.begin()->index;
  best->candidates.erase(best->candidates.begin());
  InstanceView& view = instances_[index];
  take(view);
  for (int* count : best->tasks_in_scope) ++*count;
  draw(index);
  if (fits(view)) best->candidates.insert(rank_of(index));
  return view.id;
}

}  // namespace drydock::scheduler
