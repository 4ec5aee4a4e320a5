#pragma once
// Every no has a reason: one structured record that service events, failures, the explain call and the console show.

#include <map>
#include <string>
#include <vector>

#include "model/clock.hpp"
#include "model/ids.hpp"

namespace drydock::model {

/// Why one container instance could not take a task. `reason` is ECS's code: RESOURCE:CPU, AGENT, ATTRIBUTE, ...
struct Refusal {
  InstanceId instance;
  std::string reason;
  std::string wanted;     // what the task needs, in words
  std::string available;  // what the instance has, in words
  friend bool operator==(const Refusal&, const Refusal&) = default;
};

/// One decision that held something back.
struct Explanation {
  Instant at{};
  std::string code;       // PLACEMENT, DEPLOYMENT_BOUNDS, START_THROTTLED, NO_INSTANCES, ...
  std::string message;    // ECS's words
  std::string next_step;  // what a person can do about it
  std::vector<Refusal> refusals;
};

struct Explanations {
  std::map<ServiceId, Explanation> services;
  std::map<DaemonId, Explanation> daemons;
  std::map<TaskId, Explanation> tasks;                           // that wait in PROVISIONING for an instance
  std::map<CapacityProviderId, Explanation> capacity_providers;  // why their groups do not scale
  std::map<ClusterId, Explanation> clusters;  // the last RunTask or StartTask that could not place everything
};

}  // namespace drydock::model
