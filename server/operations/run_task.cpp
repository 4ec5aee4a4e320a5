#include <algorithm>

#include "api-spec/runtime/encode.hpp"
#include "model/arn.hpp"
#include "scheduler/placement/place.hpp"
#include "scheduler/placement/views.hpp"
#include "server/operations/launch_target.hpp"
#include "server/operations/resolve.hpp"
#include "server/operations/task_launch.hpp"
#include "server/operations/task_view.hpp"
#include "server/operations/tasks.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations {
namespace {

using api::ApiError;

struct Compute {
  model::LaunchType launch_type = model::LaunchType::kEc2;
  std::string capacity_provider;
};

bool is_fargate_provider(const std::string& name) { return name == "FARGATE" || name == "FARGATE_SPOT"; }

/// The provider with the greatest weight; providers other than Fargate's come with capacity providers.
Result<Compute> from_strategy(const std::vector<api::CapacityProviderStrategyItem>& strategy,
                              const model::Cluster& cluster) {
  const api::CapacityProviderStrategyItem* best = nullptr;
  for (const api::CapacityProviderStrategyItem& item : strategy) {
    const std::string name = item.capacityProvider.value_or("");
    if (!cluster.settings || !contains(cluster.settings->capacityProviders, name) || !is_fargate_provider(name)) {
      return std::unexpected(ApiError::invalid_parameter(
          "The specified capacity provider strategy cannot contain a capacity provider that is not associated with "
          "the cluster."));
    }
    if (best == nullptr || item.weight.value_or(0) > best->weight.value_or(0)) best = &item;
  }
  if (best == nullptr) return Compute{};
  if (best->weight.value_or(0) == 0 && strategy.size() > 1) {
    return std::unexpected(ApiError::invalid_parameter(
        "There are no capacity providers in the capacity provider strategy with a weight value greater than zero"));
  }
  return Compute{model::LaunchType::kFargate, *best->capacityProvider};
}

Result<Compute> compute_of(const api::RunTaskRequest& request, const model::Cluster& cluster) {
  const bool strategy = request.capacityProviderStrategy && !request.capacityProviderStrategy->empty();
  if (request.launchType && strategy) {
    return std::unexpected(
        ApiError::invalid_parameter("Specify either Launch Type or Capacity Provider Strategy, but not both."));
  }
  if (strategy) return from_strategy(*request.capacityProviderStrategy, cluster);
  if (!request.launchType) {
    if (cluster.settings && cluster.settings->defaultCapacityProviderStrategy) {
      return from_strategy(*cluster.settings->defaultCapacityProviderStrategy, cluster);
    }
    return Compute{};
  }
  const auto type = model::parse_launch_type(*request.launchType);
  if (!type) {
    return std::unexpected(
        ApiError::unsupported_feature("Drydock does not run the launch type " + *request.launchType + " yet."));
  }
  return Compute{*type, ""};
}

/// The strategies and constraints of a request are honoured by a later version; refusing is better than pretending.
std::optional<ApiError> check_placement(const api::RunTaskRequest& request, model::LaunchType launch_type) {
  const bool constraints = request.placementConstraints && !request.placementConstraints->empty();
  const bool strategies = request.placementStrategy && !request.placementStrategy->empty();
  if (launch_type == model::LaunchType::kFargate) {
    if (strategies) {
      return ApiError::invalid_parameter("Placement strategies are not supported with FARGATE launch type.");
    }
    if (constraints) {
      return ApiError::invalid_parameter("Placement constraints are not supported with FARGATE launch type.");
    }
    return std::nullopt;
  }
  if (!constraints && !strategies) return std::nullopt;
  return ApiError::unsupported_feature("Drydock does not apply placement constraints and strategies of RunTask yet.")
      .explained("Leave placementConstraints and placementStrategy out: tasks are spread over zones and instances.");
}

std::uint64_t fingerprint(const api::RunTaskRequest& request) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : api::encode(request)) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return hash;
}

/// The answer to a client token that was used before, if it was.
std::optional<Result<api::RunTaskResponse>> repeated(const api::RunTaskRequest& request, model::ClusterId cluster,
                                                     std::uint64_t print, const Context& context) {
  if (!request.clientToken || request.clientToken->empty()) return std::nullopt;
  const auto& tokens = context.state().of(cluster).client_tokens;
  const auto used = tokens.find(*request.clientToken);
  if (used == tokens.end() || used->second.empty()) return std::nullopt;
  api::RunTaskResponse response;
  response.failures.emplace();
  std::vector<std::string> arns;
  bool same = true;
  for (const model::TaskId id : used->second) {
    const model::Task& task = context.state().get(id);
    same = same && task.request_fingerprint == print;
    arns.push_back(model::arn_of(context.state(), task));
    if (!response.tasks) response.tasks.emplace();
    response.tasks->push_back(show_task(context.state(), task, true));
  }
  if (same) return response;
  return std::unexpected(
      ApiError::conflict("The client token was used for a request with different parameters.", std::move(arns)));
}

ApiError no_instances(const Context& context, model::ClusterId cluster) {
  const std::string& name = context.state().get(cluster).name;
  return ApiError::invalid_parameter("No Container Instances were found in your cluster.")
      .explained("Nothing has joined the cluster \"" + name +
                 "\". Give an instance this cluster: put ECS_CLUSTER=" + name +
                 " into its ecs.config and start Drydock with --instance-config FILE, or start Drydock with "
                 "--instances-in all to give every cluster an instance of its own.");
}

void place_and_launch(PreparedLaunch& prepared, int count, Context& context, api::RunTaskResponse& response) {
  std::vector<api::Task>& tasks = response.tasks.emplace();
  std::vector<api::Failure>& failures = response.failures.emplace();
  const auto start = [&] {
    const model::TaskId id = scheduler::launch(context.tx, prepared.request, prepared.needs);
    tasks.push_back(show_task(context.state(), context.state().get(id), true));
  };
  if (prepared.request.launch_type == model::LaunchType::kFargate) {
    for (int i = 0; i < count; ++i) start();
    return;
  }
  scheduler::Batch batch(scheduler::views_of(context.state(), prepared.request.cluster, prepared.request.group),
                         prepared.needs);
  for (int i = 0; i < count; ++i) {
    const auto place = batch.place_next();
    if (!place) {
      for (const model::Refusal& refusal : place.error()) failures.push_back(refusal_failure(context.state(), refusal));
      explain_refusals(context, prepared.request.cluster,
                       std::to_string(count - i) + " of " + std::to_string(count) + " tasks could not be placed.",
                       place.error());
      return;
    }
    prepared.request.instance = *place;
    start();
  }
}

}  // namespace

Result<api::RunTaskResponse> run_task(const api::RunTaskRequest& request, Context& context) {
  const auto cluster = find_active_cluster(context, request.cluster);
  if (!cluster) return std::unexpected(cluster.error());
  const std::uint64_t print = fingerprint(request);
  if (auto answer = repeated(request, *cluster, print, context)) return std::move(*answer);
  const auto compute = compute_of(request, context.state().get(*cluster));
  if (!compute) return std::unexpected(compute.error());
  if (auto error = check_placement(request, compute->launch_type)) return std::unexpected(std::move(*error));
  const LaunchArguments arguments{request.taskDefinition,
                                  request.overrides,
                                  request.networkConfiguration,
                                  request.tags,
                                  request.propagateTags,
                                  request.group,
                                  request.startedBy,
                                  request.enableECSManagedTags,
                                  request.enableExecuteCommand};
  auto prepared = prepare_launch(arguments, compute->launch_type, *cluster, context);
  if (!prepared) return std::unexpected(std::move(prepared.error()));
  const auto& definition = context.state().get(prepared->request.task_definition).definition;
  auto platform = choose_platform(compute->launch_type, request.platformVersion, *definition);
  if (!platform) return std::unexpected(std::move(platform.error()));
  const auto& instances = context.state().of(*cluster).instances;
  const bool any = std::ranges::any_of(instances, [&](model::InstanceId id) {
    return context.state().get(id).status != model::InstanceStatus::kInactive;
  });
  if (compute->launch_type != model::LaunchType::kFargate && !any) {
    ApiError error = no_instances(context, *cluster);
    context.tx.explanations().clusters[*cluster] = {
        context.tx.now(), "NO_INSTANCES", error.message, error.explanation, {}};
    return std::unexpected(std::move(error));
  }
  prepared->request.platform_version = std::move(platform->resolved);
  prepared->request.capacity_provider = compute->capacity_provider;
  prepared->request.client_token = request.clientToken.value_or("");
  prepared->request.request_fingerprint = print;
  api::RunTaskResponse response;
  place_and_launch(*prepared, request.count.value_or(1), context, response);
  return response;
}

}  // namespace drydock::operations
