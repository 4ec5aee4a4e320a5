#pragma once
// How many tasks a deployment, a task set or a revision of a service has now.

#include "model/state.hpp"

namespace drydock::model {

struct TaskCounts {
  int pending = 0;
  int running = 0;
};

/// Tasks that still run count as running, whether or not they are to be stopped.
TaskCounts count_tasks(const State& state, ServiceId service, std::uint64_t digits);

/// The revision's part in its service now; nothing for a revision or a service that is gone.
DeployedRevision count_revision(const State& state, ServiceRevisionId revision);

}  // namespace drydock::model
