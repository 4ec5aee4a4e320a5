#pragma once
// DAEMON services and managed daemons: one task on every eligible instance (spec/services.md sections 13.2 and 14.1).
// Pure.

#include <vector>

#include "model/ids.hpp"

namespace drydock::scheduler {

/// One container instance as a daemon sees it.
struct DaemonSlot {
  model::InstanceId instance;
  bool eligible = false;  // ACTIVE, connected, with the required attributes
  model::TaskId fresh;    // task of the PRIMARY deployment that is wanted, or none
  bool fresh_healthy = false;
  std::vector<model::TaskId> others;  // wanted tasks of older deployments, and surplus ones
  bool others_healthy = false;
  bool held = false;      // an older task is under scale-in protection: nothing changes here until it ends
  bool stopping = false;  // a task of the service is still on its way out
  bool draining = false;
};

struct DaemonPlan {
  int desired = 0;
  std::vector<model::InstanceId> start;
  std::vector<model::TaskId> stop;
  bool blocked = false;
  bool complete = false;
};

/// Slots in the order in which they should be served.
DaemonPlan plan_daemon(const std::vector<DaemonSlot>& slots, int minimum_healthy_percent);

/// The same where the caller says how many healthy tasks may be stopped now to be replaced.
DaemonPlan plan_daemon_step(const std::vector<DaemonSlot>& slots, int may_stop);

}  // namespace drydock::scheduler
