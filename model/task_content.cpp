#include "model/task_content.hpp"

#include "model/arn.hpp"

namespace drydock::model {
namespace {

template <class Use>
auto with_entity(const State& state, const Task& task, Use use) -> decltype(use(state.get(task.task_definition))) {
  if (task.daemon_definition) return use(state.get(task.daemon_definition));
  return use(state.get(task.task_definition));
}

}  // namespace

const std::shared_ptr<const api::TaskDefinition>& shared_content_of(const State& state, const Task& task) {
  return with_entity(state, task, [](const auto& entity) -> const auto& { return entity.definition; });
}

const api::TaskDefinition& content_of(const State& state, const Task& task) { return *shared_content_of(state, task); }

std::string content_arn(const State& state, const Task& task) {
  return with_entity(state, task, [&](const auto& entity) { return arn_of(state, entity); });
}

const std::string& content_family(const State& state, const Task& task) {
  return with_entity(state, task,
                     [&](const auto& entity) -> const std::string& { return state.get(entity.family).name; });
}

int content_revision(const State& state, const Task& task) {
  return with_entity(state, task, [](const auto& entity) { return entity.revision; });
}

}  // namespace drydock::model
