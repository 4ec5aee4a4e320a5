#include "scheduler/autoscaling/scheduled_actions.hpp"

#include "model/arn.hpp"
#include "scheduler/autoscaling/schedule.hpp"
#include "server/operations/autoscaling/autoscaling.hpp"
#include "server/operations/autoscaling/resource.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations::autoscaling {
namespace {

constexpr std::size_t kActionsPerTarget = 200;

model::Instant instant(const std::optional<api::Timestamp>& timestamp, model::Instant otherwise) {
  return timestamp ? model::Instant{model::Duration{timestamp->milliseconds}} : otherwise;
}

void take(const api::autoscaling::PutScheduledActionRequest& request, model::ScheduledAction& action) {
  if (request.Schedule) action.schedule = *request.Schedule;
  if (request.Timezone) action.timezone = *request.Timezone;
  action.start_at = instant(request.StartTime, action.start_at);
  action.end_at = instant(request.EndTime, action.end_at);
  if (!request.ScalableTargetAction) return;
  action.minimum = request.ScalableTargetAction->MinCapacity;
  action.maximum = request.ScalableTargetAction->MaxCapacity;
}

Result<void> check(const model::ScheduledAction& action, model::Instant now) {
  const auto zone = scheduler::TimeZone::named(action.timezone.empty() ? "UTC" : action.timezone);
  if (!zone) return std::unexpected(validation("Invalid timezone: " + action.timezone));
  const auto schedule = scheduler::Schedule::parse(action.schedule, *zone);
  if (!schedule) {
    return std::unexpected(validation("Invalid schedule expression: " + action.schedule).explained(schedule.error()));
  }
  if (!action.minimum && !action.maximum) {
    return std::unexpected(validation("At least one of MinCapacity and MaxCapacity must be specified"));
  }
  if (action.minimum.value_or(0) < 0 || action.maximum.value_or(0) < 0) {
    return std::unexpected(validation("Capacity cannot be less than 0"));
  }
  if (action.minimum && action.maximum && *action.maximum < *action.minimum) {
    return std::unexpected(validation("Maximum capacity cannot be less than minimum capacity"));
  }
  const bool ends = action.end_at != model::Instant{};
  if (ends && action.end_at <= std::max(action.start_at, now)) {
    return std::unexpected(validation("EndTime must be in the future and later than StartTime"));
  }
  if (scheduler::next_run(action, now) == model::Instant{}) {
    return std::unexpected(validation("Scheduled action has no future run: " + action.schedule));
  }
  return {};
}

std::string action_arn(const model::State& state, const model::ScheduledAction& action) {
  const model::ScalableTarget& target = state.get(action.target);
  const model::World& world = state.get(target.world);
  return "arn:" + std::string(model::partition_of(world.region)) + ":autoscaling:" + world.region + ":" +
         world.account + ":scheduledAction:" + model::to_dashed(action.uuid) + ":resource/ecs/" + target.resource_id() +
         ":scheduledActionName/" + action.name;
}

api::autoscaling::ScheduledAction show(const model::State& state, const model::ScheduledAction& action) {
  api::autoscaling::ScheduledAction shown;
  shown.ScheduledActionName = action.name;
  shown.ScheduledActionARN = action_arn(state, action);
  shown.ServiceNamespace = kNamespace;
  shown.Schedule = action.schedule;
  if (!action.timezone.empty()) shown.Timezone = action.timezone;
  shown.ResourceId = state.get(action.target).resource_id();
  shown.ScalableDimension = kDimension;
  shown.StartTime = timestamp(action.start_at);
  shown.EndTime = timestamp(action.end_at);
  auto& bounds = shown.ScalableTargetAction.emplace();
  bounds.MinCapacity = action.minimum;
  bounds.MaxCapacity = action.maximum;
  shown.CreationTime = timestamp(action.created_at);
  return shown;
}

}  // namespace

Result<api::autoscaling::PutScheduledActionResponse> put_scheduled_action(
    const api::autoscaling::PutScheduledActionRequest& request, Context& context) {
  const auto target = target_of(context, request);
  if (!target) return std::unexpected(target.error());
  const auto& actions = context.state().of((*target)->id).scheduled_actions;
  const auto known = actions.find(request.ScheduledActionName.value_or(""));
  model::ScheduledAction action;
  if (known != actions.end()) {
    action = context.state().get(known->second);
  } else {
    if (!request.Schedule || !request.ScalableTargetAction) {
      return std::unexpected(validation("Schedule and ScalableTargetAction must be specified for a new action"));
    }
    if (actions.size() >= kActionsPerTarget) {
      return std::unexpected(limit_exceeded("A scalable target can have at most 200 scheduled actions"));
    }
    action.target = (*target)->id;
    action.uuid = context.tx.random().uuid();
    action.name = request.ScheduledActionName.value_or("");
    action.created_at = context.tx.now();
  }
  take(request, action);
  if (auto fine = check(action, context.tx.now()); !fine) return std::unexpected(std::move(fine.error()));
  action.next_at = scheduler::next_run(action, context.tx.now());
  if (known != actions.end()) {
    context.tx.update(action.id, [&](model::ScheduledAction& entity) { entity = action; });
  } else {
    context.tx.create(std::move(action));
  }
  return api::autoscaling::PutScheduledActionResponse{};
}

Result<api::autoscaling::DescribeScheduledActionsResponse> describe_scheduled_actions(
    const api::autoscaling::DescribeScheduledActionsRequest& request, Context& context) {
  if (auto fine = check_kind(request.ServiceNamespace, request.ScalableDimension); !fine) {
    return std::unexpected(std::move(fine.error()));
  }
  struct Entry {
    std::string key;
    model::ScheduledActionId id;
  };
  const model::State& state = context.state();
  std::vector<Entry> all;
  for (const model::ScalableTargetId target : targets_of(context, request.ResourceId)) {
    for (const auto& [name, id] : state.of(target).scheduled_actions) {
      if (request.ScheduledActionNames && !contains(request.ScheduledActionNames, name)) continue;
      all.push_back({state.get(target).resource_id() + " " + name, id});
    }
  }
  api::autoscaling::DescribeScheduledActionsResponse response;
  response.ScheduledActions.emplace();
  const auto add = [&](const Entry& entry) { response.ScheduledActions->push_back(show(state, state.get(entry.id))); };
  const auto done = page("ScheduledActions", all, false, request.NextToken,
                         static_cast<std::size_t>(request.MaxResults.value_or(50)), response.NextToken, add);
  if (!done) return std::unexpected(done.error());
  return response;
}

Result<api::autoscaling::DeleteScheduledActionResponse> delete_scheduled_action(
    const api::autoscaling::DeleteScheduledActionRequest& request, Context& context) {
  const auto target = target_of(context, request);
  if (!target) return std::unexpected(target.error());
  const std::string name = request.ScheduledActionName.value_or("");
  const auto& actions = context.state().of((*target)->id).scheduled_actions;
  const auto known = actions.find(name);
  if (known == actions.end()) {
    return std::unexpected(object_not_found("No scheduled action found for " + in_words((*target)->resource_id()) +
                                            ", scheduled action name: " + name));
  }
  context.tx.remove(known->second);
  return api::autoscaling::DeleteScheduledActionResponse{};
}

}  // namespace drydock::operations::autoscaling
