#include "scheduler/placement/place.hpp"

#include <algorithm>
#include <functional>
#include <limits>

#include "model/capacity_provider.hpp"
#include "scheduler/placement/pools.hpp"
#include "scheduler/placement/views.hpp"

namespace drydock::scheduler {
namespace {

constexpr std::int64_t kHighestLot = std::int64_t{1} << 62U;
constexpr std::int64_t kFewLotsLeft = std::int64_t{1} << 32U;

bool spreads_attribute(const Rule& rule) { return rule.kind == Rule::Kind::kSpreadAttribute; }

model::Room room_of(const InstanceView& view) { return {view.cpu_free, view.memory_free, view.uuid, view.id}; }

template <class Rank>
void push(std::vector<Rank>& heap, const Rank& rank) {
  heap.push_back(rank);
  std::ranges::push_heap(heap, std::greater{});
}

template <class Rank>
void pop(std::vector<Rank>& heap) {
  std::ranges::pop_heap(heap, std::greater{});
  heap.pop_back();
}

}  // namespace

Batch::Batch(std::vector<InstanceView> instances, Demand demand)
    : demand_(std::move(demand)), random_(demand_.seed), has_lots_(has_random(demand_.rules)) {
  if (demand_.rules.size() > kMostRules) demand_.rules.resize(kMostRules);
  for (InstanceView& view : instances) {
    Bucket& bucket = bucket_at(view.attributes, view.zone);
    for (int* count : bucket.tasks_in_scope) *count += view.tasks_in_scope;
    const std::size_t index = add(view.id, bucket);
    add_candidate(index, room_of(view), view.tasks_in_scope);
    instances_[index].view = std::make_unique<InstanceView>(std::move(view));
  }
}

Batch::Batch(const model::State& state, model::ClusterId cluster, Demand demand, std::string_view capacity_provider)
    : demand_(std::move(demand)),
      random_(demand_.seed),
      has_lots_(has_random(demand_.rules)),
      state_(&state),
      cluster_(cluster),
      capacity_provider_(capacity_provider) {
  if (demand_.rules.size() > kMostRules) demand_.rules.resize(kMostRules);
  set_order();
  add_pools();
  count_scope();
  if (has_lots_) add_all();
}

Batch::Bucket& Batch::bucket_at(const std::vector<api::Attribute>* attributes, const std::string& zone) {
  std::string path;
  std::vector<int*> counts;
  for (const Rule& rule : demand_.rules) {
    if (!spreads_attribute(rule)) continue;
    path += bucket_of(attributes, zone, rule);
    path += '\n';
    counts.push_back(&task_counts_[path]);
  }
  Bucket& bucket = buckets_[path];
  bucket.tasks_in_scope = std::move(counts);
  return bucket;
}

/// What distinguishes instances without tasks of the scope first: the chain's first binpack, else what is left of
/// memory.
void Batch::set_order() {
  bool spreads_instances = false;
  for (std::size_t i = 0; i < demand_.rules.size(); ++i) {
    const Rule::Kind kind = demand_.rules[i].kind;
    spreads_instances = spreads_instances || kind == Rule::Kind::kSpreadInstances;
    if (kind != Rule::Kind::kBinpackCpu && kind != Rule::Kind::kBinpackMemory) continue;
    order_ = kind == Rule::Kind::kBinpackCpu ? RoomOrder::kLeastCpu : RoomOrder::kLeastMemory;
    first_binpack_ = i;
    scope_first_ = spreads_instances;
    return;
  }
}

void Batch::add_pools() {
  for (const auto& [key, pool] : state_->of(cluster_).pools) {
    // A pool's instances have the same attributes, and so the same provider.
    const model::ContainerInstance& any = state_->get(pool.by_memory().begin()->id);
    if (!capacity_provider_.empty() && model::capacity_provider_of(*state_, any) != capacity_provider_) continue;
    Bucket& bucket = bucket_at(key.attributes.get(), key.zone);
    const bool useful = may_take(key, demand_);
    pools_.emplace(&pool, Pool{&bucket, useful});
    // Lots are drawn for all.
    if (!useful || has_lots_) continue;
    RoomStream stream(pool, order_, demand_.needs.cpu_units, demand_.needs.memory_mib);
    if (stream.head()) bucket.pools.push_back(stream);
  }
}

void Batch::count_scope() {
  const auto& groups = state_->of(cluster_).groups;
  const auto group = groups.find(demand_.group);
  if (group == groups.end()) return;
  group_ = &group->second;
  for (const auto& [place, count] : group_->pools) {
    const auto pool = pools_.find(place);
    if (pool == pools_.end()) continue;
    for (int* tasks : pool->second.bucket->tasks_in_scope) *tasks += count;
  }
}

/// They do not come in the order of what is left, so all of them are looked at. Those that are known already have got
/// their tasks of the scope from this batch.
void Batch::add_those_in_scope() {
  scope_added_ = true;
  if (group_ == nullptr || has_lots_) return;
  for (const auto& [id, count] : group_->instances) {
    if (index_of_.contains(id)) continue;
    const model::InstanceIndex& index = state_->of(id);
    const auto pool = pools_.find(index.pool);
    if (pool == pools_.end() || !pool->second.useful) continue;
    add_candidate(add(id, *pool->second.bucket), index.room, count);
  }
}

void Batch::add_all() {
  for (const model::InstanceId id : state_->of(cluster_).instances) {
    const model::InstanceIndex& index = state_->of(id);
    const auto pool = pools_.find(index.pool);
    if (pool == pools_.end()) continue;
    const std::size_t instance = add(id, *pool->second.bucket);
    if (pool->second.useful) add_candidate(instance, index.room, tasks_in_scope(id));
  }
}

std::size_t Batch::add(model::InstanceId id, Bucket& bucket) {
  const std::size_t index = instances_.size();
  Instance& made = instances_.emplace_back();
  made.id = id;
  made.bucket = &bucket;
  if (state_ != nullptr) index_of_.emplace(id, index);
  draw(made);
  return index;
}

void Batch::add_candidate(std::size_t index, const model::Room& room, int tasks_in_scope) {
  if (room.cpu_free < demand_.needs.cpu_units || room.memory_free < demand_.needs.memory_mib) return;
  push(instances_[index].bucket->candidates, rank_of(index, room, tasks_in_scope));
}

/// A new lot, above the last one. Since every candidate's lot is above the lots that were the lowest so far, all stay
/// equally likely.
void Batch::draw(Instance& instance) {
  if (!has_lots_) return;
  if (kHighestLot - instance.lot < kFewLotsLeft) return draw_again();
  instance.lot += 1 + static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(kHighestLot - instance.lot)));
}

/// The lots have climbed to their end: everybody gets a new one.
void Batch::draw_again() {
  for (Instance& instance : instances_) {
    instance.lot = static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(kHighestLot / 2)));
  }
  const auto rule = std::ranges::find(demand_.rules, Rule::Kind::kRandom, &Rule::kind) - demand_.rules.begin();
  for (auto& [path, bucket] : buckets_) {
    for (Rank& rank : bucket.candidates) rank.own[static_cast<std::size_t>(rule)] = instances_[rank.index].lot;
    std::ranges::make_heap(bucket.candidates, std::greater{});
  }
}

Batch::Rank Batch::rank_of(std::size_t index, const model::Room& room, int tasks_in_scope) const {
  Rank rank{{}, tasks_in_scope, -room.memory_free, room.uuid, index};
  for (std::size_t i = 0; i < demand_.rules.size(); ++i) {
    switch (demand_.rules[i].kind) {
      case Rule::Kind::kSpreadAttribute: break;
      case Rule::Kind::kSpreadInstances: rank.own[i] = tasks_in_scope; break;
      case Rule::Kind::kBinpackCpu: rank.own[i] = room.cpu_free; break;
      case Rule::Kind::kBinpackMemory: rank.own[i] = room.memory_free; break;
      case Rule::Kind::kRandom: rank.own[i] = instances_[index].lot; break;
    }
  }
  return rank;
}

Batch::Rank Batch::bound_of(const model::Room& next) const {
  Rank bound = rank_of(0, next, 0);
  for (std::size_t i = first_binpack_ + 1; i < demand_.rules.size(); ++i) {
    bound.own[i] = std::numeric_limits<std::int64_t>::min();
  }
  return bound;
}

void Batch::take_from_pools(Bucket& bucket) {
  for (RoomStream& pool : bucket.pools) {
    while (pool.head() && (bucket.candidates.empty() || bound_of(*pool.head()) < bucket.candidates.front())) {
      const model::Room room = *pool.head();
      pool.advance();
      if (index_of_.contains(room.id)) continue;
      const int tasks = tasks_in_scope(room.id);
      // Its turn is after all that have none.
      if (scope_first_ && tasks > 0) continue;
      add_candidate(add(room.id, bucket), room, tasks);
    }
  }
}

/// Brings the best candidate of the bucket to the front; false when there is none.
bool Batch::find_best(Bucket& bucket) {
  while (true) {
    take_from_pools(bucket);
    const bool nobody_without = bucket.candidates.empty() || bucket.candidates.front().tasks_in_scope > 0;
    if (scope_first_ && nobody_without && !scope_added_) {
      add_those_in_scope();
      continue;
    }
    if (bucket.candidates.empty()) return false;
    Instance& first = instances_[bucket.candidates.front().index];
    if (first.fits) return true;
    if (!first.view) first.view = look_at(first.id);
    first.fits = fits(*first.view);
    if (first.fits) return true;
    pop(bucket.candidates);
  }
}

int Batch::tasks_in_scope(model::InstanceId id) const {
  if (group_ == nullptr) return 0;
  const auto count = group_->instances.find(id);
  return count == group_->instances.end() ? 0 : count->second;
}

std::unique_ptr<InstanceView> Batch::look_at(model::InstanceId id) const {
  auto view = std::make_unique<InstanceView>(view_of(*state_, state_->get(id), view_options(demand_)));
  view->tasks_in_scope = tasks_in_scope(id);
  return view;
}

bool Batch::fits(const InstanceView& view) const { return !refuse(view, demand_.needs, demand_.constraints); }

/// Compares the best candidates of two buckets, rule by rule.
bool Batch::better(const Bucket& a, const Bucket& b) const {
  const Rank& best_a = a.candidates.front();
  const Rank& best_b = b.candidates.front();
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

std::vector<model::Refusal> Batch::refusals() const {
  std::vector<model::Refusal> refusals;
  const auto ask = [&](const InstanceView& view) {
    if (auto no = refuse(view, demand_.needs, demand_.constraints)) refusals.push_back(std::move(*no));
  };
  if (state_ == nullptr) {
    for (const Instance& instance : instances_) ask(*instance.view);
    return refusals;
  }
  for (const model::InstanceId id : state_->of(cluster_).instances) {
    if (!pools_.contains(state_->of(id).pool)) continue;
    const auto known = index_of_.find(id);
    const bool seen = known != index_of_.end() && instances_[known->second].view;
    ask(seen ? *instances_[known->second].view : *look_at(id));
  }
  return refusals;
}

std::expected<model::InstanceId, std::vector<model::Refusal>> Batch::place_next() {
  Bucket* best = nullptr;
  for (auto& [path, bucket] : buckets_) {
    if (!find_best(bucket)) continue;
    if (best == nullptr || better(bucket, *best)) best = &bucket;
  }
  if (best == nullptr) return std::unexpected(refusals());
  const std::size_t index = best->candidates.front().index;
  pop(best->candidates);
  Instance& instance = instances_[index];
  take(*instance.view);
  for (int* count : best->tasks_in_scope) ++*count;
  draw(instance);
  instance.fits = fits(*instance.view);
  if (instance.fits) add_candidate(index, room_of(*instance.view), instance.view->tasks_in_scope);
  return instance.id;
}

}  // namespace drydock::scheduler
