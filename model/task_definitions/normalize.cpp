#include "model/task_definitions/normalize.hpp"

#include <string>
#include <utility>

#include "model/task_definitions/compatibility.hpp"
#include "model/task_definitions/members.hpp"
#include "model/task_definitions/requires_attributes.hpp"
#include "model/task_definitions/sizes.hpp"

namespace drydock::model {
namespace {

using namespace task_definitions;

constexpr int kHealthIntervalSeconds = 30;
constexpr int kHealthTimeoutSeconds = 5;
constexpr int kHealthRetries = 3;
constexpr int kRestartAttemptPeriodSeconds = 300;

template <class T, class Default>
void fill(std::optional<T>& member, Default&& value) {
  if (!member) member.emplace(std::forward<Default>(value));
}

template <class T>
void fill_empty(std::optional<std::vector<T>>& list) {
  if (!list) list.emplace();
}

std::optional<std::string> if_given(const std::optional<std::string>& member) {
  return given(member) ? member : std::nullopt;
}

void fill_port_mapping(std::string_view mode, api::PortMapping& mapping) {
  if (!given(mapping.protocol)) mapping.protocol = "tcp";
  if (given(mapping.containerPortRange) || mapping.hostPort) return;
  if (shares_host_ports(mode)) {
    mapping.hostPort = mapping.containerPort;
  } else {
    mapping.hostPort = 0;
  }
}

void fill_container(std::string_view mode, api::ContainerDefinition& container) {
  fill(container.cpu, 0);
  fill(container.essential, true);
  fill_empty(container.environment);
  fill_empty(container.mountPoints);
  fill_empty(container.volumesFrom);
  fill_empty(container.portMappings);
  fill_empty(container.systemControls);
  for (auto& mapping : *container.portMappings) fill_port_mapping(mode, mapping);
  if (container.healthCheck) {
    fill(container.healthCheck->interval, kHealthIntervalSeconds);
    fill(container.healthCheck->timeout, kHealthTimeoutSeconds);
    fill(container.healthCheck->retries, kHealthRetries);
  }
  if (container.restartPolicy) fill(container.restartPolicy->restartAttemptPeriod, kRestartAttemptPeriodSeconds);
}

void fill_volume(api::Volume& volume) {
  if (volume.efsVolumeConfiguration) fill(volume.efsVolumeConfiguration->rootDirectory, "/");
  if (volume.dockerVolumeConfiguration) {
    fill(volume.dockerVolumeConfiguration->scope, "task");
    fill(volume.dockerVolumeConfiguration->driver, "local");
  }
}

/// The unit written out: "1 vCPU" is stored as "1024". A text that is no size never gets past validation.
template <class Parse>
std::optional<std::string> plain_size(const std::optional<std::string>& size, Parse parse) {
  if (!given(size)) return std::nullopt;
  const auto amount = parse(*size);
  return amount ? std::to_string(*amount) : *size;
}

}  // namespace

api::TaskDefinition make_task_definition(const api::RegisterTaskDefinitionRequest& request) {
  api::TaskDefinition definition;
  definition.family = request.family;
  definition.taskRoleArn = if_given(request.taskRoleArn);
  definition.executionRoleArn = if_given(request.executionRoleArn);
  definition.networkMode = if_given(request.networkMode);
  definition.containerDefinitions = request.containerDefinitions;
  definition.volumes = request.volumes;
  definition.placementConstraints = request.placementConstraints;
  definition.requiresCompatibilities = request.requiresCompatibilities;
  definition.cpu = plain_size(request.cpu, parse_cpu_units);
  definition.memory = plain_size(request.memory, parse_memory_mib);
  definition.pidMode = if_given(request.pidMode);
  definition.ipcMode = if_given(request.ipcMode);
  definition.proxyConfiguration = request.proxyConfiguration;
  definition.inferenceAccelerators = request.inferenceAccelerators;
  definition.ephemeralStorage = request.ephemeralStorage;
  definition.runtimePlatform = request.runtimePlatform;
  definition.enableFaultInjection = request.enableFaultInjection.value_or(false);

  fill_empty(definition.containerDefinitions);
  fill_empty(definition.volumes);
  fill_empty(definition.placementConstraints);
  const std::string_view mode = network_mode(definition);
  for (auto& container : *definition.containerDefinitions) fill_container(mode, container);
  for (auto& volume : *definition.volumes) fill_volume(volume);

  definition.compatibilities = compatibilities_of(request);
  auto attributes = required_attributes(definition);
  if (!attributes.empty()) definition.requiresAttributes = std::move(attributes);
  return definition;
}

}  // namespace drydock::model
