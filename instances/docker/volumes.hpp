#pragma once
// The volumes of a task as the engine knows them: names, bind strings, and what has to be made first. Pure.
// File systems of AWS (EFS, FSx, S3 Files) are stood in for by engine volumes that keep their data by the file system's
// id.

#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "instances/docker/container_names.hpp"
#include "instances/instance_link.hpp"

namespace drydock::instances::docker {

/// A named volume of the engine that a container mounts.
struct EngineVolume {
  std::string name;
  std::string driver = "local";
  std::map<std::string, std::string> driver_options;
  std::map<std::string, std::string> labels;
  bool must_exist = false;  // shared and not autoprovisioned: never made here
};

/// "<source>:<path>[:ro]" for each mount point. Error: "HostConfigError: Invalid volume referenced: <name>".
std::expected<std::vector<std::string>, std::string> binds_of(const TaskPayload& task,
                                                              const api::ContainerDefinition& container);

/// "<container's name on the engine>[:ro]" for each volumesFrom.
std::vector<std::string> volumes_from(const TaskPayload& task, const api::ContainerDefinition& container);

/// The engine's volumes that this container mounts, each once. Those of the task alone carry its labels, by which they
/// are found when it is cleaned up; the others are kept.
std::vector<EngineVolume> engine_volumes(const Owner& owner, const TaskPayload& task,
                                         const api::ContainerDefinition& container);

/// The labels of every volume that belongs to this task alone.
std::map<std::string, std::string> task_volume_labels(const Owner& owner, std::string_view task_arn);

}  // namespace drydock::instances::docker
