#include "server/operations/task_sets/task_set_target.hpp"

#include "model/arn.hpp"
#include "server/operations/resolve.hpp"
#include "server/operations/services/service_draft.hpp"

namespace drydock::operations {

using api::ApiError;

Result<model::ServiceId> find_external_service(Context& context, const std::optional<std::string>& cluster_text,
                                               const std::optional<std::string>& service_text) {
  const auto cluster = find_active_cluster(context, cluster_text);
  if (!cluster) return std::unexpected(cluster.error());
  const auto id = named_service(context, *cluster, service_text.value_or(""));
  if (!id) return std::unexpected(id.error());
  const model::Service& service = context.state().get(*id);
  if (service.status != model::ServiceStatus::kActive) return std::unexpected(ApiError::service_not_active());
  if (controller_of(*service.settings) == "EXTERNAL") return *id;
  return std::unexpected(
      ApiError::invalid_parameter("Task sets are supported on services with an EXTERNAL deployment controller only.")
          .explained("The service \"" + service.name + "\" has the deployment controller " +
                     std::string(controller_of(*service.settings)) +
                     "; create one with --deployment-controller type=EXTERNAL."));
}

Result<const model::TaskSet*> find_task_set(const Context& context, model::ServiceId service, std::string_view text) {
  const model::State& state = context.state();
  if (model::looks_like_arn(text)) {
    const auto arn = model::parse_arn(text);
    if (!arn || arn->type != "task-set" || arn->path.size() != 4) {
      return std::unexpected(ApiError::invalid_parameter("Invalid identifier: Unexpected number of separators"));
    }
  }
  for (const auto& [digits, id] : state.of(service).task_sets) {
    const model::TaskSet& set = state.get(id);
    if (text == model::deployment_id(digits) || text == model::arn_of(state, set)) return &set;
  }
  return nullptr;
}

Result<model::TaskSetId> named_task_set(const Context& context, model::ServiceId service, std::string_view text) {
  const auto found = find_task_set(context, service, text);
  if (!found) return std::unexpected(found.error());
  if (*found != nullptr) return (*found)->id;
  return std::unexpected(
      ApiError::task_set_not_found().explained("aws ecs describe-task-sets shows which the service has."));
}

}  // namespace drydock::operations
