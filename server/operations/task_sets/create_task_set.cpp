#include "server/operations/resolve.hpp"
#include "server/operations/services/service_draft.hpp"
#include "server/operations/services/service_rules.hpp"
#include "server/operations/task_sets/make_task_set.hpp"
#include "server/operations/task_sets/task_set_target.hpp"
#include "server/operations/task_sets/task_set_view.hpp"
#include "server/operations/task_sets/task_sets.hpp"
#include "server/operations/tasks/launch_target.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations {
namespace {

using api::ApiError;
using Request = api::CreateTaskSetRequest;

constexpr std::size_t kMaxTaskSets = 5;

/// The service as it would be if the set were all of it, for the rules that both have.
Result<ServiceDraft> draft_of(const Request& request, const Context& context, const model::Service& service) {
  ServiceDraft draft;
  draft.desired_count = service.desired_count;
  draft.settings = *service.settings;
  draft.settings.launchType.reset();
  draft.settings.capacityProviderStrategy.reset();
  draft.settings.platformVersion = request.platformVersion;
  draft.settings.networkConfiguration = request.networkConfiguration;
  draft.settings.loadBalancers = request.loadBalancers.value_or(std::vector<api::LoadBalancer>{});
  draft.settings.serviceRegistries = request.serviceRegistries.value_or(std::vector<api::ServiceRegistry>{});
  const auto definition = find_runnable(context, request.taskDefinition);
  if (!definition) return std::unexpected(definition.error());
  draft.definition = *definition;
  auto target = choose_launch_target(context, context.state().get(service.cluster), request.launchType,
                                     request.capacityProviderStrategy);
  if (!target) return std::unexpected(std::move(target.error()));
  draft.launch_type = target->launch_type;
  if (target->strategy.empty()) {
    draft.settings.launchType = model::to_text(target->launch_type);
  } else {
    draft.settings.capacityProviderStrategy = target->strategy;
    draft.deployment.capacityProviderStrategy = std::move(target->strategy);
  }
  if (auto no = settle(context, draft, "created")) return std::unexpected(std::move(*no));
  if (has_classic_load_balancer(draft.settings)) {
    return std::unexpected(ApiError::invalid_parameter(
        "Classic Load Balancers are not supported with the EXTERNAL deployment controller."));
  }
  if (draft.settings.loadBalancers->size() > 1) {
    return std::unexpected(ApiError::invalid_parameter("load balancers can have at most 1 items"));
  }
  return draft;
}

/// The set that this very request made before, or null.
const model::TaskSet* repeated(const Request& request, const Context& context, model::ServiceId service) {
  if (!request.clientToken || request.clientToken->empty()) return nullptr;
  for (const auto& [digits, id] : context.state().of(service).task_sets) {
    const model::TaskSet& set = context.state().get(id);
    if (set.created_with && *set.created_with == request) return &set;
  }
  return nullptr;
}

}  // namespace

Result<api::CreateTaskSetResponse> create_task_set(const Request& request, Context& context) {
  auto tags = checked_tags(request.tags);
  if (!tags) return std::unexpected(std::move(tags.error()));
  const auto service = find_external_service(context, request.cluster, request.service);
  if (!service) return std::unexpected(service.error());
  const model::Instant now = context.tx.now();
  api::CreateTaskSetResponse response;
  if (const model::TaskSet* known = repeated(request, context, *service)) {
    response.taskSet = show_task_set(context.state(), *known, !known->tags.empty(), now);
    return response;
  }
  if (context.state().of(*service).task_sets.size() >= kMaxTaskSets) {
    return std::unexpected(
        ApiError::limit_exceeded("A service can have at most 5 task sets.")
            .explained(
                "Delete one that is no longer needed with delete-task-set; it goes when its tasks have stopped."));
  }
  const auto draft = draft_of(request, context, context.state().get(*service));
  if (!draft) return std::unexpected(draft.error());

  const double scale = request.scale ? request.scale->value.value_or(0) : 0;
  model::TaskSet set = make_task_set(context, *service, *draft, scale);
  if (request.externalId) {
    auto settings = std::make_shared<api::TaskSet>(*set.settings);
    settings->externalId = request.externalId;
    set.settings = std::move(settings);
  }
  set.created_with = std::make_shared<Request>(request);
  set.tags = std::move(*tags);
  const bool tagged = !set.tags.empty();
  const model::TaskSetId id = context.tx.create(std::move(set));
  response.taskSet = show_task_set(context.state(), context.state().get(id), tagged, now);
  return response;
}

}  // namespace drydock::operations
