#include "server/operations/service_deployments/service_deployments.hpp"

#include <charconv>
#include <set>

#include "model/arn.hpp"
#include "scheduler/deployments/hooks.hpp"
#include "server/operations/paging.hpp"
#include "server/operations/resolve.hpp"
#include "server/operations/service_deployments/service_deployment_view.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations {
namespace {

using api::ApiError;
using Status = model::ServiceDeploymentStatus;

constexpr std::size_t kPageSize = 20;

const model::ServiceDeployment* entity_named(const model::State& state, std::string_view id,
                                             const model::ServiceDeployment*) {
  return state.service_deployment_named(id);
}

const model::ServiceRevision* entity_named(const model::State& state, std::string_view id,
                                           const model::ServiceRevision*) {
  std::uint64_t digits = 0;
  const auto parsed = std::from_chars(id.data(), id.data() + id.size(), digits);
  const bool number = parsed.ec == std::errc{} && parsed.ptr == id.data() + id.size();
  return number ? state.service_revision_with(digits) : nullptr;
}

/// What a full ARN of `type` names; null when it names nothing of this account and region.
template <class Entity>
Result<const Entity*> find_in_service(const Context& context, const std::string& text, std::string_view type) {
  const auto arn = model::parse_arn(text);
  if (!arn || arn->type != type || arn->path.size() != 3) {
    return std::unexpected(ApiError::invalid_parameter("Invalid identifier: Unexpected number of separators"));
  }
  const model::State& state = context.state();
  const Entity* entity = entity_named(state, arn->path[2], static_cast<const Entity*>(nullptr));
  // The rest of the ARN has to be right as well, the account and the region among it.
  const bool same = entity != nullptr && state.get(state.get(entity->service).cluster).world == context.world &&
                    model::arn_of(state, *entity) == text;
  return same ? entity : nullptr;
}

Result<const model::ServiceDeployment*> find_service_deployment(const Context& context, const std::string& text) {
  return find_in_service<model::ServiceDeployment>(context, text, "service-deployment");
}

/// The same where it has to be there.
Result<const model::ServiceDeployment*> named_service_deployment(const Context& context, const std::string& text) {
  auto found = find_service_deployment(context, text);
  if (found && *found == nullptr) {
    return std::unexpected(ApiError::service_deployment_not_found("The specified service deployment does not exist.")
                               .explained("aws ecs list-service-deployments --service SERVICE shows which there are."));
  }
  return found;
}

/// A deployment that is unknown may be gone; a service or a cluster that is unknown was never there.
Result<void> check_path(const Context& context, const std::string& text) {
  const auto arn = model::parse_arn(text);
  if (!arn || arn->path.size() != 3 || !in_world(context, *arn)) return {};
  const model::Cluster* cluster = context.state().cluster_named(context.world, arn->path[0]);
  if (cluster == nullptr) return std::unexpected(ApiError::cluster_not_found());
  if (context.state().service_named(cluster->id, arn->path[1]) == nullptr) {
    return std::unexpected(ApiError::service_not_found());
  }
  return {};
}

template <class Entity, class Shown, class Show>
Result<void> describe_each(const Context& context, const std::vector<std::string>& arns, std::string_view type,
                           std::vector<Shown>& shown, std::vector<api::Failure>& failures, Show show) {
  std::set<std::string> seen;
  for (const std::string& arn : arns) {
    const auto found = find_in_service<Entity>(context, arn, type);
    if (!found) return std::unexpected(found.error());
    if (!seen.insert(arn).second) continue;
    if (*found == nullptr) {
      failures.push_back(failure(arn, "MISSING"));
    } else {
      shown.push_back(show(context.state(), **found));
    }
  }
  return {};
}

bool is_listed(const model::ServiceDeployment& record, const api::ListServiceDeploymentsRequest& request) {
  if (request.status && !request.status->empty() && !contains(request.status, model::to_text(record.status))) {
    return false;
  }
  if (!request.createdAt) return true;
  const api::Timestamp created = *timestamp(record.created_at);
  if (request.createdAt->after && created < *request.createdAt->after) return false;
  return !request.createdAt->before || created <= *request.createdAt->before;
}

}  // namespace

Result<api::DescribeServiceDeploymentsResponse> describe_service_deployments(
    const api::DescribeServiceDeploymentsRequest& request, Context& context) {
  for (const std::string& arn : *request.serviceDeploymentArns) {
    if (auto known = check_path(context, arn); !known) return std::unexpected(std::move(known.error()));
  }
  api::DescribeServiceDeploymentsResponse response;
  auto done = describe_each<model::ServiceDeployment>(context, *request.serviceDeploymentArns, "service-deployment",
                                                      response.serviceDeployments.emplace(),
                                                      response.failures.emplace(), show_service_deployment);
  if (!done) return std::unexpected(std::move(done.error()));
  return response;
}

Result<api::DescribeServiceRevisionsResponse> describe_service_revisions(
    const api::DescribeServiceRevisionsRequest& request, Context& context) {
  api::DescribeServiceRevisionsResponse response;
  auto done = describe_each<model::ServiceRevision>(context, *request.serviceRevisionArns, "service-revision",
                                                    response.serviceRevisions.emplace(), response.failures.emplace(),
                                                    show_service_revision);
  if (!done) return std::unexpected(std::move(done.error()));
  return response;
}

Result<api::ListServiceDeploymentsResponse> list_service_deployments(const api::ListServiceDeploymentsRequest& request,
                                                                     Context& context) {
  const auto cluster = find_cluster(context, request.cluster);
  if (!cluster) return std::unexpected(cluster.error());
  const auto service = named_service(context, *cluster, request.service.value_or(""));
  if (!service) return std::unexpected(service.error());
  const auto size = page_size(request.maxResults, kPageSize);
  if (!size) return std::unexpected(size.error());
  const model::State& state = context.state();
  api::ListServiceDeploymentsResponse response;
  auto& shown = response.serviceDeployments.emplace();
  const auto filled = fill_page(
      "ListServiceDeployments", state.of(*service).service_deployments, request.nextToken, *size, response.nextToken,
      [&](model::ServiceDeploymentId id) { return is_listed(state.get(id), request); },
      [](model::ServiceDeploymentId id) { return sortable(id.value); },
      [&](model::ServiceDeploymentId id) { shown.push_back(show_service_deployment_brief(state, state.get(id))); });
  if (!filled) return std::unexpected(filled.error());
  return response;
}

Result<api::StopServiceDeploymentResponse> stop_service_deployment(const api::StopServiceDeploymentRequest& request,
                                                                   Context& context) {
  const auto found = named_service_deployment(context, request.serviceDeploymentArn.value_or(""));
  if (!found) return std::unexpected(found.error());
  const model::ServiceDeployment& record = **found;
  if (model::is_terminal(record.status)) {
    return std::unexpected(
        ApiError::conflict("The service deployment cannot be stopped because it is in the state " +
                               std::string(model::to_text(record.status)) + ".",
                           {model::arn_of(context.state(), record)})
            .explained("Only a deployment under way can be stopped. To go back to an earlier task definition, call "
                       "update-service with it."));
  }
  if (record.status == Status::kPending || record.status == Status::kInProgress) {
    const bool abort = request.stopType == "ABORT";
    context.tx.update(record.id, [&](model::ServiceDeployment& entity) {
      entity.status = abort ? Status::kStopRequested : Status::kRollbackRequested;
      entity.updated_at = context.tx.now();
    });
  }
  api::StopServiceDeploymentResponse response;
  response.serviceDeploymentArn = model::arn_of(context.state(), record);
  return response;
}

Result<api::ContinueServiceDeploymentResponse> continue_service_deployment(
    const api::ContinueServiceDeploymentRequest& request, Context& context) {
  const auto found = named_service_deployment(context, request.serviceDeploymentArn.value_or(""));
  if (!found) return std::unexpected(found.error());
  const model::ServiceDeployment& record = **found;
  const bool goes_on = record.status == Status::kInProgress;
  if (!goes_on ||
      !scheduler::continue_hook(context.tx, record.id, request.hookId.value_or(""), request.action == "ROLLBACK")) {
    return std::unexpected(ApiError::invalid_parameter("The service deployment has no lifecycle hook " +
                                                       request.hookId.value_or("") + " that awaits an action.")
                               .explained("Only a PAUSE hook that describe-service-deployments shows as "
                                          "AWAITING_ACTION can be continued."));
  }
  api::ContinueServiceDeploymentResponse response;
  response.serviceDeploymentArn = model::arn_of(context.state(), record);
  return response;
}

}  // namespace drydock::operations
