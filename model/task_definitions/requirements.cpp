#include "model/task_definitions/requirements.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string_view>

#include "model/task_definitions/members.hpp"
#include "model/task_definitions/sizes.hpp"

namespace drydock::model {
namespace {

using namespace task_definitions;
using Containers = std::vector<api::ContainerDefinition>;

const api::ContainerOverride* find_override(const api::TaskOverride& overrides, std::string_view container) {
  for (const auto& candidate : items(overrides.containerOverrides)) {
    if (text(candidate.name) == container) return &candidate;
  }
  return nullptr;
}

void merge_environment(const std::vector<api::KeyValuePair>& overriding, std::vector<api::KeyValuePair>& environment) {
  for (const auto& variable : overriding) {
    const auto same = std::find_if(environment.begin(), environment.end(),
                                   [&](const auto& own) { return text(own.name) == text(variable.name); });
    if (same == environment.end()) {
      environment.push_back(variable);
    } else {
      same->value = variable.value;
    }
  }
}

/// Empty lists override nothing: generated request skeletons carry them.
template <class T>
void replace(const std::optional<std::vector<T>>& overriding, std::optional<std::vector<T>>& list) {
  if (!items(overriding).empty()) list = overriding;
}

template <class Number>
void replace_number(const std::optional<Number>& overriding, std::optional<Number>& number) {
  if (overriding) number = overriding;
}

void apply(const api::ContainerOverride& change, api::ContainerDefinition& container) {
  replace(change.command, container.command);
  replace(change.environmentFiles, container.environmentFiles);
  replace(change.resourceRequirements, container.resourceRequirements);
  replace_number(change.cpu, container.cpu);
  replace_number(change.memory, container.memory);
  replace_number(change.memoryReservation, container.memoryReservation);
  if (items(change.environment).empty()) return;
  if (!container.environment) container.environment.emplace();
  merge_environment(*change.environment, *container.environment);
}

int clamped(std::int64_t amount) {
  return static_cast<int>(std::clamp<std::int64_t>(amount, 0, std::numeric_limits<int>::max()));
}

int cpu_of(const api::TaskDefinition& definition, const api::TaskOverride* overrides, const Containers& containers) {
  if (overrides != nullptr && given(overrides->cpu)) return parse_cpu_units(*overrides->cpu).value_or(0);
  if (given(definition.cpu)) return parse_cpu_units(*definition.cpu).value_or(0);
  std::int64_t sum = 0;
  for (const auto& container : containers) sum += container.cpu.value_or(0);
  return clamped(sum);
}

int memory_of(const api::TaskDefinition& definition, const api::TaskOverride* overrides, const Containers& containers) {
  if (overrides != nullptr && given(overrides->memory)) return parse_memory_mib(*overrides->memory).value_or(0);
  if (given(definition.memory)) return parse_memory_mib(*definition.memory).value_or(0);
  std::int64_t sum = 0;
  for (const auto& container : containers) {
    sum += container.memoryReservation ? *container.memoryReservation : container.memory.value_or(0);
  }
  return clamped(sum);
}

std::vector<HostPort> fixed_ports(std::string_view mode, const Containers& containers) {
  std::vector<HostPort> ports;
  if (mode != "host" && mode != "bridge") return ports;
  for (const auto& container : containers) {
    for (const auto& mapping : items(container.portMappings)) {
      const auto port = mode == "host" ? mapping.containerPort.value_or(0) : mapping.hostPort.value_or(0);
      if (port > 0) ports.push_back({static_cast<int>(port), text(mapping.protocol) == "udp"});
    }
  }
  std::sort(ports.begin(), ports.end());
  ports.erase(std::unique(ports.begin(), ports.end()), ports.end());
  return ports;
}

void add_gpus(const Containers& containers, TaskRequirements& requirements) {
  std::int64_t sum = 0;
  for (const auto& container : containers) {
    std::int64_t own = 0;
    for (const auto& requirement : items(container.resourceRequirements)) {
      if (text(requirement.type) == "GPU") own += whole_number(text(requirement.value)).value_or(0);
    }
    sum += own;
    requirements.gpus_by_container.push_back(clamped(own));
  }
  requirements.gpus = clamped(sum);
  if (sum == 0) requirements.gpus_by_container.clear();
}

api::Attribute attribute(std::string name, std::string value) {
  api::Attribute made;
  made.name = std::move(name);
  made.value = std::move(value);
  return made;
}

/// runtimePlatform asks for an operating system and a processor by value; requiresAttributes does not show that.
void add_platform(const api::TaskDefinition& definition, std::vector<api::Attribute>& attributes) {
  if (!definition.runtimePlatform) return;
  if (!operating_system_family(definition.runtimePlatform).empty()) {
    attributes.push_back(attribute("ecs.os-type", is_windows(definition) ? "windows" : "linux"));
  }
  const std::string_view processor = text(definition.runtimePlatform->cpuArchitecture);
  if (!processor.empty()) {
    attributes.push_back(attribute("ecs.cpu-architecture", processor == "ARM64" ? "arm64" : "x86_64"));
  }
}

}  // namespace

std::vector<api::ContainerDefinition> merged_containers(const api::TaskDefinition& definition,
                                                        const api::TaskOverride* overrides) {
  Containers containers = items(definition.containerDefinitions);
  if (overrides == nullptr) return containers;
  for (auto& container : containers) {
    if (const auto* change = find_override(*overrides, text(container.name))) apply(*change, container);
  }
  return containers;
}

TaskRequirements requirements_of(const api::TaskDefinition& definition, const api::TaskOverride* overrides) {
  const Containers containers = merged_containers(definition, overrides);
  const std::string_view mode = network_mode(definition);
  TaskRequirements requirements;
  requirements.cpu_units = cpu_of(definition, overrides, containers);
  requirements.memory_mib = memory_of(definition, overrides, containers);
  requirements.ports = fixed_ports(mode, containers);
  requirements.attributes = items(definition.requiresAttributes);
  add_platform(definition, requirements.attributes);
  add_gpus(containers, requirements);
  requirements.needs_eni = mode == "awsvpc";
  return requirements;
}

std::string task_cpu_text(const api::TaskDefinition& definition, const api::TaskOverride* overrides) {
  return std::to_string(cpu_of(definition, overrides, merged_containers(definition, overrides)));
}

std::string task_memory_text(const api::TaskDefinition& definition, const api::TaskOverride* overrides) {
  return std::to_string(memory_of(definition, overrides, merged_containers(definition, overrides)));
}

}  // namespace drydock::model
