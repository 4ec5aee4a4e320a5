#pragma once
// Rolling update, scale-out and scale-in of a REPLICA service as one pure decision (spec/services.md sections 3, 4, 7
// and 13.3). The same pass serves all of them: tasks of the PRIMARY deployment on ACTIVE instances are wanted, all
// others are on their way out.

namespace drydock::scheduler {

/// Tasks that are not to be stopped yet, by what they count as.
struct TaskGroup {
  int starting = 0;  // not yet RUNNING
  int healthy = 0;
  int evaluating = 0;  // RUNNING, no verdict of the health check yet
  int unhealthy = 0;
  [[nodiscard]] int total() const { return starting + healthy + evaluating + unhealthy; }
};

struct RollingView {
  int desired = 0;
  int minimum_healthy_percent = 100;
  int maximum_percent = 200;
  TaskGroup fresh;             // PRIMARY deployment
  TaskGroup leaving;           // older deployments, and tasks on DRAINING instances
  int stopping_of_others = 0;  // tasks of older deployments that are not STOPPED yet
  int stopping_exclusive = 0;  // tasks of any deployment that hold a fixed host port until they are STOPPED
};

struct RollingPlan {
  int start = 0;
  int scale_in = 0;              // of the PRIMARY deployment, any task
  int stop_unhealthy = 0;        // of the PRIMARY deployment
  int stop_leaving_unready = 0;  // starting, evaluating or unhealthy
  int stop_leaving_healthy = 0;
  bool blocked = false;   // the bounds leave nothing to do, and there is something left to do
  bool complete = false;  // the PRIMARY deployment is all there is, running and healthy
};

struct Bounds {
  int lower = 0;  // healthy tasks that must remain
  int upper = 0;  // tasks allowed to exist
};

Bounds rolling_bounds(int desired, int minimum_healthy_percent, int maximum_percent);
RollingPlan plan_rolling(const RollingView& view);
/// The same for a PRIMARY deployment that has FAILED without going back: nothing is started, its tasks that never ran
/// or are unhealthy go, and of the others only those beyond the desired count.
RollingPlan plan_halted(const RollingView& view);

}  // namespace drydock::scheduler
