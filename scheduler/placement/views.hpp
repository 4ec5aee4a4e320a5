#pragma once
// Placement's view of a cluster, built from State.

#include <string_view>
#include <vector>

#include "model/state.hpp"
#include "scheduler/placement/place.hpp"

namespace drydock::scheduler {

InstanceView view_of(const model::State& state, const model::ContainerInstance& instance);

/// Every instance of the cluster that is not INACTIVE, with the tasks of `group` as scope; only those of a capacity
/// provider when one is named.
std::vector<InstanceView> views_of(const model::State& state, model::ClusterId cluster, std::string_view group,
                                   std::string_view capacity_provider = {});

}  // namespace drydock::scheduler
