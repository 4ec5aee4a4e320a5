#include "model/task_definitions/validate.hpp"

#include <string>

#include "model/quotas.hpp"
#include "model/task_definitions/rules.hpp"

namespace drydock::model {

std::optional<api::ApiError> validate_task_definition(const api::RegisterTaskDefinitionRequest& request) {
  using namespace task_definitions;
  return first_refusal(request, check_units, check_family, check_list_sizes, check_tags, check_roles, check_containers,
                       check_network_mode, check_ports, check_logging, check_volumes, check_dependencies, check_proxy,
                       check_task_storage, check_compatibilities, check_placement_constraints);
}

std::optional<api::ApiError> check_request_size(std::size_t bytes) {
  constexpr std::size_t kMaxTaskDefinitionBytes = default_of(Quota::kTaskDefinitionBytes);
  if (bytes <= kMaxTaskDefinitionBytes) return std::nullopt;
  return api::ApiError::client("Actual length: '" + std::to_string(bytes) + "'. Max allowed length is '" +
                               std::to_string(kMaxTaskDefinitionBytes) + "' bytes.");
}

}  // namespace drydock::model
