#pragma once

#include <memory>
#include <string>
#include <vector>

#include "api-spec/generated/types.hpp"
#include "model/clock.hpp"
#include "model/host_port.hpp"
#include "model/ids.hpp"

namespace drydock::model {

enum class InstanceStatus : std::uint8_t { kActive, kDraining, kInactive };

const char* to_text(InstanceStatus status);

/// spec/resources.md section 4. Remaining resources are derived from the tasks on the instance.
struct ContainerInstance {
  InstanceId id;
  Uuid uuid;
  ClusterId cluster;
  InstanceStatus status = InstanceStatus::kActive;
  bool agent_connected = false;
  std::string ec2_instance_id;
  std::string availability_zone;
  int cpu_units = 0;
  int memory_mib = 0;
  std::vector<HostPort> reserved_ports;
  /// Resources other than CPU, MEMORY, PORTS and PORTS_UDP, as registered.
  std::shared_ptr<const std::vector<api::Resource>> other_resources;
  /// Sorted by name.
  std::shared_ptr<const std::vector<api::Attribute>> attributes;
  std::shared_ptr<const api::VersionInfo> version_info;
  std::vector<api::Tag> tags;
  std::int64_t version = 1;
  std::string agent_update_status;
  Instant registered_at{};
  Instant inactive_at{};
};

}  // namespace drydock::model
