#include "scheduler/autoscaling/scale.hpp"

#include <algorithm>

#include "scheduler/reconciler/service_events.hpp"

namespace drydock::scheduler {
namespace {

void keep(model::Transaction& tx, const model::ScalableTarget& target, model::ScalingActivity activity) {
  const std::string resource = target.resource_id();
  const model::WorldId world = target.world;
  activity.world = world;
  activity.uuid = tx.random().uuid();
  activity.cluster = target.cluster;
  activity.service = target.service;
  activity.minimum = target.minimum;
  activity.maximum = target.maximum;
  const model::Service* service = service_of(tx.state(), target);
  activity.capacity = service == nullptr ? 0 : service->desired_count;
  activity.started_at = tx.now();
  activity.ended_at = tx.now();
  tx.create(std::move(activity));
  const auto& kept = tx.state().of(world).scaling_activities.find(resource)->second;
  if (kept.size() > kScalingActivitiesKept) tx.remove(*kept.rbegin());
}

}  // namespace

const model::Service* service_of(const model::State& state, const model::ScalableTarget& target) {
  const model::Cluster* cluster = state.cluster_named(target.world, target.cluster);
  if (cluster == nullptr) return nullptr;
  const model::Service* service = state.service_named(cluster->id, target.service);
  const bool scales = service != nullptr && service->status == model::ServiceStatus::kActive &&
                      service->strategy == model::SchedulingStrategy::kReplica;
  return scales ? service : nullptr;
}

void set_desired_count(model::Transaction& tx, const model::ScalableTarget& target, int count,
                       const std::string& cause) {
  const model::Service* service = service_of(tx.state(), target);
  if (service == nullptr) return;
  const model::ServiceId id = service->id;
  tx.update(id, [&](model::Service& entity) {
    entity.desired_count = count;
    if (entity.deployments.empty()) return;
    entity.deployments.front().desired_count = count;
    entity.deployments.front().updated_at = tx.now();
  });
  model::ScalingActivity activity;
  const std::string number = std::to_string(count);
  activity.description = "Setting desired count to " + number + ".";
  activity.cause = cause;
  activity.status = "Successful";
  activity.message = "Successfully set desired count to " + number + ". Change successfully fulfilled by ecs.";
  const std::string said = "Message: " + activity.message + " Cause: " + cause;
  keep(tx, target, std::move(activity));
  say(tx, id, said);
}

void enforce_bounds(model::Transaction& tx, model::ScalableTargetId id) {
  const model::ScalableTarget target = tx.state().get(id);
  const model::Service* service = service_of(tx.state(), target);
  if (service == nullptr) return;
  if (service->desired_count < target.minimum) {
    set_desired_count(tx, target, target.minimum, "minimum capacity was set to " + std::to_string(target.minimum));
  } else if (service->desired_count > target.maximum) {
    set_desired_count(tx, target, target.maximum, "maximum capacity was set to " + std::to_string(target.maximum));
  }
}

void say_bounds_set(model::Transaction& tx, const model::ScalableTarget& target, const std::string& bounds,
                    const std::string& cause) {
  model::ScalingActivity activity;
  activity.description = "Setting " + bounds;
  activity.cause = cause;
  activity.status = "Successful";
  activity.message = "Successfully set " + bounds;
  keep(tx, target, std::move(activity));
}

void say_not_scaled(model::Transaction& tx, const model::ScalableTarget& target, const std::string& by,
                    const std::string& cause, const std::string& code) {
  const auto& all = tx.state().of(target.world).scaling_activities;
  if (const auto known = all.find(target.resource_id()); known != all.end()) {
    const model::ScalingActivity& newest = tx.state().get(*known->second.begin());
    if (newest.cause == cause && newest.not_scaled == code) return;
  }
  model::ScalingActivity activity;
  activity.description = "Attempting to scale due to " + by;
  activity.cause = cause;
  activity.status = "Failed";
  activity.message = "Not scaled: " + code;
  activity.not_scaled = code;
  keep(tx, target, std::move(activity));
}

}  // namespace drydock::scheduler
