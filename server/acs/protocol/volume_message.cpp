#include "server/acs/protocol/volume_message.hpp"

namespace drydock::server::acs {
namespace {

using Pairs = std::optional<std::vector<std::pair<std::string, std::string>>>;

Json object_of(const Pairs& pairs) {
  Json object = Json::object();
  if (!pairs) return object;
  for (const auto& [key, value] : *pairs) object[key] = value;
  return object;
}

Json docker_volume(const api::DockerVolumeConfiguration& settings) {
  const bool shared = settings.scope == "shared";
  return {{"scope", shared ? "shared" : "task"},
          {"autoprovision", settings.autoprovision.value_or(false)},
          {"driver", settings.driver.value_or("local")},
          {"driverOpts", object_of(settings.driverOpts)},
          {"labels", object_of(settings.labels)}};
}

Json efs_volume(const api::EFSVolumeConfiguration& settings) {
  Json volume = {{"fileSystemId", settings.fileSystemId.value_or("")},
                 {"rootDirectory", settings.rootDirectory.value_or("/")},
                 {"transitEncryption", settings.transitEncryption.value_or("DISABLED")}};
  if (settings.transitEncryptionPort) volume["transitEncryptionPort"] = *settings.transitEncryptionPort;
  if (const auto& authorization = settings.authorizationConfig) {
    volume["authorizationConfig"] = {{"iam", authorization->iam.value_or("DISABLED")},
                                     {"accessPointId", authorization->accessPointId.value_or("")}};
  }
  return volume;
}

std::unexpected<std::string> needs(const std::string& name, const char* what) {
  return std::unexpected("volume " + name + " needs " + what +
                         ", which Drydock cannot give AWS's container agent; drydock agent stands in for it");
}

}  // namespace

std::expected<Json, std::string> volume_message(const api::Volume& volume) {
  const std::string name = volume.name.value_or("");
  if (volume.s3filesVolumeConfiguration) return needs(name, "an S3 Files file system");
  if (volume.fsxWindowsFileServerVolumeConfiguration) return needs(name, "FSx for Windows File Server");
  if (volume.configuredAtLaunch.value_or(false)) return needs(name, "an EBS volume that is attached at launch");
  Json message = {{"name", name}, {"type", "host"}};
  if (volume.dockerVolumeConfiguration) {
    message["type"] = "docker";
    message["dockerVolumeConfiguration"] = docker_volume(*volume.dockerVolumeConfiguration);
  } else if (volume.efsVolumeConfiguration) {
    message["type"] = "efs";
    message["efsVolumeConfiguration"] = efs_volume(*volume.efsVolumeConfiguration);
  } else {
    message["host"] = {{"sourcePath", volume.host ? volume.host->sourcePath.value_or("") : ""}};
  }
  return message;
}

}  // namespace drydock::server::acs
