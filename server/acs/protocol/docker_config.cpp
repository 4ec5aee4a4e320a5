#include "server/acs/protocol/docker_config.hpp"

#include <algorithm>

#include "instances/awslogs.hpp"
#include "model/arn.hpp"

namespace drydock::server::acs {
namespace {

using api::ContainerDefinition;

constexpr std::int64_t kMiB = std::int64_t{1024} * 1024;
constexpr std::int64_t kSecond = 1'000'000'000;
// Of the versions that AWS's agent knows.
constexpr const char* kOldestVersion = "1.17";
constexpr const char* kWithLinuxParameters = "1.25";  // Init, Tmpfs, Sysctls, MemorySwappiness
constexpr const char* kWithHealthCheck = "1.29";      // StartPeriod

bool filled(const auto& list) { return list && !list->empty(); }

std::string written(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

Json health_check(const api::HealthCheck& check) {
  return {{"Test", *check.command},
          {"Interval", check.interval.value_or(30) * kSecond},
          {"Timeout", check.timeout.value_or(5) * kSecond},
          {"Retries", check.retries.value_or(3)},
          {"StartPeriod", check.startPeriod.value_or(0) * kSecond}};
}

Json config_of(const ContainerDefinition& definition) {
  Json config = Json::object();
  if (definition.user) config["User"] = *definition.user;
  if (definition.workingDirectory) config["WorkingDir"] = *definition.workingDirectory;
  if (definition.hostname) config["Hostname"] = *definition.hostname;
  if (filled(definition.dockerLabels)) {
    for (const auto& [key, value] : *definition.dockerLabels) config["Labels"][key] = value;
  }
  if (definition.healthCheck && filled(definition.healthCheck->command)) {
    config["Healthcheck"] = health_check(*definition.healthCheck);
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

Json device_of(const api::Device& device) {
  std::string permissions;
  if (device.permissions) {
    for (const std::string& permission : *device.permissions) permissions += permission.substr(0, 1);
  }
  const std::string path = device.hostPath.value_or("");
  Json entry;
  entry["PathOnHost"] = path;
  entry["PathInContainer"] = device.containerPath.value_or(path);
  entry["CgroupPermissions"] = permissions.empty() ? "rwm" : permissions;
  return entry;
}

void add_linux_parameters(const ContainerDefinition& definition, Json& host) {
  if (!definition.linuxParameters) return;
  const api::LinuxParameters& parameters = *definition.linuxParameters;
  if (parameters.capabilities) {
    if (filled(parameters.capabilities->add)) host["CapAdd"] = *parameters.capabilities->add;
    if (filled(parameters.capabilities->drop)) host["CapDrop"] = *parameters.capabilities->drop;
  }
  if (parameters.initProcessEnabled) host["Init"] = *parameters.initProcessEnabled;
  if (parameters.sharedMemorySize.value_or(0) > 0) host["ShmSize"] = *parameters.sharedMemorySize * kMiB;
  if (parameters.swappiness) host["MemorySwappiness"] = *parameters.swappiness;
  if (parameters.maxSwap && definition.memory) {
    host["MemorySwap"] = (std::int64_t{*definition.memory} + *parameters.maxSwap) * kMiB;
  }
  if (parameters.tmpfs) {
    for (const api::Tmpfs& mount : *parameters.tmpfs) {
      std::string options = "size=" + std::to_string(mount.size.value_or(0)) + "m";
      if (mount.mountOptions) {
        for (const std::string& option : *mount.mountOptions) options += "," + option;
      }
      host["Tmpfs"][mount.containerPath.value_or("")] = options;
    }
  }
  if (parameters.devices) {
    for (const api::Device& device : *parameters.devices) host["Devices"].push_back(device_of(device));
  }
}

void add_network(const instances::TaskPayload& task, const ContainerDefinition& definition, Json& host) {
  host["NetworkMode"] = task.network_mode.empty() ? "bridge" : task.network_mode;
  if (filled(definition.dnsServers)) host["Dns"] = *definition.dnsServers;
  if (filled(definition.dnsSearchDomains)) host["DnsSearch"] = *definition.dnsSearchDomains;
  if (!definition.extraHosts) return;
  for (const api::HostEntry& entry : *definition.extraHosts) {
    host["ExtraHosts"].push_back(entry.hostname.value_or("") + ":" + entry.ipAddress.value_or(""));
  }
}

void add_security(const ContainerDefinition& definition, Json& host) {
  if (definition.privileged) host["Privileged"] = *definition.privileged;
  if (definition.readonlyRootFilesystem) host["ReadonlyRootfs"] = *definition.readonlyRootFilesystem;
  if (filled(definition.dockerSecurityOptions)) host["SecurityOpt"] = *definition.dockerSecurityOptions;
  if (definition.ulimits) {
    for (const api::Ulimit& limit : *definition.ulimits) {
      Json entry;
      entry["Name"] = limit.name.value_or("");
      entry["Soft"] = limit.softLimit.value_or(0);
      entry["Hard"] = limit.hardLimit.value_or(0);
      host["Ulimits"].push_back(std::move(entry));
    }
  }
  if (definition.systemControls) {
    for (const api::SystemControl& control : *definition.systemControls) {
      host["Sysctls"][control.namespace_.value_or("")] = control.value.value_or("");
    }
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
  add_security(definition, host);
  add_linux_parameters(definition, host);
  if (definition.logConfiguration) host["LogConfig"] = log_config(task, container, awslogs_endpoint);
  const char* version = kOldestVersion;
  if (definition.linuxParameters || filled(definition.systemControls)) version = kWithLinuxParameters;
  if (config.contains("Healthcheck")) version = kWithHealthCheck;
  return {{"config", written(config)}, {"hostConfig", written(host)}, {"version", version}};
}

}  // namespace drydock::server::acs
