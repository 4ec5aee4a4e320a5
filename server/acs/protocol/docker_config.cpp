#include "server/acs/protocol/docker_config.hpp"

#include <algorithm>

#include "instances/awslogs.hpp"
#include "instances/host_config.hpp"
#include "model/arn.hpp"

namespace drydock::server::acs {
namespace {

using api::ContainerDefinition;

constexpr std::int64_t kMiB = std::int64_t{1024} * 1024;
// Of the versions that AWS's agent knows.
constexpr const char* kOldestVersion = "1.17";
constexpr const char* kWithLinuxParameters = "1.25";  // Init, Tmpfs, Sysctls, MemorySwappiness
constexpr const char* kWithHealthCheck = "1.29";      // StartPeriod

bool filled(const auto& list) { return list && !list->empty(); }

std::string written(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

Json config_of(const ContainerDefinition& definition) {
  Json config = Json::object();
  if (definition.user) config["User"] = *definition.user;
  if (definition.workingDirectory) config["WorkingDir"] = *definition.workingDirectory;
  if (definition.hostname) config["Hostname"] = *definition.hostname;
  if (filled(definition.dockerLabels)) {
    for (const auto& [key, value] : *definition.dockerLabels) config["Labels"][key] = value;
  }
  if (definition.healthCheck && filled(definition.healthCheck->command)) {
    config["Healthcheck"] = instances::health_check_of(*definition.healthCheck);
  }
  if (definition.interactive.value_or(false)) {
    config["OpenStdin"] = true;
    config["AttachStdin"] = true;
  }
  if (definition.pseudoTerminal.value_or(false)) config["Tty"] = true;
  if (definition.disableNetworking.value_or(false)) config["NetworkDisabled"] = true;
  return config;
}

/// What ECS makes of its own options before the engine's driver sees them.
void complete_awslogs(const instances::TaskPayload& task, const ContainerDefinition& definition,
                      const std::string& endpoint, Json& options) {
  if (options.contains("awslogs-stream-prefix")) {
    const auto where = instances::awslogs_of(definition, task.task_arn, "");
    if (where) options["awslogs-stream"] = where->stream;
    options.erase("awslogs-stream-prefix");
  }
  if (!options.contains("awslogs-region")) {
    if (const auto arn = model::parse_arn(task.task_arn)) options["awslogs-region"] = arn->region;
  }
  if (!endpoint.empty() && !options.contains("awslogs-endpoint")) options["awslogs-endpoint"] = endpoint;
}

Json log_config(const instances::TaskPayload& task, const instances::ContainerPayload& container,
                const std::string& awslogs_endpoint) {
  const api::LogConfiguration& logging = *container.definition->logConfiguration;
  Json options = Json::object();
  if (logging.options) {
    for (const auto& [key, value] : *logging.options) options[key] = value;
  }
  for (const auto& [key, value] : container.secrets.log_options) options[key] = value;
  if (instances::uses_awslogs(*container.definition)) {
    complete_awslogs(task, *container.definition, awslogs_endpoint, options);
  }
  return {{"Type", logging.logDriver.value_or("")}, {"Config", std::move(options)}};
}

void add_network(const instances::TaskPayload& task, const ContainerDefinition& definition, Json& host) {
  host["NetworkMode"] = task.network_mode.empty() ? "bridge" : task.network_mode;
  instances::add_names(definition, host);
}

void add_system_controls(const ContainerDefinition& definition, Json& host) {
  if (!definition.systemControls) return;
  for (const api::SystemControl& control : *definition.systemControls) {
    host["Sysctls"][control.namespace_.value_or("")] = control.value.value_or("");
  }
}

}  // namespace

Json docker_config(const instances::TaskPayload& task, const instances::ContainerPayload& container,
                   const std::string& awslogs_endpoint) {
  const ContainerDefinition& definition = *container.definition;
  const Json config = config_of(definition);
  Json host = Json::object();
  add_network(task, definition, host);
  if (const std::int64_t soft = definition.memoryReservation.value_or(0); soft > 0) {
    host["MemoryReservation"] = soft * kMiB;
  }
  instances::add_security(definition, host);
  add_system_controls(definition, host);
  instances::add_linux_parameters(definition, host);
  if (definition.logConfiguration) host["LogConfig"] = log_config(task, container, awslogs_endpoint);
  const char* version = kOldestVersion;
  if (definition.linuxParameters || filled(definition.systemControls)) version = kWithLinuxParameters;
  if (config.contains("Healthcheck")) version = kWithHealthCheck;
  return {{"config", written(config)}, {"hostConfig", written(host)}, {"version", version}};
}

}  // namespace drydock::server::acs
