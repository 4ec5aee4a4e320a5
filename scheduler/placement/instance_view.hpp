#pragma once

#include <set>
#include <string>
#include <vector>

#include "api-spec/generated/types.hpp"
#include "model/host_port.hpp"
#include "model/ids.hpp"
#include "scheduler/query/evaluate.hpp"

namespace drydock::scheduler {

/// Tasks with network mode awsvpc that an instance takes when it says nothing else, and the attribute that says it.
inline constexpr int kDefaultInterfaceSlots = 15;
inline constexpr const char* kInterfaceSlotsAttribute = "drydock.eni-slots";

/// Reserved and fixed host ports of an instance together (AWS: "Amazon ECS service quotas").
inline constexpr int kMostFixedPorts = 100;

/// One container instance as placement sees it.
struct InstanceView {
  model::InstanceId id;
  model::Uuid uuid;  // the last tie-break: ARNs of one cluster order like this
  bool active = true;
  bool connected = true;
  std::string missing_daemon;  // one that is not RUNNING on it yet; other tasks come after it
  std::string zone;
  int cpu_registered = 0, cpu_free = 0;
  int memory_registered = 0, memory_free = 0;
  std::set<model::HostPort> ports_used;  // reserved ones and those of its tasks
  int fixed_ports = 0;                   // those among them that were not given dynamically
  int gpus_registered = 0, gpus_free = 0;
  int interfaces = kDefaultInterfaceSlots, interfaces_free = kDefaultInterfaceSlots;
  const std::vector<api::Attribute>* attributes = nullptr;  // sorted by name
  int tasks_in_scope = 0;   // of the same service, or of the same group for standalone tasks
  int wanted_in_scope = 0;  // of these, desiredStatus RUNNING: what distinctInstance looks at
  query::InstanceFacts facts;
};

}  // namespace drydock::scheduler
