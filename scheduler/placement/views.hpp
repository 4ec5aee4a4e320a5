#pragma once
// Placement's view of a cluster, built from State.

#include <string_view>
#include <vector>

#include "model/state.hpp"
#include "scheduler/placement/demand.hpp"

namespace drydock::scheduler {

/// What is looked up only for those who ask.
struct ViewOptions {
  std::string_view group{};              // the scope of spread and distinctInstance
  std::string_view capacity_provider{};  // only its instances; empty: all
  bool ports = true;
  bool tasks = false;  // the groups of the instance's tasks, and which of them are wanted
};

/// What a demand makes it necessary to look at.
ViewOptions view_options(const Demand& demand, std::string_view capacity_provider = {});

InstanceView view_of(const model::State& state, const model::ContainerInstance& instance, const ViewOptions& options);

/// Every instance of the cluster that is not INACTIVE.
std::vector<InstanceView> views_of(const model::State& state, model::ClusterId cluster, const ViewOptions& options);

}  // namespace drydock::scheduler
