#include "model/arn.hpp"
#include "scheduler/autoscaling/policies.hpp"
#include "scheduler/autoscaling/scale.hpp"
#include "server/operations/autoscaling/autoscaling.hpp"
#include "server/operations/autoscaling/resource.hpp"
#include "server/operations/autoscaling/target_arn.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations::autoscaling {
namespace {

std::string default_role(const model::World& world) {
  return "arn:" + std::string(model::partition_of(world.region)) + ":iam::" + world.account +
         ":role/aws-service-role/ecs.application-autoscaling.amazonaws.com/"
         "AWSServiceRoleForApplicationAutoScaling_ECSService";
}

void take(const api::autoscaling::RegisterScalableTargetRequest& request, model::ScalableTarget& target) {
  target.minimum = request.MinCapacity.value_or(target.minimum);
  target.maximum = request.MaxCapacity.value_or(target.maximum);
  if (request.RoleARN) target.role_arn = *request.RoleARN;
  if (!request.SuspendedState) return;
  const auto& suspended = *request.SuspendedState;
  target.scale_in_suspended = suspended.DynamicScalingInSuspended.value_or(target.scale_in_suspended);
  target.scale_out_suspended = suspended.DynamicScalingOutSuspended.value_or(target.scale_out_suspended);
  target.schedule_suspended = suspended.ScheduledScalingSuspended.value_or(target.schedule_suspended);
}

Result<void> check_service(const Context& context, const model::ScalableTarget& target) {
  const model::Service* service = scheduler::service_of(context.state(), target);
  if (service != nullptr) return {};
  return std::unexpected(validation("ECS service doesn't exist: " + target.resource_id())
                             .explained("Only ACTIVE services of the scheduling strategy REPLICA have a desired count "
                                        "to scale."));
}

Result<void> check_bounds(const model::ScalableTarget& target) {
  if (target.minimum < 0) return std::unexpected(validation("Minimum capacity cannot be less than 0"));
  if (target.maximum < target.minimum) {
    return std::unexpected(validation("Maximum capacity cannot be less than minimum capacity"));
  }
  return {};
}

api::autoscaling::ScalableTarget show(const model::State& state, const model::ScalableTarget& target) {
  api::autoscaling::ScalableTarget shown;
  shown.ServiceNamespace = kNamespace;
  shown.ResourceId = target.resource_id();
  shown.ScalableDimension = kDimension;
  shown.MinCapacity = target.minimum;
  shown.MaxCapacity = target.maximum;
  shown.RoleARN = target.role_arn;
  shown.CreationTime = timestamp(target.created_at);
  auto& suspended = shown.SuspendedState.emplace();
  suspended.DynamicScalingInSuspended = target.scale_in_suspended;
  suspended.DynamicScalingOutSuspended = target.scale_out_suspended;
  suspended.ScheduledScalingSuspended = target.schedule_suspended;
  shown.ScalableTargetARN = target_arn(state, target);
  return shown;
}

}  // namespace

Result<api::autoscaling::RegisterScalableTargetResponse> register_scalable_target(
    const api::autoscaling::RegisterScalableTargetRequest& request, Context& context) {
  const auto resource = resource_of(request);
  if (!resource) return std::unexpected(resource.error());
  const model::ScalableTarget* known = context.state().scalable_target_named(context.world, resource->id);
  model::ScalableTarget target;
  if (known != nullptr) {
    target = *known;
  } else {
    if (!request.MinCapacity || !request.MaxCapacity) {
      return std::unexpected(
          validation("Both minimum capacity and maximum capacity must be specified for a new scalable target"));
    }
    target.world = context.world;
    target.uuid = context.tx.random().uuid();
    target.cluster = resource->cluster;
    target.service = resource->service;
    target.role_arn = default_role(context.state().get(context.world));
    target.created_at = context.tx.now();
    auto tags = tags_of(request.Tags);
    if (!tags) return std::unexpected(std::move(tags.error()));
    target.tags = std::move(*tags);
  }
  take(request, target);
  if (auto fine = check_service(context, target); !fine) return std::unexpected(std::move(fine.error()));
  if (auto fine = check_bounds(target); !fine) return std::unexpected(std::move(fine.error()));
  if (known != nullptr) {
    context.tx.update(target.id, [&](model::ScalableTarget& entity) { entity = target; });
  } else {
    target.id = context.tx.create(target);
  }
  scheduler::enforce_bounds(context.tx, target.id);
  api::autoscaling::RegisterScalableTargetResponse response;
  response.ScalableTargetARN = target_arn(context.state(), target);
  return response;
}

Result<api::autoscaling::DescribeScalableTargetsResponse> describe_scalable_targets(
    const api::autoscaling::DescribeScalableTargetsRequest& request, Context& context) {
  if (auto fine = check_kind(request.ServiceNamespace, request.ScalableDimension); !fine) {
    return std::unexpected(std::move(fine.error()));
  }
  struct Entry {
    std::string key;
    model::ScalableTargetId id;
  };
  std::vector<Entry> all;
  for (const auto& [resource, id] : context.state().of(context.world).scalable_targets) {
    if (!request.ResourceIds || contains(request.ResourceIds, resource)) all.push_back({resource, id});
  }
  api::autoscaling::DescribeScalableTargetsResponse response;
  response.ScalableTargets.emplace();
  const auto add = [&](const Entry& entry) {
    response.ScalableTargets->push_back(show(context.state(), context.state().get(entry.id)));
  };
  const auto done = page("ScalableTargets", all, false, request.NextToken,
                         static_cast<std::size_t>(request.MaxResults.value_or(50)), response.NextToken, add);
  if (!done) return std::unexpected(done.error());
  return response;
}

Result<api::autoscaling::DeregisterScalableTargetResponse> deregister_scalable_target(
    const api::autoscaling::DeregisterScalableTargetRequest& request, Context& context) {
  const auto target = target_of(context, request);
  if (!target) return std::unexpected(target.error());
  scheduler::remove_target(context.tx, (*target)->id);
  return api::autoscaling::DeregisterScalableTargetResponse{};
}

}  // namespace drydock::operations::autoscaling
