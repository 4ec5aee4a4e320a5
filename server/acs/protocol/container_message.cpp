#include "server/acs/protocol/container_message.hpp"

#include <algorithm>

#include "instances/awslogs.hpp"
#include "model/arn.hpp"
#include "server/acs/protocol/docker_config.hpp"

namespace drydock::server::acs {
namespace {

using api::ContainerDefinition;

constexpr int kRestartAttemptPeriod = 300;  // seconds
constexpr const char* kEndpointVariable = "AWS_ENDPOINT_URL";
constexpr const char* kExecutionVariable = "AWS_EXECUTION_ENV";

bool filled(const auto& list) { return list && !list->empty(); }

std::string region_of(const std::string& arn, const std::string& otherwise) {
  if (const auto parsed = model::parse_arn(arn); parsed && !parsed->region.empty()) return std::string(parsed->region);
  // ARNs of secrets and parameters have other forms than ECS's.
  std::size_t begin = 0;
  for (int part = 0; part < 3 && begin != std::string::npos; ++part) begin = arn.find(':', begin + (part > 0 ? 1 : 0));
  if (!arn.starts_with("arn:") || begin == std::string::npos) return otherwise;
  const std::size_t end = arn.find(':', begin + 1);
  return end == std::string::npos ? otherwise : arn.substr(begin + 1, end - begin - 1);
}

bool is_loopback(const std::string& url) {
  const std::size_t slashes = url.find("//");
  const std::string host = slashes == std::string::npos ? url : url.substr(slashes + 2);
  return host.starts_with("127.") || host.starts_with("localhost") || host.starts_with("[::1]");
}

/// Containers reach a loopback address of their host only from within its network.
bool tells_endpoint(const instances::TaskPayload& task, const TaskSurroundings& around) {
  return around.names_endpoint && !around.server_url.empty() &&
         (task.network_mode == "host" || !is_loopback(around.server_url));
}

Json environment_of(const instances::TaskPayload& task, const instances::ContainerPayload& container,
                    const TaskSurroundings& around) {
  Json environment = Json::object();
  if (container.definition->environment) {
    for (const api::KeyValuePair& entry : *container.definition->environment) {
      environment[entry.name.value_or("")] = entry.value.value_or("");
    }
  }
  for (const auto& [name, value] : container.secrets.environment) environment[name] = value;
  if (task.launch_type == "EC2" && !environment.contains(kExecutionVariable)) {
    environment[kExecutionVariable] = "AWS_ECS_EC2";
  }
  if (tells_endpoint(task, around) && !environment.contains(kEndpointVariable)) {
    environment[kEndpointVariable] = around.server_url;
  }
  return environment;
}

Json port_mappings(const ContainerDefinition& definition) {
  Json mappings = Json::array();
  if (!definition.portMappings) return mappings;
  for (const api::PortMapping& mapping : *definition.portMappings) {
    Json entry;
    if (mapping.containerPort) {
      entry["containerPort"] = *mapping.containerPort;
      entry["hostPort"] = mapping.hostPort.value_or(0);
    } else {
      entry["containerPortRange"] = mapping.containerPortRange.value_or("");
    }
    entry["protocol"] = mapping.protocol.value_or("tcp");
    mappings.push_back(std::move(entry));
  }
  return mappings;
}

Json mount_points(const ContainerDefinition& definition) {
  Json mounts = Json::array();
  if (!definition.mountPoints) return mounts;
  for (const api::MountPoint& mount : *definition.mountPoints) {
    Json entry;
    entry["sourceVolume"] = mount.sourceVolume.value_or("");
    entry["containerPath"] = mount.containerPath.value_or("");
    entry["readOnly"] = mount.readOnly.value_or(false);
    mounts.push_back(std::move(entry));
  }
  return mounts;
}

Json volumes_from(const ContainerDefinition& definition) {
  Json all = Json::array();
  if (!definition.volumesFrom) return all;
  for (const api::VolumeFrom& from : *definition.volumesFrom) {
    Json entry;
    entry["sourceContainer"] = from.sourceContainer.value_or("");
    entry["readOnly"] = from.readOnly.value_or(false);
    all.push_back(std::move(entry));
  }
  return all;
}

Json depends_on(const ContainerDefinition& definition) {
  Json all = Json::array();
  for (const api::ContainerDependency& dependency : *definition.dependsOn) {
    Json entry;
    entry["containerName"] = dependency.containerName.value_or("");
    entry["condition"] = dependency.condition.value_or("");
    all.push_back(std::move(entry));
  }
  return all;
}

Json restart_policy(const api::ContainerRestartPolicy& policy) {
  Json message;
  message["enabled"] = policy.enabled.value_or(false);
  message["ignoredExitCodes"] = policy.ignoredExitCodes.value_or(std::vector<std::int32_t>{});
  message["restartAttemptPeriod"] = policy.restartAttemptPeriod.value_or(kRestartAttemptPeriod);
  return message;
}

Json firelens(const api::FirelensConfiguration& settings) {
  Json options = Json::object();
  if (settings.options) {
    for (const auto& [key, value] : *settings.options) options[key] = value;
  }
  Json message;
  message["type"] = settings.type.value_or("");
  message["options"] = std::move(options);
  return message;
}

/// Null when the image is pulled without credentials. Those of a private registry are read by the agent itself, from
/// Secrets Manager with the execution role; those of ECR it asks of ECR with its own.
Json registry_authentication(const instances::TaskPayload& task, const ContainerDefinition& definition) {
  const auto arn = model::parse_arn(task.task_arn);
  const std::string region = arn ? std::string(arn->region) : std::string{};
  Json message;
  if (definition.repositoryCredentials) {
    const std::string parameter = definition.repositoryCredentials->credentialsParameter.value_or("");
    message["type"] = "asm";
    message["asmAuthData"]["credentialsParameter"] = parameter;
    message["asmAuthData"]["region"] = region_of(parameter, region);
    return message;
  }
  // <account>.dkr.ecr.<region>.amazonaws.com/<repository>
  constexpr std::string_view kRegistry = ".dkr.ecr.";
  const std::string image = definition.image.value_or("");
  const std::size_t registry = image.find(kRegistry);
  if (registry == std::string::npos || image.find('/') < registry) return message;
  const std::size_t begin = registry + kRegistry.size();
  message["type"] = "ecr";
  message["ecrAuthData"]["registryId"] = image.substr(0, registry);
  message["ecrAuthData"]["region"] = image.substr(begin, image.find('.', begin) - begin);
  message["ecrAuthData"]["useExecutionRole"] = false;
  return message;
}

void add_timeouts(const ContainerDefinition& definition, Json& message) {
  if (definition.startTimeout) message["startTimeout"] = *definition.startTimeout;
  if (definition.stopTimeout) message["stopTimeout"] = *definition.stopTimeout;
}

}  // namespace

Json container_message(const instances::TaskPayload& task, const instances::ContainerPayload& container,
                       const TaskSurroundings& around) {
  const ContainerDefinition& definition = *container.definition;
  const bool awslogs = instances::uses_awslogs(definition);
  Json message;
  message["name"] = definition.name.value_or("");
  message["image"] = definition.image.value_or("");
  message["essential"] = definition.essential.value_or(true);
  message["containerArn"] = container.container_arn;
  message["cpu"] = definition.cpu.value_or(0);
  message["memory"] = definition.memory.value_or(0);
  if (filled(definition.entryPoint)) message["entryPoint"] = *definition.entryPoint;
  if (filled(definition.command)) message["command"] = *definition.command;
  message["environment"] = environment_of(task, container, around);
  // An awsvpc container with published ports cannot be made.
  if (task.network_mode != "awsvpc") message["portMappings"] = port_mappings(definition);
  message["links"] = definition.links.value_or(std::vector<std::string>{});
  message["mountPoints"] = mount_points(definition);
  message["volumesFrom"] = volumes_from(definition);
  if (filled(definition.dependsOn)) message["dependsOn"] = depends_on(definition);
  add_timeouts(definition, message);
  if (definition.healthCheck && filled(definition.healthCheck->command)) message["healthCheckType"] = "docker";
  if (definition.restartPolicy) message["restartPolicy"] = restart_policy(*definition.restartPolicy);
  if (definition.firelensConfiguration) message["firelensConfiguration"] = firelens(*definition.firelensConfiguration);
  if (filled(definition.credentialSpecs)) message["credentialSpecs"] = *definition.credentialSpecs;
  if (awslogs && around.logs_by_role) message["logsAuthStrategy"] = "ExecutionRole";
  if (Json authentication = registry_authentication(task, definition); !authentication.is_null()) {
    message["registryAuthentication"] = std::move(authentication);
  }
  message["dockerConfig"] = docker_config(task, container, around.server_url);
  // Overrides are in all of the above already.
  message["overrides"] = "{}";
  return message;
}

}  // namespace drydock::server::acs
