#pragma once
// How container instances are shown (spec/resources.md section 4, spec/placement.md section 2).

#include "api-spec/generated/types.hpp"
#include "model/state.hpp"

namespace drydock::operations {

struct InstanceIncludes {
  bool tags = false;
  bool health = false;
};

api::ContainerInstance render_instance(const model::State& state, const model::ContainerInstance& instance,
                                       const InstanceIncludes& include);

}  // namespace drydock::operations
