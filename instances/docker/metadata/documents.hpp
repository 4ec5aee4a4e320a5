#pragma once
// The objects of the task metadata endpoints (spec/task-metadata.md sections 3 and 4), from what the agent knows and
// what the engine says. Pure.

#include <map>
#include <string>

#include <nlohmann/json.hpp>

#include "instances/docker/task.hpp"

namespace drydock::instances::docker {

enum class MetadataVersion { kV2, kV3, kV4 };

/// The engine's description of containers, by their ids. Those that it has no more are missing.
using Inspected = std::map<std::string, nlohmann::json>;

struct InstanceFacts {
  std::string cluster;  // as the agent was told it
  std::string availability_zone;
};

nlohmann::ordered_json container_document(MetadataVersion version, const Task& task, std::size_t index,
                                          const Inspected& inspected);

/// With those of its containers that were created.
nlohmann::ordered_json task_document(MetadataVersion version, const InstanceFacts& instance, const Task& task,
                                     const Inspected& inspected);

}  // namespace drydock::instances::docker
