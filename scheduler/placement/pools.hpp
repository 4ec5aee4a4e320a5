#pragma once
// What can be said of all instances of a pool at once.

#include "model/instance_pool.hpp"
#include "scheduler/placement/demand.hpp"

namespace drydock::scheduler {

/// False when every instance of the pool refuses, whatever room it has.
bool may_take(const model::PoolKey& pool, const Demand& demand);

}  // namespace drydock::scheduler
