#pragma once
// One instance of this process: its link, and where it stands.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "instances/docker/agent.hpp"
#include "instances/simulated/simulated_instance.hpp"
#include "server/agents/agents.hpp"

namespace drydock::server {

struct Agents::Slot {
  std::string account;
  std::string region;
  std::string cluster;
  std::string instance_id;
  std::string zone;
  std::shared_ptr<instances::InstanceLink> link;
  std::shared_ptr<instances::docker::DockerAgent> docker;
  std::shared_ptr<instances::simulated::SimulatedInstance> simulated;
  api::RegisterContainerInstanceRequest registration;  // simulated only
  std::string arn;
  bool of_group = false;  // a machine of an instance group
  bool hidden = false;
  bool connected = false;
  bool registering = false;
  bool register_again = false;  // the cluster appeared while the answer was under way
  /// Deregistered by a user: AWS's agent goes on, but its sessions are refused and it does not register by itself.
  bool at_rest = false;
  bool ended = false;
  // What faults have made of it.
  bool lost = false;                           // terminated; nothing takes its place yet
  bool cut_off = false;                        // the agent goes on, unheard
  bool session = false;                        // what the agent said last of its session while it was cut off
  std::vector<std::function<void()>> unheard;  // what it said meanwhile, in order
};

}  // namespace drydock::server
