#include "model/task_definitions/requires_attributes.hpp"

#include <set>
#include <string>
#include <string_view>

#include "model/task_definitions/members.hpp"

namespace drydock::model {
namespace {

using namespace task_definitions;

/// The names found so far. The agent has two prefixes, an older and a newer one.
class Names {
 public:
  void docker_api(std::string_view version) { classic("docker-remote-api." + std::string(version)); }
  void classic(const std::string& capability) { names_.insert("com.amazonaws.ecs.capability." + capability); }
  void modern(const std::string& capability) { names_.insert("ecs.capability." + capability); }

  std::vector<api::Attribute> attributes() const {
    std::vector<api::Attribute> list;
    for (const auto& name : names_) {
      api::Attribute attribute;
      attribute.name = name;
      list.push_back(std::move(attribute));
    }
    return list;
  }

 private:
  std::set<std::string> names_;
};

void from_task(const api::TaskDefinition& definition, Names& names) {
  const std::string_view mode = network_mode(definition);
  if (mode == "awsvpc") {
    names.modern("task-eni");
    names.docker_api("1.18");
  }
  if (given(definition.taskRoleArn)) {
    names.classic(mode == "host" ? "task-iam-role-network-host" : "task-iam-role");
  }
  const bool task_sizes = given(definition.cpu) || given(definition.memory);
  if (task_sizes && !contains(definition.compatibilities, "FARGATE")) {
    names.modern("task-cpu-mem-limit");
    names.docker_api("1.22");
  }
  if (given(definition.pidMode) || given(definition.ipcMode)) names.modern("pid-ipc-namespace-sharing");
  if (definition.proxyConfiguration) names.modern("aws-appmesh");
  if (definition.enableFaultInjection.value_or(false)) names.modern("fault-injection");
}

void from_volume(const api::Volume& volume, Names& names) {
  if (volume.efsVolumeConfiguration) {
    names.modern("efs");
    names.docker_api("1.25");
    if (volume.efsVolumeConfiguration->authorizationConfig) names.modern("efsAuth");
  }
  if (volume.dockerVolumeConfiguration) {
    const auto& driver = volume.dockerVolumeConfiguration->driver;
    names.modern("docker-plugin." + (given(driver) ? *driver : std::string("local")));
  }
  if (volume.s3filesVolumeConfiguration) names.modern("storage.s3-files");
  if (volume.fsxWindowsFileServerVolumeConfiguration) names.modern("fsxWindowsFileServer");
  if (volume.configuredAtLaunch.value_or(false)) names.modern("storage.ebs-task-volume-attach");
}

/// Secrets Manager secrets are named by ARN; everything else is a Systems Manager parameter.
std::string secret_store(const api::Secret& secret) {
  return text(secret.valueFrom).find(":secretsmanager:") != std::string_view::npos ? "asm" : "ssm";
}

void from_log_configuration(const api::LogConfiguration& log, bool execution_role, Names& names) {
  const std::string driver(text(log.logDriver));
  names.classic("logging-driver." + driver);
  names.docker_api("1.18");
  if (driver == "awslogs") {
    names.docker_api("1.19");
    if (execution_role) names.modern("execution-role-awslogs");
    const std::string_view create = lookup(log.options, "awslogs-create-group");
    if (create == "true" || create == "True") names.docker_api("1.29");
  }
  if (!lookup(log.options, "mode").empty() || !lookup(log.options, "max-buffer-size").empty()) names.docker_api("1.28");
  for (const auto& secret : items(log.secretOptions)) {
    names.modern("secrets." + secret_store(secret) + ".bootstrap.log-driver");
  }
}

void from_firelens(const api::FirelensConfiguration& firelens, Names& names) {
  names.modern("firelens." + std::string(text(firelens.type)));
  const std::string source(lookup(firelens.options, "config-file-type"));
  if (source == "file" || source == "s3") names.modern("firelens.options.config." + source);
}

void from_container(const api::ContainerDefinition& container, bool execution_role, Names& names) {
  if (is_private_ecr_image(text(container.image))) {
    names.classic("ecr-auth");
    if (execution_role) names.modern("execution-role-ecr-pull");
  }
  if (container.logConfiguration) from_log_configuration(*container.logConfiguration, execution_role, names);
  if (container.firelensConfiguration) from_firelens(*container.firelensConfiguration, names);
  for (const auto& secret : items(container.secrets)) {
    names.modern("secrets." + secret_store(secret) + ".environment-variables");
  }
  if (container.memoryReservation) names.docker_api("1.21");
  if (container.privileged.value_or(false)) names.classic("privileged-container");
  if (container.healthCheck) {
    names.modern("container-health-check");
    names.docker_api("1.24");
  }
  if (!items(container.dependsOn).empty() || container.startTimeout || container.stopTimeout) {
    names.modern("container-ordering");
  }
  if (container.linuxParameters && container.linuxParameters->initProcessEnabled.value_or(false)) {
    names.docker_api("1.25");
  }
  if (!items(container.environmentFiles).empty()) names.modern("env-files.s3");
  if (container.repositoryCredentials) names.modern("private-registry-authentication.secretsmanager");
  for (const auto& mapping : items(container.portMappings)) {
    if (given(mapping.containerPortRange)) names.modern("network.container-port-range");
  }
  if (container.restartPolicy && container.restartPolicy->enabled.value_or(false)) {
    names.modern("container-restart-policy");
  }
}

}  // namespace

std::vector<api::Attribute> required_attributes(const api::TaskDefinition& definition) {
  Names names;
  from_task(definition, names);
  for (const auto& volume : items(definition.volumes)) from_volume(volume, names);
  const bool execution_role = given(definition.executionRoleArn);
  for (const auto& container : items(definition.containerDefinitions)) from_container(container, execution_role, names);
  return names.attributes();
}

}  // namespace drydock::model
