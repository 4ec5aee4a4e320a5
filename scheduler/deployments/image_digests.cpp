#include "scheduler/deployments/image_digests.hpp"

#include <algorithm>

namespace drydock::scheduler {
namespace {

bool is_consistent(const api::ContainerDefinition& container) {
  return container.versionConsistency.value_or("enabled") != "disabled";
}

/// The oldest task of the deployment whose containers have been reported; null before there is one.
const model::Task* first_task(const model::State& state, const model::DeploymentTasks& tasks) {
  for (const auto* group : {&tasks.healthy, &tasks.evaluating, &tasks.unhealthy, &tasks.starting}) {
    if (group->empty()) continue;
    const model::Task& task = state.get(*group->begin());
    const auto known = [](const model::TaskContainer& one) { return !one.image_digest.empty(); };
    if (std::ranges::any_of(task.containers, known)) return &task;
  }
  return nullptr;
}

}  // namespace

void pin_images(model::Transaction& tx, model::ServiceId id) {
  const model::State& state = tx.state();
  const model::Service& service = state.get(id);
  if (service.deployments.empty()) return;
  const model::Deployment& primary = service.deployments.front();
  const model::ServiceRevision* revision = state.find(primary.revision);
  if (revision == nullptr || !revision->definition->containerImages) return;
  const auto pinned = [](const api::ContainerImage& image) { return image.imageDigest.has_value(); };
  if (std::ranges::all_of(*revision->definition->containerImages, pinned)) return;
  const auto tasks = state.of(id).deployments.find(primary.digits);
  if (tasks == state.of(id).deployments.end()) return;
  const model::Task* task = first_task(state, tasks->second);
  const model::TaskDefinition* content = state.find(primary.task_definition);
  if (task == nullptr || content == nullptr || !content->definition->containerDefinitions) return;
  const auto& containers = *content->definition->containerDefinitions;
  std::vector<api::ContainerImage> images = *revision->definition->containerImages;
  bool found = false;
  for (std::size_t i = 0; i < images.size() && i < task->containers.size(); ++i) {
    const std::string& digest = task->containers[i].image_digest;
    if (images[i].imageDigest || digest.empty() || !is_consistent(containers.at(i))) continue;
    images[i].imageDigest = digest;
    found = true;
  }
  if (!found) return;
  tx.update(revision->id, [&](model::ServiceRevision& entity) {
    auto definition = std::make_shared<api::ServiceRevision>(*entity.definition);
    definition->containerImages = std::move(images);
    entity.definition = std::move(definition);
  });
}

}  // namespace drydock::scheduler
