#include "instances/fingerprint.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace drydock::instances {

namespace {

constexpr const char* kAgentCapabilities[] = {"task-eni",
                                              "task-eni-block-instance-metadata",
                                              "task-cpu-mem-limit",
                                              "increased-task-cpu-limit",
                                              "execution-role-ecr-pull",
                                              "execution-role-awslogs",
                                              "container-health-check",
                                              "container-ordering",
                                              "private-registry-authentication.secretsmanager",
                                              "secrets.ssm.environment-variables",
                                              "secrets.ssm.bootstrap.log-driver",
                                              "secrets.asm.environment-variables",
                                              "secrets.asm.bootstrap.log-driver",
                                              "pid-ipc-namespace-sharing",
                                              "ecr-endpoint",
                                              "docker-plugin.local",
                                              "firelens.fluentd",
                                              "firelens.fluentbit",
                                              "firelens.options.config.file",
                                              "firelens.options.config.s3",
                                              "firelens.non-root-user",
                                              "logging-driver.awsfirelens",
                                              "logging-driver.awsfirelens.log-driver-buffer-limit",
                                              "efs",
                                              "efsAuth",
                                              "storage.s3-files",
                                              "env-files.s3",
                                              "full-sync",
                                              "execute-command",
                                              "service-connect-v1",
                                              "storage.ebs-task-volume-attach",
                                              "network.container-port-range",
                                              "container-restart-policy",
                                              "fault-injection",
                                              "ipv6-only"};

constexpr const char* kApiVersions[] = {"1.17", "1.18", "1.19", "1.20", "1.21", "1.22", "1.23",
                                        "1.24", "1.25", "1.28", "1.29", "1.30", "1.32"};

// Log drivers that the engine need not offer by itself.
bool works_without_engine(const std::string& driver) { return driver == "none" || driver == "awslogs"; }

void add(std::vector<api::Attribute>& list, std::string name, std::string value = {}) {
  api::Attribute attribute;
  attribute.name = std::move(name);
  if (!value.empty()) attribute.value = std::move(value);
  list.push_back(std::move(attribute));
}

std::string cpu_architecture(const std::string& reported) {
  return reported == "aarch64" || reported == "arm64" ? "arm64" : "x86_64";
}

std::vector<api::Attribute> attributes_of(const InstanceIdentity& identity, const MachineFacts& machine,
                                          const AgentConfig& config) {
  const std::string docker = "com.amazonaws.ecs.capability.";
  std::vector<api::Attribute> list;
  add(list, docker + "privileged-container");
  for (const char* version : kApiVersions) {
    std::string name = docker + "docker-remote-api.";
    add(list, name.append(version));
  }
  for (const std::string& driver : config.logging_drivers) {
    const bool offered = machine.log_drivers.empty() || works_without_engine(driver) ||
                         std::ranges::find(machine.log_drivers, driver) != machine.log_drivers.end();
    if (offered) add(list, std::string(docker).append("logging-driver.").append(driver));
  }
  add(list, docker + "logging-driver.awsfirelens");
  for (const char* name : {"ecr-auth", "task-iam-role", "task-iam-role-network-host"}) add(list, docker + name);
  if (machine.selinux) add(list, docker + "selinux");
  if (machine.apparmor) add(list, docker + "apparmor");
  for (const char* name : kAgentCapabilities) add(list, std::string("ecs.capability.") + name);
  add(list, "ecs.os-type", "linux");
  add(list, "ecs.os-family", "LINUX");
  add(list, "ecs.cpu-architecture", cpu_architecture(machine.architecture));
  if (!identity.instance_type.empty()) add(list, "ecs.instance-type", identity.instance_type);
  if (!identity.image_id.empty()) add(list, "ecs.ami-id", identity.image_id);
  if (!identity.vpc_id.empty()) add(list, "ecs.vpc-id", identity.vpc_id);
  if (!identity.subnet_id.empty()) add(list, "ecs.subnet-id", identity.subnet_id);
  for (const auto& [name, value] : config.attributes) add(list, name, value);
  return list;
}

api::Resource number(const char* name, std::int64_t value) {
  api::Resource resource;
  resource.name = name;
  resource.type = "INTEGER";
  resource.integerValue = static_cast<std::int32_t>(std::clamp<std::int64_t>(value, 0, INT32_MAX));
  return resource;
}

api::Resource port_set(const char* name, const std::vector<int>& ports) {
  api::Resource resource;
  resource.name = name;
  resource.type = "STRINGSET";
  resource.stringSetValue.emplace();
  for (const int port : ports) resource.stringSetValue->push_back(std::to_string(port));
  return resource;
}

}  // namespace

std::string identity_document(const InstanceIdentity& identity, const std::string& architecture) {
  nlohmann::ordered_json document;
  const auto put = [&document](const char* key, const std::string& value) {
    if (!value.empty()) document[key] = value;
  };
  put("accountId", identity.account_id);
  put("architecture", cpu_architecture(architecture));
  put("availabilityZone", identity.availability_zone);
  put("imageId", identity.image_id);
  put("instanceId", identity.instance_id);
  put("instanceType", identity.instance_type);
  put("region", identity.region);
  return document.dump();
}

api::RegisterContainerInstanceRequest make_registration(const InstanceIdentity& identity, const MachineFacts& machine,
                                                        const AgentConfig& config, const std::string& known_arn) {
  api::RegisterContainerInstanceRequest request;
  request.cluster = config.cluster;
  request.instanceIdentityDocument = identity_document(identity, machine.architecture);
  request.instanceIdentityDocumentSignature = "";
  request.totalResources.emplace();
  const std::int64_t of_processors = std::int64_t{machine.cpus} * 1024;
  request.totalResources->push_back(number("CPU", machine.cpu_units > 0 ? machine.cpu_units : of_processors));
  request.totalResources->push_back(number("MEMORY", machine.memory_mib - config.reserved_memory_mib));
  request.totalResources->push_back(port_set("PORTS", config.reserved_ports));
  request.totalResources->push_back(port_set("PORTS_UDP", config.reserved_ports_udp));
  request.versionInfo.emplace();
  request.versionInfo->agentVersion = kAgentVersion;
  request.versionInfo->agentHash = "drydock";
  if (!machine.docker_version.empty()) request.versionInfo->dockerVersion = "DockerVersion: " + machine.docker_version;
  if (!known_arn.empty()) request.containerInstanceArn = known_arn;
  for (const std::string& id : machine.gpus) {
    if (!request.platformDevices) request.platformDevices.emplace();
    api::PlatformDevice& device = request.platformDevices->emplace_back();
    device.id = id;
    device.type = "GPU";
  }
  request.attributes = attributes_of(identity, machine, config);
  if (!config.tags.empty()) {
    request.tags.emplace();
    for (const auto& [key, value] : config.tags) {
      api::Tag tag;
      tag.key = key;
      tag.value = value;
      request.tags->push_back(std::move(tag));
    }
  }
  return request;
}

}  // namespace drydock::instances
