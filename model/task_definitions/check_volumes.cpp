// Volumes, what they are made of, and who mounts them.

#include <algorithm>
#include <cctype>
#include <set>
#include <string>
#include <string_view>

#include "model/task_definitions/members.hpp"
#include "model/task_definitions/rules.hpp"

namespace drydock::model::task_definitions {
namespace {

bool is_volume_name(std::string_view name) {
  return !name.empty() && name.size() <= 255 && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return c < 128 && (std::isalnum(c) != 0 || c == '-' || c == '_');
  });
}

Verdict check_efs(const api::EFSVolumeConfiguration& efs) {
  const bool encrypted = text(efs.transitEncryption) == "ENABLED";
  if (efs.authorizationConfig && text(efs.authorizationConfig->iam) == "ENABLED" && !encrypted) {
    return refuse("EFS IAM authorization requires TransitEncryption to be enabled");
  }
  if (efs.transitEncryptionPort && !encrypted) {
    return refuse("TransitEncryptionPort requires that TransitEncryption is enabled");
  }
  const bool has_access_point = efs.authorizationConfig && given(efs.authorizationConfig->accessPointId);
  if (has_access_point && given(efs.rootDirectory) && *efs.rootDirectory != "/") {
    return refuse("When using an EFS access point, the root directory must either be set to \"/\" or be omitted");
  }
  return std::nullopt;
}

/// `host: {}` means no more than its absence, so it may stand beside another kind.
int kinds_of(const api::Volume& volume) {
  const bool host_path = volume.host && given(volume.host->sourcePath);
  return (host_path ? 1 : 0) + (volume.dockerVolumeConfiguration ? 1 : 0) + (volume.efsVolumeConfiguration ? 1 : 0) +
         (volume.s3filesVolumeConfiguration ? 1 : 0) + (volume.fsxWindowsFileServerVolumeConfiguration ? 1 : 0) +
         (volume.configuredAtLaunch.value_or(false) ? 1 : 0);
}

Verdict check_declarations(const Request& request) {
  std::set<std::string_view> names;
  int at_launch = 0;
  for (const auto& volume : items(request.volumes)) {
    const std::string_view name = text(volume.name);
    if (!is_volume_name(name)) return refuse("volume.name contains invalid characters.");
    if (!names.insert(name).second) return refuse("Volume names must be unique within a task definition");
    if (kinds_of(volume) > 1) {
      return refuse("Volume '" + std::string(name) + "' can have only one kind of volume configuration.");
    }
    if (volume.configuredAtLaunch.value_or(false) && ++at_launch > 1) {
      return refuse("Only one volume of a task definition can be configured at launch.");
    }
    if (volume.efsVolumeConfiguration) {
      if (auto no = check_efs(*volume.efsVolumeConfiguration)) return no;
    }
  }
  return std::nullopt;
}

Verdict check_mounts(const Request& request) {
  const auto& volumes = items(request.volumes);
  std::set<std::string_view> mounted;
  for (const auto& container : items(request.containerDefinitions)) {
    for (const auto& mount : items(container.mountPoints)) {
      const std::string_view name = text(mount.sourceVolume);
      const bool known =
          std::any_of(volumes.begin(), volumes.end(), [&](const auto& volume) { return text(volume.name) == name; });
      if (!known) return refuse("Unknown volume '" + std::string(name) + "'.");
      mounted.insert(name);
    }
  }
  for (const auto& volume : volumes) {
    if (volume.configuredAtLaunch.value_or(false) && !mounted.contains(text(volume.name))) {
      return refuse("Volumes [" + std::string(text(volume.name)) + "] are not referenced by any of the containers");
    }
  }
  return std::nullopt;
}

Verdict check_volumes_from(const Request& request) {
  const auto& containers = items(request.containerDefinitions);
  for (const auto& container : containers) {
    for (const auto& from : items(container.volumesFrom)) {
      const std::string_view source = text(from.sourceContainer);
      const bool known = std::any_of(containers.begin(), containers.end(),
                                     [&](const auto& other) { return text(other.name) == source; });
      if (!known) {
        return refuse("Invalid 'volumesFrom' setting. Unknown container: '" + std::string(source) + "'");
      }
    }
  }
  return std::nullopt;
}

}  // namespace

Verdict check_volumes(const Request& request) {
  return first_refusal(request, check_declarations, check_mounts, check_volumes_from);
}

}  // namespace drydock::model::task_definitions
