#pragma once
// Starting tasks of a service's PRIMARY deployment: each finds its capacity provider and its place, or waits.

#include <optional>
#include <string>
#include <vector>

#include "scheduler/capacity_providers/split.hpp"
#include "scheduler/reconciler/service_pass.hpp"

namespace drydock::scheduler {

struct Started {
  std::vector<model::TaskId> tasks;
  std::optional<std::vector<model::Refusal>> refusals;  // why not all that were wanted
  std::string starved;                                  // the capacity provider that had no room, with a strategy
  std::string limit;                                    // the event of a quota that was reached
  std::string limit_next_step;
};

/// The deployment's capacity provider strategy; empty when it has none.
const Strategy& strategy_of(const model::Deployment& deployment);

/// Starts up to `wanted` tasks; with a zone only on instances there, and none that waits for one.
Started start_tasks(ServicePass& pass, int wanted, const std::string& zone = {});

/// Says and records why not all were started.
void report_unstarted(ServicePass& pass, const Started& started);

}  // namespace drydock::scheduler
