#pragma once
// What a task of a task definition needs from a container instance: the demand side of resource accounting.

#include <string>
#include <vector>

#include "api-spec/generated/types.hpp"
#include "model/host_port.hpp"

namespace drydock::model {

/// One task's demand.
struct TaskRequirements {
  int cpu_units = 0;
  int memory_mib = 0;
  std::vector<HostPort> ports;             ///< fixed host ports, sorted, each once; dynamic ones block nothing
  std::vector<api::Attribute> attributes;  ///< a required value must be equal; without value the name is enough
  int gpus = 0;
  std::vector<int> gpus_by_container;  ///< in the order of the definition; empty when gpus is 0
  bool needs_eni = false;              ///< awsvpc: one network interface slot on EC2
};

/// Demand of a task. `overrides` may be null. Task-level cpu and memory win over the sum of the containers;
/// a container counts with its memoryReservation, without one with its memory.
TaskRequirements requirements_of(const api::TaskDefinition& definition, const api::TaskOverride* overrides);

/// The container definitions with the overrides applied: command, environment (merged by name), environmentFiles,
/// cpu, memory, memoryReservation, resourceRequirements. `overrides` may be null.
std::vector<api::ContainerDefinition> merged_containers(const api::TaskDefinition& definition,
                                                        const api::TaskOverride* overrides);

/// `cpu` (units) and `memory` (MiB) of a Task as text: the task level, else the sum over the containers.
std::string task_cpu_text(const api::TaskDefinition& definition, const api::TaskOverride* overrides);
std::string task_memory_text(const api::TaskDefinition& definition, const api::TaskOverride* overrides);

}  // namespace drydock::model
