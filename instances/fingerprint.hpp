#pragma once
// What a container instance says about itself when it registers: resources, attributes, identity.

#include <cstdint>
#include <string>
#include <vector>

#include "api-spec/generated/types.hpp"
#include "instances/agent_config.hpp"
#include "model/agent_version.hpp"

namespace drydock::instances {

/// Who the instance is, in EC2's terms. Empty texts are left out.
struct InstanceIdentity {
  std::string instance_id;        // "i-0123456789abcdef0"
  std::string instance_type;      // "m5.large"
  std::string region;             // "us-east-1"
  std::string availability_zone;  // "us-east-1a"
  std::string image_id;           // "ami-…"
  std::string account_id;
  std::string vpc_id;
  std::string subnet_id;
};

/// What a machine has for tasks, where that is not what its hardware has.
struct MachineSize {
  int cpu_units = 0;
  int memory_mib = 0;
};

/// The machine behind it.
struct MachineFacts {
  int cpus = 1;
  int cpu_units = 0;                     // 0: 1024 for each of its processors
  std::int64_t memory_mib = 0;           // of the whole machine
  std::string architecture;              // as the engine or uname says it: x86_64, amd64, aarch64, arm64
  std::string docker_version;            // "20.10.24"; empty when there is no engine (simulated)
  std::vector<std::string> log_drivers;  // what the engine offers; empty: not asked
  std::vector<std::string> gpus;         // UUIDs of those that the engine can give to containers
  bool apparmor = false;
  bool selinux = false;
};

/// Version of the built-in agent as versionInfo.agentVersion shows it; the level of AWS's agent it behaves like.
inline constexpr const char* kAgentVersion = model::kNewestAgentVersion;

/// The registration request of an instance that offers everything a recent agent on EC2 offers.
/// `known_arn` is the instance's ARN from an earlier registration, or empty.
api::RegisterContainerInstanceRequest make_registration(const InstanceIdentity& identity, const MachineFacts& machine,
                                                        const AgentConfig& config, const std::string& known_arn);

/// The instance identity document as EC2's metadata service words it.
std::string identity_document(const InstanceIdentity& identity, const std::string& architecture);

}  // namespace drydock::instances
