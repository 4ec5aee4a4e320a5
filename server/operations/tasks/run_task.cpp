#include <algorithm>
#include <map>
#include <set>

#include "api-spec/runtime/encode.hpp"
#include "model/arn.hpp"
#include "scheduler/capacity_providers/fargate_quota.hpp"
#include "scheduler/capacity_providers/groups.hpp"
#include "scheduler/capacity_providers/split.hpp"
#include "scheduler/capacity_providers/waiting_tasks.hpp"
#include "scheduler/placement/place.hpp"
#include "server/operations/resolve.hpp"
#include "server/operations/services/placement_rules.hpp"
#include "server/operations/tasks/launch_target.hpp"
#include "server/operations/tasks/task_launch.hpp"
#include "server/operations/tasks/task_view.hpp"
#include "server/operations/tasks/tasks.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations {
namespace {

using api::ApiError;

/// Launch type or strategy, else the cluster's default, else EC2; RunTask has its own words for both at once.
Result<LaunchTarget> target_of(const api::RunTaskRequest& request, const Context& context,
                               const model::Cluster& cluster) {
  const bool strategy = request.capacityProviderStrategy && !request.capacityProviderStrategy->empty();
  if (strategy && request.launchType && !request.launchType->empty()) {
    return std::unexpected(
        ApiError::invalid_parameter("Specify either Launch Type or Capacity Provider Strategy, but not both."));
  }
  return choose_launch_target(context, cluster, request.launchType, request.capacityProviderStrategy);
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
  if (!context.state().of(cluster).instances.empty()) {
    return ApiError::invalid_parameter("No Container Instances were found in your cluster.")
        .explained("Every instance of the cluster \"" + name +
                   "\" was deregistered. Those of Drydock itself register again, as new ones, after POST "
                   "/_drydock/agents/restart or a restart of Drydock.");
  }
  return ApiError::invalid_parameter("No Container Instances were found in your cluster.")
      .explained("Nothing has joined the cluster \"" + name +
                 "\". Give an instance this cluster: put ECS_CLUSTER=" + name +
                 " into its ecs.config and start Drydock with --instance-config FILE, or start Drydock with "
                 "--instances-in all to give every cluster an instance of its own.");
}

ApiError no_instances_of_providers() {
  return ApiError::invalid_parameter("No Container Instances were found in your capacity provider.")
      .explained("Give a container instance of the cluster the attribute " +
                 std::string(model::kCapacityProviderAttribute) +
                 "=<name of the provider>: in ECS_INSTANCE_ATTRIBUTES of its ecs.config, or with aws ecs "
                 "put-attributes.");
}

/// For tasks on container instances: there must be some, of the strategy's providers if there is a strategy, unless one
/// of these brings them when they are needed.
std::optional<ApiError> check_instances(const Context& context, model::ClusterId cluster, const LaunchTarget& target) {
  if (target.launch_type == model::LaunchType::kFargate) return std::nullopt;
  const auto brings = [&](const api::CapacityProviderStrategyItem& item) {
    return scheduler::brings_instances(context.state(), context.world, *item.capacityProvider);
  };
  if (std::ranges::any_of(target.strategy, brings)) return std::nullopt;
  for (const model::InstanceId id : context.state().of(cluster).instances) {
    const model::ContainerInstance& instance = context.state().get(id);
    if (instance.status == model::InstanceStatus::kInactive) continue;
    const std::string_view provider = model::capacity_provider_of(context.state(), instance);
    const auto is_it = [&](const api::CapacityProviderStrategyItem& item) { return item.capacityProvider == provider; };
    if (target.strategy.empty() || std::ranges::any_of(target.strategy, is_it)) return std::nullopt;
  }
  return target.strategy.empty() ? no_instances(context, cluster) : no_instances_of_providers();
}

/// What a task that has to wait for its instance must still know by then.
std::shared_ptr<const api::RunTaskRequest> placement_of(const api::RunTaskRequest& request) {
  if (!request.placementConstraints && !request.placementStrategy) return nullptr;
  api::RunTaskRequest placement;
  placement.placementConstraints = request.placementConstraints;
  placement.placementStrategy = request.placementStrategy;
  return std::make_shared<const api::RunTaskRequest>(std::move(placement));
}

scheduler::Demand demand_of(const api::RunTaskRequest& request, const api::TaskDefinition& definition,
                            const PreparedLaunch& prepared, Context& context) {
  scheduler::Demand demand;
  demand.needs = prepared.needs;
  demand.constraints = scheduler::constraints_of(definition, request.placementConstraints);
  demand.rules = scheduler::rules_of(request.placementStrategy);
  demand.group = prepared.request.group;
  if (scheduler::has_random(demand.rules)) demand.seed = context.tx.random().next();
  return demand;
}

/// One RunTask call in the course of placing its tasks.
class Placing {
 public:
  Placing(PreparedLaunch& prepared, const LaunchTarget& target, scheduler::Demand demand, Context& context,
          api::RunTaskResponse& response)
      : prepared_(prepared),
        target_(target),
        demand_(std::move(demand)),
        context_(context),
        response_(response),
        counts_(target.strategy.size()),
        limits_(scheduler::limits_of(context.settings.quotas, context.settings.strict, false)) {
    response_.tasks.emplace();
    response_.failures.emplace();
  }

  /// An error when nothing of the call is to be done.
  std::optional<ApiError> run(int count) {
    int unplaced = 0;
    for (int i = 0; i < count && !error_; ++i) {
      choose_provider();
      if (!place()) ++unplaced;
    }
    if (error_ || unplaced == 0) return std::move(error_);
    explain_refusals(context_, prepared_.request.cluster,
                     std::to_string(unplaced) + " of " + std::to_string(count) + " tasks could not be placed.",
                     refusals_);
    return std::nullopt;
  }

 private:
  void choose_provider() {
    if (target_.strategy.empty()) return;
    const std::size_t next = scheduler::next_provider(target_.strategy, counts_);
    ++counts_[next];
    prepared_.request.capacity_provider = *target_.strategy[next].capacityProvider;
  }

  bool place() {
    if (target_.launch_type == model::LaunchType::kFargate ? !has_vcpus() : !choose_instance()) return false;
    const model::TaskId id = scheduler::launch(context_.tx, prepared_.request, prepared_.needs);
    response_.tasks->push_back(show_task(context_.state(), context_.state().get(id), true));
    return true;
  }

  bool has_vcpus() {
    if (scheduler::fargate_vcpus_left(context_.state(), context_.world, prepared_.request.capacity_provider,
                                      prepared_.needs.cpu_units, limits_)) {
      return true;
    }
    if (response_.tasks->empty()) {
      error_ = ApiError::client(scheduler::kVcpuLimitReached)
                   .explained(
                       "Stop other Fargate tasks, or raise the quota: --quota fargate-vcpus=N, or "
                       "fargate-spot-vcpus=N for tasks of FARGATE_SPOT.");
    } else {
      api::Failure& entry = response_.failures->emplace_back();
      entry.reason = scheduler::kVcpuLimitReached;
    }
    return false;
  }

  /// Whether the task may be made without an instance, which is to come.
  bool can_wait(const std::string& provider) {
    if (provider.empty() || !scheduler::brings_instances(context_.state(), context_.world, provider)) return false;
    if (scheduler::room_to_wait(context_.state(), prepared_.request.cluster, limits_)) return true;
    error_ = ApiError::client(
                 "The RunTask could not be processed because you use managed scaling and there is a capacity error "
                 "because the quota of tasks in the PROVISIONING per cluster has been reached.")
                 .explained("At most " + std::to_string(context_.settings.quotas[model::Quota::kProvisioningTasks]) +
                            " tasks of a cluster wait for an instance; explain one of them to see what it waits for.");
    return false;
  }

  /// True with an instance, or with none when the task is to wait for one.
  bool choose_instance() {
    const std::string& provider = prepared_.request.capacity_provider;
    prepared_.request.instance = {};
    if (full_.contains(provider)) return can_wait(provider);
    auto batch = batches_.find(provider);
    if (batch == batches_.end()) {
      batch = batches_.try_emplace(provider, context_.state(), prepared_.request.cluster, demand_, provider).first;
    }
    auto found = batch->second.place_next();
    if (found) {
      prepared_.request.instance = *found;
      return true;
    }
    full_.insert(provider);
    if (can_wait(provider)) return true;
    if (error_) return false;
    for (const model::Refusal& refusal : found.error()) {
      response_.failures->push_back(refusal_failure(context_.state(), refusal));
      refusals_.push_back(refusal);
    }
    if (found.error().empty() && !provider.empty()) {
      const model::World& world = context_.state().get(context_.world);
      response_.failures->push_back(
          failure(model::ecs_arn(world, "capacity-provider/" + provider), "EMPTY CAPACITY PROVIDER"));
    }
    return false;
  }

  PreparedLaunch& prepared_;
  const LaunchTarget& target_;
  scheduler::Demand demand_;
  Context& context_;
  api::RunTaskResponse& response_;
  std::vector<int> counts_;                          // of tasks, by item of the strategy
  std::map<std::string, scheduler::Batch> batches_;  // by provider; one for all instances without a strategy
  std::set<std::string> full_;                       // providers that refused a task
  std::vector<model::Refusal> refusals_;
  scheduler::Limits limits_;
  std::optional<ApiError> error_;
};

}  // namespace

Result<api::RunTaskResponse> run_task(const api::RunTaskRequest& request, Context& context) {
  const auto cluster = find_active_cluster(context, request.cluster);
  if (!cluster) return std::unexpected(cluster.error());
  const std::uint64_t print = fingerprint(request);
  if (auto answer = repeated(request, *cluster, print, context)) return std::move(*answer);
  const auto target = target_of(request, context, context.state().get(*cluster));
  if (!target) return std::unexpected(target.error());
  auto prepared = prepare_launch(arguments_of(request), target->launch_type, *cluster, context);
  if (!prepared) return std::unexpected(std::move(prepared.error()));
  const auto& definition = context.state().get(prepared->request.task_definition).definition;
  if (auto error = check_placement(request.placementConstraints, request.placementStrategy, definition.get(),
                                   target->launch_type)) {
    return std::unexpected(std::move(*error));
  }
  auto platform =
      choose_platform(target->launch_type, request.platformVersion, *definition, prepared->request.overrides.get());
  if (!platform) return std::unexpected(std::move(platform.error()));
  if (auto error = check_instances(context, *cluster, *target)) {
    context.tx.explanations().clusters[*cluster] = {
        context.tx.now(), "NO_INSTANCES", error->message, error->explanation, {}};
    return std::unexpected(std::move(*error));
  }
  prepared->request.platform_version = std::move(platform->resolved);
  prepared->request.client_token = request.clientToken.value_or("");
  prepared->request.request_fingerprint = print;
  prepared->request.placement = placement_of(request);
  api::RunTaskResponse response;
  Placing placing(*prepared, *target, demand_of(request, *definition, *prepared, context), context, response);
  if (auto error = placing.run(request.count.value_or(1))) return std::unexpected(std::move(*error));
  return response;
}

}  // namespace drydock::operations
