#include "instances/payload.hpp"

#include <algorithm>

#include "model/account_setting.hpp"
#include "model/arn.hpp"
#include "model/task_content.hpp"
#include "model/task_definitions/requirements.hpp"
#include "model/task_definitions/sizes.hpp"

namespace drydock::instances {
namespace {

std::optional<std::string> overridden(const std::optional<std::string>& base,
                                      std::optional<std::string> api::TaskOverride::* member, const model::Task& task) {
  if (task.overrides && (*task.overrides).*member) return (*task.overrides).*member;
  return base;
}

/// Where a container's log configuration does not say how messages are delivered, the account setting does. Drivers
/// without delivery of their own have no such option.
bool lacks_log_mode(const api::ContainerDefinition& container) {
  if (!container.logConfiguration) return false;
  const std::string driver = container.logConfiguration->logDriver.value_or("");
  if (driver == "none" || driver == "awsfirelens") return false;
  const auto& options = container.logConfiguration->options;
  return !options || std::ranges::none_of(*options, [](const auto& option) { return option.first == "mode"; });
}

void set_log_mode(api::ContainerDefinition& container, std::string_view mode) {
  auto& options = container.logConfiguration->options;
  if (!options) options.emplace();
  options->emplace_back("mode", mode);
}

/// The digests that the first task of its deployment has found for the images' tags; null for other tasks.
const std::vector<api::ContainerImage>* pinned_images(const model::State& state, const model::Task& task) {
  if (!task.service || task.daemon) return nullptr;
  const model::ServiceRevision* revision = state.service_revision_with(task.deployment);
  if (revision == nullptr || !revision->definition->containerImages) return nullptr;
  return &*revision->definition->containerImages;
}

/// repository:tag as repository@digest, so that a tag that has moved since makes no difference.
std::string by_digest(const std::string& image, const std::string& digest) {
  const std::size_t slash = image.rfind('/');
  const std::size_t colon = image.rfind(':');
  const bool tagged = colon != std::string::npos && (slash == std::string::npos || colon > slash);
  return image.substr(0, tagged ? colon : image.size()) + "@" + digest;
}

/// Nothing when the container's image is not pinned, or names a digest itself.
std::optional<std::string> pinned_image(const std::vector<api::ContainerImage>* images, std::size_t container,
                                        const api::ContainerDefinition& defined) {
  if (images == nullptr || container >= images->size() || !(*images)[container].imageDigest || !defined.image ||
      defined.image->find('@') != std::string::npos) {
    return std::nullopt;
  }
  return by_digest(*defined.image, *(*images)[container].imageDigest);
}

std::vector<std::shared_ptr<const api::ContainerDefinition>> containers_of(const model::State& state,
                                                                           const model::Task& task) {
  using Container = api::ContainerDefinition;
  const auto& content = model::shared_content_of(state, task);
  const auto mode = model::account_value(state, state.get(task.cluster).world, "defaultLogDriverMode");
  std::vector<Container> merged;
  if (task.overrides) merged = model::merged_containers(*content, task.overrides.get());
  const auto* images = pinned_images(state, task);
  std::vector<std::shared_ptr<const Container>> containers;
  for (std::size_t i = 0; i < task.containers.size(); ++i) {
    const Container& defined = content->containerDefinitions->at(i);
    // Links keep payloads, and most tasks change nothing: these share what their definition says.
    auto image = pinned_image(images, i, defined);
    if (!task.overrides && !image && !lacks_log_mode(defined)) {
      containers.emplace_back(content, &defined);
      continue;
    }
    auto own =
        task.overrides ? std::make_shared<Container>(std::move(merged[i])) : std::make_shared<Container>(defined);
    if (lacks_log_mode(*own)) set_log_mode(*own, mode);
    if (image) own->image = std::move(image);
    containers.push_back(std::move(own));
  }
  return containers;
}

}  // namespace

TaskPayload payload_of(const model::State& state, const model::Task& task, std::uint64_t sequence_number) {
  const api::TaskDefinition& definition = model::content_of(state, task);
  TaskPayload payload;
  payload.task_arn = model::arn_of(state, task);
  payload.cluster_arn = model::arn_of(state, state.get(task.cluster));
  payload.desired_status = task.stop_wanted ? "STOPPED" : "RUNNING";
  payload.family = model::content_family(state, task);
  payload.version = std::to_string(model::content_revision(state, task));
  payload.group = task.group;
  payload.launch_type = model::to_text(task.launch_type);
  payload.network_mode = definition.networkMode.value_or("bridge");
  payload.pid_mode = definition.pidMode.value_or("");
  payload.ipc_mode = definition.ipcMode.value_or("");
  if (const model::Service* service = state.find(task.service)) payload.service_name = service->name;
  payload.task_role = overridden(definition.taskRoleArn, &api::TaskOverride::taskRoleArn, task).value_or("");
  payload.sequence_number = static_cast<std::int64_t>(sequence_number);
  if (const auto cpu = overridden(definition.cpu, &api::TaskOverride::cpu, task)) {
    payload.cpu_units = model::parse_cpu_units(*cpu);
  }
  if (const auto memory = overridden(definition.memory, &api::TaskOverride::memory, task)) {
    payload.memory_mib = model::parse_memory_mib(*memory);
  }
  if (definition.volumes) payload.volumes = *definition.volumes;
  auto containers = containers_of(state, task);
  payload.containers.reserve(containers.size());
  for (std::size_t i = 0; i < containers.size(); ++i) {
    ContainerPayload& container = payload.containers.emplace_back();
    container.container_arn = model::arn_of(state, task, task.containers[i]);
    container.definition = std::move(containers[i]);
    container.gpu_ids = task.containers[i].gpu_ids;
    const auto& named = definition.containerDefinitions->at(i).image;
    if (named && container.definition->image != named) container.tagged_image = *named;
  }
  return payload;
}

}  // namespace drydock::instances
