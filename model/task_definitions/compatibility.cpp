#include "model/task_definitions/compatibility.hpp"

#include "model/task_definitions/members.hpp"
#include "model/task_definitions/rules.hpp"

namespace drydock::model {

using namespace task_definitions;

std::vector<std::string> compatibilities_of(const api::RegisterTaskDefinitionRequest& request) {
  const std::string_view mode = network_mode(request);
  std::vector<std::string> names;
  if (mode != "awsvpc") names.emplace_back("EXTERNAL");
  names.emplace_back("EC2");
  const bool managed = mode == "awsvpc" || requires_compatibility(request, "MANAGED_INSTANCES");
  if (managed && !is_windows(request)) names.emplace_back("MANAGED_INSTANCES");
  if (!check_fargate(request)) names.emplace_back("FARGATE");
  return names;
}

std::optional<api::ApiError> check_usable(const api::TaskDefinition& definition) {
  if (text(definition.status) == "ACTIVE") return std::nullopt;
  return api::ApiError::client("TaskDefinition is inactive");
}

std::optional<api::ApiError> check_launch_type(const api::TaskDefinition& definition, std::string_view launch_type) {
  if (contains(definition.compatibilities, launch_type)) return std::nullopt;
  return api::ApiError::invalid_parameter("Task definition does not support launch_type " + std::string(launch_type) +
                                          ".");
}

}  // namespace drydock::model
