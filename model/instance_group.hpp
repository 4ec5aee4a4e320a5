#pragma once
// A simulated Auto Scaling group: machines that come and go as its capacity provider's managed scaling decides
// (spec/services.md section 14). On AWS the group is another service's; here it stands for EC2.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/clock.hpp"
#include "model/ids.hpp"

namespace drydock::model {

/// A machine that the group has launched and not yet terminated. It becomes a container instance by registering.
struct GroupMachine {
  std::string instance_id;  // its ec2InstanceId
  std::string zone;
  Instant launched_at{};
  bool registered = false;      // it was a container instance at some time
  Instant terminating_since{};  // it is on its way out, and waits for its tasks; "never" otherwise
  [[nodiscard]] bool terminating() const { return terminating_since != Instant{}; }
};

struct InstanceGroup {
  InstanceGroupId id;
  WorldId world;
  /// As in a capacity provider's autoScalingGroupArn behind autoScalingGroupName/; for managed instances the name of
  /// the capacity provider itself.
  std::string name;
  int minimum = 0;
  int maximum = 0;
  int desired = 0;  // how many machines it is to have; managed scaling moves it between minimum and maximum
  int cpu_units = 0;
  int memory_mib = 0;
  std::vector<std::string> zones;  // used in turn; empty: <region>a
  int startup_seconds = 0;         // from a machine's launch to its registration
  /// Where its machines are: of this provider, in this cluster. None while nothing uses the group.
  CapacityProviderId provider;
  ClusterId cluster;
  std::vector<GroupMachine> machines;  // oldest first
  std::uint64_t launched = 0;          // machines ever
  Instant scaled_out_at{};
  Instant scaled_in_at{};
  Instant surplus_since{};  // fewer would do since then; "never" while they would not
};

/// The Auto Scaling group's name in its ARN; empty when there is none.
inline std::string_view group_name_in(std::string_view arn) {
  constexpr std::string_view kBefore = "autoScalingGroupName/";
  const std::size_t at = arn.find(kBefore);
  return at == std::string_view::npos ? std::string_view{} : arn.substr(at + kBefore.size());
}

}  // namespace drydock::model
