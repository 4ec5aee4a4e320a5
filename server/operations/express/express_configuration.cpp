#include "server/operations/express/express_configuration.hpp"

#include <algorithm>

namespace drydock::operations {
namespace {

constexpr const char* kContainerName = "Main";
constexpr int kContainerPort = 80;
constexpr const char* kHealthCheckPath = "/ping";
constexpr const char* kCpu = "256";
constexpr const char* kMemory = "512";
constexpr const char* kLogStreamPrefix = "ecs";
constexpr int kMinTasks = 1;
constexpr int kMaxTasks = 20;
constexpr const char* kScalingMetric = "AVERAGE_CPU";
constexpr int kScalingTargetValue = 60;

/// Stands for the public subnets of an account's default VPC, which Drydock does not have.
const std::vector<std::string>& default_subnets() {
  static const std::vector<std::string> kSubnets = {"subnet-0d0c0e0000000000a", "subnet-0d0c0e0000000000b"};
  return kSubnets;
}

ExpressConfiguration defaults(const std::string& log_group) {
  ExpressConfiguration configuration;
  configuration.cpu = kCpu;
  configuration.memory = kMemory;
  configuration.healthCheckPath = kHealthCheckPath;
  configuration.networkConfiguration.emplace().subnets = default_subnets();
  api::ExpressGatewayContainer& container = configuration.primaryContainer.emplace();
  container.containerPort = kContainerPort;
  container.awsLogsConfiguration.emplace().logGroup = log_group;
  container.awsLogsConfiguration->logStreamPrefix = kLogStreamPrefix;
  api::ExpressGatewayScalingTarget& scaling = configuration.scalingTarget.emplace();
  scaling.minTaskCount = kMinTasks;
  scaling.maxTaskCount = kMaxTasks;
  scaling.autoScalingMetric = kScalingMetric;
  scaling.autoScalingTargetValue = kScalingTargetValue;
  return configuration;
}

template <class T>
void take(const std::optional<T>& given, std::optional<T>& setting) {
  if (given) setting = given;
}

/// Generated request skeletons send "" for what the user left alone.
void take_text(const std::optional<std::string>& given, std::optional<std::string>& setting) {
  if (given && !given->empty()) setting = given;
}

template <class List>
std::optional<List> not_empty(const std::optional<List>& list) {
  return list && !list->empty() ? list : std::nullopt;
}

void merge(const api::ExpressGatewayContainer& given, api::ExpressGatewayContainer& container) {
  take_text(given.image, container.image);
  take(given.containerPort, container.containerPort);
  take(given.awsLogsConfiguration, container.awsLogsConfiguration);
  take(given.repositoryCredentials, container.repositoryCredentials);
  take(given.command, container.command);
  take(given.environment, container.environment);
  take(given.secrets, container.secrets);
}

void merge(const api::ExpressGatewayServiceNetworkConfiguration& given,
           api::ExpressGatewayServiceNetworkConfiguration& network) {
  take(not_empty(given.subnets), network.subnets);
  if (given.securityGroups) network.securityGroups = not_empty(given.securityGroups);
}

void merge(const api::ExpressGatewayScalingTarget& given, api::ExpressGatewayScalingTarget& scaling) {
  take(given.minTaskCount, scaling.minTaskCount);
  take(given.maxTaskCount, scaling.maxTaskCount);
  take_text(given.autoScalingMetric, scaling.autoScalingMetric);
  take(given.autoScalingTargetValue, scaling.autoScalingTargetValue);
}

/// Creating and updating name the same members.
template <class Request>
ExpressConfiguration merged(const Request& given, ExpressConfiguration configuration) {
  take_text(given.executionRoleArn, configuration.executionRoleArn);
  take_text(given.taskRoleArn, configuration.taskRoleArn);
  take_text(given.cpu, configuration.cpu);
  take_text(given.memory, configuration.memory);
  take_text(given.healthCheckPath, configuration.healthCheckPath);
  if (given.primaryContainer) merge(*given.primaryContainer, *configuration.primaryContainer);
  if (given.networkConfiguration) merge(*given.networkConfiguration, *configuration.networkConfiguration);
  if (given.scalingTarget) merge(*given.scalingTarget, *configuration.scalingTarget);
  return configuration;
}

std::optional<std::string> option(const api::LogConfiguration& logs, std::string_view key) {
  if (!logs.options) return std::nullopt;
  const auto it = std::ranges::find(*logs.options, key, &std::pair<std::string, std::string>::first);
  return it == logs.options->end() ? std::nullopt : std::optional(it->second);
}

api::LogConfiguration log_configuration(const api::ExpressGatewayServiceAwsLogsConfiguration& given,
                                        const std::string& region) {
  api::LogConfiguration logs;
  logs.logDriver = "awslogs";
  auto& options = logs.options.emplace();
  options.emplace_back("awslogs-group", given.logGroup.value_or(""));
  options.emplace_back("awslogs-region", region);
  options.emplace_back("awslogs-stream-prefix", given.logStreamPrefix.value_or(""));
  options.emplace_back("max-buffer-size", "25m");
  options.emplace_back("mode", "non-blocking");
  return logs;
}

/// The container `Main`, or the first one of a task definition that was registered otherwise.
const api::ContainerDefinition* primary_container(const api::TaskDefinition& definition) {
  if (!definition.containerDefinitions || definition.containerDefinitions->empty()) return nullptr;
  const auto& containers = *definition.containerDefinitions;
  const auto main =
      std::ranges::find(containers, std::optional<std::string>(kContainerName), &api::ContainerDefinition::name);
  return main == containers.end() ? &containers.front() : &*main;
}

void carry_over(const api::ContainerDefinition& definition, api::ExpressGatewayContainer& container) {
  container.image = definition.image;
  container.command = not_empty(definition.command);
  container.environment = not_empty(definition.environment);
  container.secrets = not_empty(definition.secrets);
  if (definition.portMappings && !definition.portMappings->empty()) {
    take(definition.portMappings->front().containerPort, container.containerPort);
  }
  container.repositoryCredentials.reset();
  if (definition.repositoryCredentials) {
    container.repositoryCredentials.emplace().credentialsParameter =
        definition.repositoryCredentials->credentialsParameter;
  }
  if (!definition.logConfiguration || definition.logConfiguration->logDriver != "awslogs") return;
  auto& logs = container.awsLogsConfiguration;
  if (!logs) logs.emplace();
  take(option(*definition.logConfiguration, "awslogs-group"), logs->logGroup);
  take(option(*definition.logConfiguration, "awslogs-stream-prefix"), logs->logStreamPrefix);
}

}  // namespace

ExpressConfiguration express_configuration(const api::CreateExpressGatewayServiceRequest& request,
                                           const std::string& log_group) {
  return merged(request, defaults(log_group));
}

ExpressConfiguration changed_by(const api::UpdateExpressGatewayServiceRequest& update, ExpressConfiguration before) {
  return merged(update, std::move(before));
}

ExpressConfiguration carried_over(ExpressConfiguration before, const api::TaskDefinition& definition,
                                  const std::optional<api::NetworkConfiguration>& network) {
  before.executionRoleArn = definition.executionRoleArn;
  before.taskRoleArn = definition.taskRoleArn;
  take(definition.cpu, before.cpu);
  take(definition.memory, before.memory);
  const api::ContainerDefinition* container = primary_container(definition);
  if (container != nullptr && before.primaryContainer) carry_over(*container, *before.primaryContainer);
  if (network && network->awsvpcConfiguration && before.networkConfiguration) {
    before.networkConfiguration->subnets = network->awsvpcConfiguration->subnets;
    before.networkConfiguration->securityGroups = not_empty(network->awsvpcConfiguration->securityGroups);
  }
  return before;
}

std::optional<api::ApiError> check_express_configuration(const ExpressConfiguration& configuration) {
  const auto refuse = [](std::string message) { return api::ApiError::invalid_parameter(std::move(message)); };
  if (!configuration.healthCheckPath->starts_with('/')) return refuse("healthCheckPath must start with '/'.");
  const api::ExpressGatewayScalingTarget& scaling = *configuration.scalingTarget;
  if (*scaling.minTaskCount < 0) return refuse("minTaskCount can not be lesser than 0");
  if (*scaling.maxTaskCount < 1) return refuse("maxTaskCount must be greater than 0");
  if (*scaling.minTaskCount > *scaling.maxTaskCount) {
    return refuse("minTaskCount must be less than or equal to maxTaskCount");
  }
  if (*scaling.autoScalingTargetValue < 1) return refuse("autoScalingTargetValue must be greater than 0");
  return std::nullopt;
}

api::RegisterTaskDefinitionRequest express_task_definition(const ExpressConfiguration& configuration,
                                                           const std::string& family, const std::string& region) {
  const api::ExpressGatewayContainer& primary = *configuration.primaryContainer;
  api::RegisterTaskDefinitionRequest request;
  request.family = family;
  request.executionRoleArn = configuration.executionRoleArn;
  request.taskRoleArn = configuration.taskRoleArn;
  request.networkMode = "awsvpc";
  request.requiresCompatibilities = std::vector<std::string>{"FARGATE"};
  request.cpu = configuration.cpu;
  request.memory = configuration.memory;
  api::RuntimePlatform& platform = request.runtimePlatform.emplace();
  platform.cpuArchitecture = "X86_64";
  platform.operatingSystemFamily = "LINUX";
  api::ContainerDefinition& container = request.containerDefinitions.emplace().emplace_back();
  container.name = kContainerName;
  container.image = primary.image;
  container.essential = true;
  api::PortMapping& port = container.portMappings.emplace().emplace_back();
  port.containerPort = primary.containerPort;
  port.protocol = "tcp";
  container.command = primary.command;
  container.environment = primary.environment;
  container.secrets = primary.secrets;
  if (primary.repositoryCredentials && primary.repositoryCredentials->credentialsParameter) {
    container.repositoryCredentials.emplace().credentialsParameter =
        primary.repositoryCredentials->credentialsParameter;
  }
  if (primary.awsLogsConfiguration) {
    container.logConfiguration = log_configuration(*primary.awsLogsConfiguration, region);
  }
  return request;
}

api::NetworkConfiguration express_network(const ExpressConfiguration& configuration) {
  const api::ExpressGatewayServiceNetworkConfiguration& given = *configuration.networkConfiguration;
  api::NetworkConfiguration network;
  api::AwsVpcConfiguration& vpc = network.awsvpcConfiguration.emplace();
  vpc.subnets = given.subnets;
  vpc.securityGroups = given.securityGroups;
  // Whether the caller's own subnets are public is not known here.
  vpc.assignPublicIp = given.subnets == default_subnets() ? "ENABLED" : "DISABLED";
  return network;
}

}  // namespace drydock::operations
