#include "instances/host_config.hpp"

#include <nlohmann/json.hpp>

namespace drydock::instances {
namespace {

using Json = nlohmann::json;

constexpr std::int64_t kMiB = std::int64_t{1024} * 1024;
constexpr std::int64_t kSecond = 1'000'000'000;

bool filled(const auto& list) { return list && !list->empty(); }

std::string tmpfs_options(const api::Tmpfs& mount) {
  std::string options = "size=" + std::to_string(mount.size.value_or(0)) + "m";
  if (mount.mountOptions) {
    for (const std::string& option : *mount.mountOptions) options += "," + option;
  }
  return options;
}

Json device_of(const api::Device& device) {
  std::string permissions;
  if (device.permissions) {
    for (const std::string& permission : *device.permissions)
      permissions += permission.substr(0, 1);  // read, write, mknod
  }
  const std::string path = device.hostPath.value_or("");
  Json entry;
  entry["PathOnHost"] = path;
  entry["PathInContainer"] = device.containerPath.value_or(path);
  entry["CgroupPermissions"] = permissions.empty() ? "rwm" : permissions;
  return entry;
}

}  // namespace

Json health_check_of(const api::HealthCheck& check) {
  return Json{{"Test", *check.command},
              {"Interval", check.interval.value_or(30) * kSecond},
              {"Timeout", check.timeout.value_or(5) * kSecond},
              {"Retries", check.retries.value_or(3)},
              {"StartPeriod", check.startPeriod.value_or(0) * kSecond}};
}

void add_linux_parameters(const api::ContainerDefinition& definition, Json& host) {
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
      host["Tmpfs"][mount.containerPath.value_or("")] = tmpfs_options(mount);
    }
  }
  if (parameters.devices) {
    for (const api::Device& device : *parameters.devices) host["Devices"].push_back(device_of(device));
  }
}

void add_names(const api::ContainerDefinition& definition, Json& host) {
  if (filled(definition.dnsServers)) host["Dns"] = *definition.dnsServers;
  if (filled(definition.dnsSearchDomains)) host["DnsSearch"] = *definition.dnsSearchDomains;
  if (!definition.extraHosts) return;
  for (const api::HostEntry& entry : *definition.extraHosts) {
    host["ExtraHosts"].push_back(entry.hostname.value_or("") + ":" + entry.ipAddress.value_or(""));
  }
}

void add_security(const api::ContainerDefinition& definition, Json& host) {
  if (definition.privileged) host["Privileged"] = *definition.privileged;
  if (definition.readonlyRootFilesystem) host["ReadonlyRootfs"] = *definition.readonlyRootFilesystem;
  if (filled(definition.dockerSecurityOptions)) host["SecurityOpt"] = *definition.dockerSecurityOptions;
  if (!definition.ulimits) return;
  for (const api::Ulimit& limit : *definition.ulimits) {
    Json entry;
    entry["Name"] = limit.name.value_or("");
    entry["Soft"] = limit.softLimit.value_or(0);
    entry["Hard"] = limit.hardLimit.value_or(0);
    host["Ulimits"].push_back(std::move(entry));
  }
}

}  // namespace drydock::instances
