#include "instances/docker/volumes.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace drydock::instances::docker {

namespace {

using Pairs = std::optional<std::vector<std::pair<std::string, std::string>>>;

const api::Volume* find_volume(const TaskPayload& task, std::string_view name) {
  const auto it = std::ranges::find_if(task.volumes, [name](const api::Volume& one) { return one.name == name; });
  return it == task.volumes.end() ? nullptr : &*it;
}

/// What an engine allows in a volume's name.
std::string cleaned(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool allowed =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
    if (allowed) {
      out += c;
    } else if (!out.empty() && out.back() != '-') {
      out += '-';
    }
  }
  while (!out.empty() && out.back() == '-') out.pop_back();
  return out;
}

/// A stand-in for a directory of a file system: the same wherever the same one is named.
EngineVolume stand_in(const char* kind, std::string_view file_system, std::string_view root,
                      std::string_view access_point) {
  EngineVolume volume;
  volume.name = std::string("drydock-").append(kind).append("-").append(cleaned(last_segment(file_system)));
  for (const std::string& part : {cleaned(last_segment(access_point)), cleaned(root)}) {
    if (!part.empty()) volume.name.append("-").append(part);
  }
  return volume;
}

std::map<std::string, std::string> map_of(const Pairs& pairs) {
  std::map<std::string, std::string> out;
  if (pairs) out.insert(pairs->begin(), pairs->end());
  return out;
}

std::string text(const std::optional<std::string>& member) { return member.value_or(""); }

EngineVolume of_docker(const Owner& owner, const TaskPayload& task, const api::Volume& volume) {
  const api::DockerVolumeConfiguration& settings = *volume.dockerVolumeConfiguration;
  EngineVolume out;
  const bool shared = settings.scope == "shared";
  out.name = shared ? text(volume.name) : docker_name(task, text(volume.name));
  out.driver = settings.driver.value_or("local");
  out.driver_options = map_of(settings.driverOpts);
  out.labels = map_of(settings.labels);
  out.must_exist = shared && !settings.autoprovision.value_or(false);
  if (!shared) {
    for (auto& [key, value] : task_volume_labels(owner, task.task_arn)) out.labels[key] = value;
  }
  return out;
}

/// Absent for a path of the host, which needs no volume.
std::optional<EngineVolume> engine_volume(const Owner& owner, const TaskPayload& task, const api::Volume& volume) {
  if (volume.host && !text(volume.host->sourcePath).empty()) return std::nullopt;
  if (volume.dockerVolumeConfiguration) return of_docker(owner, task, volume);
  if (const auto& efs = volume.efsVolumeConfiguration) {
    const std::string point = efs->authorizationConfig ? text(efs->authorizationConfig->accessPointId) : "";
    return stand_in("efs", text(efs->fileSystemId), text(efs->rootDirectory), point);
  }
  if (const auto& s3 = volume.s3filesVolumeConfiguration)
    return stand_in("s3files", text(s3->fileSystemArn), text(s3->rootDirectory), text(s3->accessPointArn));
  if (const auto& fsx = volume.fsxWindowsFileServerVolumeConfiguration)
    return stand_in("fsx", text(fsx->fileSystemId), text(fsx->rootDirectory), "");
  EngineVolume out;
  out.name = docker_name(task, text(volume.name));
  out.labels = task_volume_labels(owner, task.task_arn);
  return out;
}

}  // namespace

std::expected<std::vector<std::string>, std::string> binds_of(const TaskPayload& task,
                                                              const api::ContainerDefinition& container) {
  std::vector<std::string> binds;
  if (!container.mountPoints) return binds;
  for (const api::MountPoint& mount : *container.mountPoints) {
    const api::Volume* volume = find_volume(task, text(mount.sourceVolume));
    if (volume == nullptr)
      return std::unexpected("HostConfigError: Invalid volume referenced: " + text(mount.sourceVolume));
    const auto named = engine_volume({}, task, *volume);
    std::string bind = named ? named->name : text(volume->host->sourcePath);
    bind.append(":").append(text(mount.containerPath));
    if (mount.readOnly.value_or(false)) bind.append(":ro");
    binds.push_back(std::move(bind));
  }
  return binds;
}

std::vector<std::string> volumes_from(const TaskPayload& task, const api::ContainerDefinition& container) {
  std::vector<std::string> out;
  if (!container.volumesFrom) return out;
  for (const api::VolumeFrom& from : *container.volumesFrom) {
    out.push_back(docker_name(task, text(from.sourceContainer)) + (from.readOnly.value_or(false) ? ":ro" : ""));
  }
  return out;
}

std::vector<EngineVolume> engine_volumes(const Owner& owner, const TaskPayload& task,
                                         const api::ContainerDefinition& container) {
  std::vector<EngineVolume> out;
  if (!container.mountPoints) return out;
  for (const api::MountPoint& mount : *container.mountPoints) {
    const api::Volume* volume = find_volume(task, text(mount.sourceVolume));
    if (volume == nullptr) continue;
    auto named = engine_volume(owner, task, *volume);
    if (!named) continue;
    const bool known = std::ranges::any_of(out, [&](const EngineVolume& one) { return one.name == named->name; });
    if (!known) out.push_back(std::move(*named));
  }
  return out;
}

std::map<std::string, std::string> task_volume_labels(const Owner& owner, std::string_view task_arn) {
  std::map<std::string, std::string> labels = owner_labels(owner);
  labels[kLabelTaskArn] = task_arn;
  return labels;
}

}  // namespace drydock::instances::docker
