#include "server/operations/task_sets/task_sets.hpp"

#include <set>

#include "model/arn.hpp"
#include "server/operations/resolve.hpp"
#include "server/operations/task_sets/task_set_target.hpp"
#include "server/operations/task_sets/task_set_view.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations {
namespace {

using api::ApiError;

/// The members of a service that its primary task set decides; none of them without one.
void take_primary(model::Service& service, const model::TaskSet* set) {
  auto settings = std::make_shared<api::Service>(*service.settings);
  static const api::TaskSet kNone;
  const api::TaskSet& from = set == nullptr ? kNone : *set->settings;
  settings->launchType = from.launchType;
  settings->capacityProviderStrategy = from.capacityProviderStrategy;
  settings->platformVersion = from.platformVersion;
  settings->platformFamily = from.platformFamily;
  settings->networkConfiguration = from.networkConfiguration;
  settings->loadBalancers = from.loadBalancers.value_or(std::vector<api::LoadBalancer>{});
  settings->serviceRegistries = from.serviceRegistries.value_or(std::vector<api::ServiceRegistry>{});
  service.settings = std::move(settings);
  service.primary_task_set = set == nullptr ? model::TaskSetId{} : set->id;
  service.task_definition = set == nullptr ? model::TaskDefinitionId{} : set->deployment.task_definition;
  service.launch_type = set == nullptr ? model::LaunchType::kEc2 : set->deployment.launch_type;
}

std::optional<ApiError> check_deletion(const Context& context, const model::TaskSet& set, bool force) {
  if (force) return std::nullopt;
  const model::Service& service = context.state().get(set.service);
  if (set.id == service.primary_task_set) {
    return ApiError::invalid_parameter("The primary task set cannot be deleted.")
        .explained("Add --force, or make another set the primary one with update-service-primary-task-set.");
  }
  if (model::computed_desired_count(service, set) == 0) return std::nullopt;
  return ApiError::invalid_parameter("The task set cannot be deleted while it is scaled above 0.")
      .explained("Add --force, or scale it down first: aws ecs update-task-set --scale value=0,unit=PERCENT.");
}

ApiError is_draining() {
  return ApiError::invalid_parameter("The task set is DRAINING.")
      .explained("It was deleted, and goes when its tasks have stopped.");
}

struct Target {
  model::ServiceId service;
  model::TaskSetId set;
};

Result<Target> find_target(Context& context, const std::optional<std::string>& cluster,
                           const std::optional<std::string>& service, const std::optional<std::string>& text) {
  const auto id = find_external_service(context, cluster, service);
  if (!id) return std::unexpected(id.error());
  const auto set = named_task_set(context, *id, text.value_or(""));
  if (!set) return std::unexpected(set.error());
  return Target{*id, *set};
}

api::TaskSet show(const Context& context, model::TaskSetId set) {
  return show_task_set(context.state(), context.state().get(set), false, context.tx.now());
}

}  // namespace

Result<api::DescribeTaskSetsResponse> describe_task_sets(const api::DescribeTaskSetsRequest& request,
                                                         Context& context) {
  const auto cluster = find_cluster(context, request.cluster);
  if (!cluster) return std::unexpected(cluster.error());
  const auto service = named_service(context, *cluster, request.service.value_or(""));
  if (!service) return std::unexpected(service.error());
  const model::State& state = context.state();
  if (state.get(*service).status == model::ServiceStatus::kInactive) {
    return std::unexpected(ApiError::service_not_active());
  }
  const bool with_tags = contains(request.include, "TAGS");
  api::DescribeTaskSetsResponse response;
  auto& shown = response.taskSets.emplace();
  auto& failures = response.failures.emplace();
  if (!request.taskSets || request.taskSets->empty()) {
    shown = show_task_sets(state, *service, with_tags, context.tx.now());
    return response;
  }
  std::set<std::string> seen;
  for (const std::string& text : *request.taskSets) {
    const auto found = find_task_set(context, *service, text);
    if (!found) return std::unexpected(found.error());
    const std::string arn =
        *found != nullptr ? model::arn_of(state, **found)
                          : arn_in_cluster(context, *cluster, "task-set",
                                           model::looks_like_arn(text) ? text : state.get(*service).name + "/" + text);
    if (!seen.insert(arn).second) continue;
    if (*found != nullptr) {
      shown.push_back(show_task_set(state, **found, with_tags, context.tx.now()));
    } else {
      failures.push_back(failure(arn, "MISSING"));
    }
  }
  return response;
}

Result<api::UpdateTaskSetResponse> update_task_set(const api::UpdateTaskSetRequest& request, Context& context) {
  const auto target = find_target(context, request.cluster, request.service, request.taskSet);
  if (!target) return std::unexpected(target.error());
  if (context.state().get(target->set).draining) return std::unexpected(is_draining());
  const model::Service& service = context.state().get(target->service);
  context.tx.update(target->set, [&](model::TaskSet& set) {
    auto settings = std::make_shared<api::TaskSet>(*set.settings);
    settings->scale->value = request.scale->value.value_or(0);
    set.settings = std::move(settings);
    set.deployment.desired_count = model::computed_desired_count(service, set);
    set.deployment.updated_at = context.tx.now();
  });
  api::UpdateTaskSetResponse response;
  response.taskSet = show(context, target->set);
  return response;
}

Result<api::DeleteTaskSetResponse> delete_task_set(const api::DeleteTaskSetRequest& request, Context& context) {
  const auto target = find_target(context, request.cluster, request.service, request.taskSet);
  if (!target) return std::unexpected(target.error());
  const model::TaskSet& before = context.state().get(target->set);
  if (!before.draining) {
    if (auto no = check_deletion(context, before, request.force.value_or(false))) {
      return std::unexpected(std::move(*no));
    }
    if (context.state().get(target->service).primary_task_set == target->set) {
      context.tx.update(target->service, [](model::Service& service) { take_primary(service, nullptr); });
    }
    context.tx.update(target->set, [&](model::TaskSet& set) {
      set.draining = true;
      set.deployment.desired_count = 0;
      set.deployment.updated_at = context.tx.now();
    });
  }
  api::DeleteTaskSetResponse response;
  response.taskSet = show(context, target->set);
  return response;
}

Result<api::UpdateServicePrimaryTaskSetResponse> update_service_primary_task_set(
    const api::UpdateServicePrimaryTaskSetRequest& request, Context& context) {
  const auto target = find_target(context, request.cluster, request.service, request.primaryTaskSet);
  if (!target) return std::unexpected(target.error());
  const model::TaskSet& set = context.state().get(target->set);
  if (set.draining) return std::unexpected(is_draining());
  context.tx.update(target->service, [&](model::Service& service) { take_primary(service, &set); });
  api::UpdateServicePrimaryTaskSetResponse response;
  response.taskSet = show(context, target->set);
  return response;
}

}  // namespace drydock::operations
