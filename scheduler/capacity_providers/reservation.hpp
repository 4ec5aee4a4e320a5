#pragma once
// How much of a capacity provider's capacity is needed (spec/services.md section 14). Pure.

#include <vector>

#include "model/task_definitions/requirements.hpp"

namespace drydock::scheduler {

/// The metric CapacityProviderReservation: 100 * needed / running; with no instance running 200 when one is needed,
/// else 100.
double capacity_reservation(int needed, int running);

/// What one instance of a group offers to tasks.
struct InstanceSize {
  int cpu_units = 0;
  int memory_mib = 0;
  int interfaces = 0;  // tasks with a network interface of their own
};

/// Tasks that need the same, and how many of them wait.
struct WaitingTasks {
  model::TaskRequirements needs;
  int count = 0;
};

/// How many empty instances the tasks fill, each group packed by itself and the groups then one after the other into
/// what is left over. Groups of tasks that do not fit an empty instance are left out.
int instances_needed(const std::vector<WaitingTasks>& groups, const InstanceSize& size);

}  // namespace drydock::scheduler
