#pragma once
// How clusters are shown (spec/resources.md section 2).

#include "api-spec/generated/types.hpp"
#include "model/state.hpp"

namespace drydock::operations {

/// Which of the members that DescribeClusters gates are filled in.
struct ClusterIncludes {
  bool attachments = false;
  bool configurations = false;
  bool settings = false;
  bool statistics = false;
  bool tags = false;
};

api::Cluster render_cluster(const model::State& state, const model::Cluster& cluster, const ClusterIncludes& include);

}  // namespace drydock::operations
