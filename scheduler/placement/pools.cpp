#include "scheduler/placement/pools.hpp"

#include <algorithm>
#include <limits>

namespace drydock::scheduler {
namespace {

/// An instance of the pool that has room without end.
InstanceView best_instance(const model::PoolKey& pool) {
  InstanceView view;
  view.active = view.connected = pool.takes_tasks;
  view.cpu_free = view.memory_free = view.interfaces_free = std::numeric_limits<int>::max();
  view.gpus_free = pool.gpus;
  view.attributes = pool.attributes.get();
  view.facts.attributes = view.attributes;
  return view;
}

}  // namespace

bool may_take(const model::PoolKey& pool, const Demand& demand) {
  const InstanceView best = best_instance(pool);
  if (refuse(best, demand.needs)) return false;
  return std::ranges::all_of(demand.constraints.member_of, [&](const MemberOf& one) {
    if (!one.tree) return false;
    return !query::depends_on_attributes_only(*one.tree) || query::holds(*one.tree, best.facts);
  });
}

}  // namespace drydock::scheduler
