#pragma once
// Simulated Auto Scaling groups as their owner makes and changes them: on AWS, calls to EC2 Auto Scaling.

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "model/transaction.hpp"

namespace drydock::scheduler {

/// Members without a value stay as they are, or begin with their default.
struct GroupSettings {
  std::optional<int> minimum;          // 0
  std::optional<int> maximum;          // 1, or the minimum
  std::optional<int> desired;          // the minimum
  std::optional<int> cpu_units;        // 2048; counts for machines launched afterwards, as the next ones
  std::optional<int> memory_mib;       // 3884
  std::optional<int> startup_seconds;  // 0
  std::optional<std::vector<std::string>> zones;
};

/// Makes or changes the group of this name. The error says what does not fit together; then nothing has changed.
std::expected<model::InstanceGroupId, std::string> put_group(model::Transaction& tx, model::WorldId world,
                                                             const std::string& name, const GroupSettings& settings);

/// The group goes, and its machines are terminated with what runs on them.
void remove_group(model::Transaction& tx, model::InstanceGroupId id);

}  // namespace drydock::scheduler
