// dependsOn: targets, conditions, cycles.

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "model/task_definitions/members.hpp"
#include "model/task_definitions/rules.hpp"

namespace drydock::model::task_definitions {
namespace {

using Containers = std::vector<api::ContainerDefinition>;

const api::ContainerDefinition* find_container(const Containers& containers, std::string_view name) {
  for (const auto& container : containers) {
    if (text(container.name) == name) return &container;
  }
  return nullptr;
}

Verdict check_dependency(const Containers& containers, const api::ContainerDependency& dependency) {
  const auto* target = find_container(containers, text(dependency.containerName));
  if (target == nullptr) {
    return refuse("Cannot depend on container " + std::string(text(dependency.containerName)) +
                  " because it does not exist");
  }
  const std::string_view condition = text(dependency.condition);
  if ((condition == "SUCCESS" || condition == "COMPLETE") && is_essential(*target)) {
    return refuse("A dependency container with SUCCESS or COMPLETE condition cannot be an essential container");
  }
  if (condition == "HEALTHY" && !target->healthCheck) {
    return refuse("A dependency container with HEALTHY condition must have health check configured");
  }
  return std::nullopt;
}

/// Takes away, again and again, the containers whose dependencies are all gone; a cycle stays behind.
bool has_cycle(const Containers& containers) {
  std::vector<bool> gone(containers.size(), false);
  const auto is_gone = [&](const api::ContainerDependency& dependency) {
    const auto* target = find_container(containers, text(dependency.containerName));
    return gone[static_cast<std::size_t>(target - containers.data())];
  };
  bool moved = true;
  std::size_t left = containers.size();
  while (moved) {
    moved = false;
    for (std::size_t i = 0; i < containers.size(); ++i) {
      const auto& dependencies = items(containers[i].dependsOn);
      if (gone[i] || !std::all_of(dependencies.begin(), dependencies.end(), is_gone)) continue;
      gone[i] = true;
      moved = true;
      --left;
    }
  }
  return left > 0;
}

}  // namespace

Verdict check_dependencies(const Request& request) {
  const Containers& containers = items(request.containerDefinitions);
  for (const auto& container : containers) {
    for (const auto& dependency : items(container.dependsOn)) {
      if (auto no = check_dependency(containers, dependency)) return no;
    }
  }
  if (has_cycle(containers)) return refuse("Container dependsOn contains a cycle");
  return std::nullopt;
}

}  // namespace drydock::model::task_definitions
