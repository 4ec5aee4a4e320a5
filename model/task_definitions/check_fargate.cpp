// What Fargate asks of a task definition and what it cannot do.

#include <algorithm>
#include <string>
#include <string_view>

#include "model/task_definitions/members.hpp"
#include "model/task_definitions/rules.hpp"
#include "model/task_definitions/sizes.hpp"

namespace drydock::model::task_definitions {
namespace {

constexpr int kMaxFargateStopSeconds = 120;

Verdict refuse_feature(std::string_view feature) {
  return refuse("Fargate compatible task definitions do not support " + std::string(feature));
}

Verdict check_mode_and_size(const Request& request) {
  if (network_mode(request) != "awsvpc") return refuse("Fargate only supports network mode ‘awsvpc’.");
  if (!given(request.cpu)) return refuse("Fargate requires that 'cpu' be defined at the task level.");
  if (!given(request.memory)) return refuse("Fargate requires that 'memory' be defined at the task level.");
  return check_fargate_size(parse_cpu_units(*request.cpu).value_or(0), parse_memory_mib(*request.memory).value_or(0),
                            is_windows(request));
}

Verdict check_execution_role(const Request& request) {
  if (given(request.executionRoleArn)) return std::nullopt;
  for (const auto& container : items(request.containerDefinitions)) {
    if (is_private_ecr_image(text(container.image))) {
      return refuse("Fargate requires task definition to have execution role ARN to support ECR images.");
    }
    if (container.logConfiguration && text(container.logConfiguration->logDriver) == "awslogs") {
      return refuse("Fargate requires task definition to have execution role ARN to support log driver awslogs.");
    }
  }
  return std::nullopt;
}

Verdict check_container_logging(const api::ContainerDefinition& container) {
  if (container.firelensConfiguration && lookup(container.firelensConfiguration->options, "config-file-type") == "s3") {
    return refuse("Fargate launch type does not support FirelensConfiguration config file from 's3'");
  }
  if (!container.logConfiguration) return std::nullopt;
  const std::string driver(text(container.logConfiguration->logDriver));
  if (driver != "awslogs" && driver != "splunk" && driver != "awsfirelens") {
    return refuse(driver + " is not a valid log driver. Must be one of [awslogs, splunk, awsfirelens]");
  }
  if (driver == "awslogs" && lookup(container.logConfiguration->options, "awslogs-stream-prefix").empty()) {
    return refuse(
        "Fargate requires log configuration options to include awslogs-stream-prefix to support log driver "
        "awslogs.");
  }
  return std::nullopt;
}

/// Fargate lets a container add one kernel capability and drop any.
Verdict check_capabilities(const api::LinuxParameters& linux) {
  if (!linux.capabilities) return std::nullopt;
  for (const auto& name : items(linux.capabilities->add)) {
    if (name != "SYS_PTRACE" && name != "CAP_SYS_PTRACE") return refuse(name + " is not allowed on Fargate.");
  }
  return std::nullopt;
}

Verdict check_container_features(const api::ContainerDefinition& container) {
  if (container.privileged.value_or(false)) return refuse("Fargate requires that the 'privileged' setting be 'false'");
  if (!items(container.dockerSecurityOptions).empty()) return refuse_feature("dockerSecurityOptions");
  if (container.linuxParameters) {
    const api::LinuxParameters& linux = *container.linuxParameters;
    if (!items(linux.devices).empty()) return refuse_feature("devices");
    if (linux.maxSwap) return refuse_feature("maxSwap");
    if (linux.sharedMemorySize) return refuse_feature("sharedMemorySize");
    if (linux.swappiness) return refuse_feature("swappiness");
    if (auto no = check_capabilities(linux)) return no;
  }
  const auto& resources = items(container.resourceRequirements);
  if (std::any_of(resources.begin(), resources.end(), [](const auto& r) { return text(r.type) == "GPU"; })) {
    return refuse("Tasks using the Fargate launch type do not support GPU resource requirements");
  }
  if (container.stopTimeout && *container.stopTimeout > kMaxFargateStopSeconds) {
    return refuse("Tasks using the Fargate launch type must have a container stop timeout of less than 120 seconds.");
  }
  return std::nullopt;
}

Verdict check_each_container(const Request& request) {
  for (const auto& container : items(request.containerDefinitions)) {
    if (auto no = first_refusal(container, check_container_logging, check_container_features)) return no;
  }
  return std::nullopt;
}

Verdict check_namespaces(const Request& request) {
  if (text(request.pidMode) == "host") {
    return refuse(
        "Tasks using the Fargate launch type do not support pidMode 'host'. The supported value for pidMode "
        "is 'task'.");
  }
  if (given(request.ipcMode)) return refuse_feature("ipcMode");
  return std::nullopt;
}

Verdict check_fargate_volumes(const Request& request) {
  for (const auto& volume : items(request.volumes)) {
    if (volume.host && given(volume.host->sourcePath)) {
      return refuse("host.sourcePath should not be set for volumes in Fargate.");
    }
    if (volume.dockerVolumeConfiguration) return refuse_feature("dockerVolumeConfiguration");
  }
  return std::nullopt;
}

Verdict check_no_constraints(const Request& request) {
  if (items(request.placementConstraints).empty()) return std::nullopt;
  return refuse("Fargate does not support task placement constraints.");
}

}  // namespace

Verdict check_fargate(const Request& request) {
  return first_refusal(request, check_mode_and_size, check_execution_role, check_namespaces, check_each_container,
                       check_fargate_volumes, check_no_constraints);
}

}  // namespace drydock::model::task_definitions
