#include "server/events/changes/change.hpp"

#include "api-spec/runtime/encode.hpp"
#include "model/arn.hpp"
#include "scheduler/events/envelope.hpp"

namespace drydock::server {
namespace {

using model::EntityKind;

/// The entity as it is, or as it was when it is gone.
template <class T>
const T* entity_of(const model::State& state, const model::Touched& touched) {
  const T* now = state.find(model::KeyOf<T>{touched.id});
  return now != nullptr ? now : touched.was<T>();
}

void set_world(const model::State& state, model::WorldId id, Change& change) {
  if (const model::World* world = state.find(id)) {
    change.account = world->account;
    change.region = world->region;
  }
}

/// False when the cluster went in the same commit: then its own change says enough.
bool set_cluster(const model::State& state, model::ClusterId id, Change& change) {
  const model::Cluster* cluster = state.find(id);
  if (cluster == nullptr) return false;
  change.cluster = model::arn_of(state, *cluster);
  set_world(state, cluster->world, change);
  return true;
}

std::optional<Change> task_change(const model::State& state, const model::Task& task) {
  Change change{.kind = "task"};
  if (!set_cluster(state, task.cluster, change)) return std::nullopt;
  change.arn = model::arn_of(state, task);
  if (const auto* service = state.find(task.service)) change.service = model::arn_of(state, *service);
  if (const auto* instance = state.find(task.instance)) change.container_instance = model::arn_of(state, *instance);
  return change;
}

/// Of an entity that hangs on a service.
template <class T>
std::optional<Change> service_part(const model::State& state, const T& part, std::string_view kind) {
  const model::Service* service = state.find(part.service);
  Change change{.kind = kind};
  if (service == nullptr || !set_cluster(state, service->cluster, change)) return std::nullopt;
  change.service = model::arn_of(state, *service);
  change.arn = model::arn_of(state, part);
  return change;
}

template <class T>
std::optional<Change> in_cluster(const model::State& state, const T& entity, std::string_view kind) {
  Change change{.kind = kind};
  if (!set_cluster(state, entity.cluster, change)) return std::nullopt;
  change.arn = model::arn_of(state, entity);
  return change;
}

/// Of what belongs to a world and has only its name here.
template <class T>
Change in_world(const model::State& state, const T& entity, std::string_view kind, std::string arn) {
  Change change{.kind = kind, .arn = std::move(arn)};
  set_world(state, entity.world, change);
  return change;
}

std::string arn_in(const model::World& world, std::string_view service, std::string_view what, std::string_view name) {
  std::string arn = "arn:" + std::string(model::partition_of(world.region)) + ":";
  arn += service;
  arn += ":" + world.region + ":" + world.account + ":";
  arn += what;
  arn += name;
  return arn;
}

template <class T>
std::string adjunct_arn(const model::State& state, const T& entity, std::string_view service, std::string_view what) {
  const model::World* world = state.find(entity.world);
  return world == nullptr ? std::string{} : arn_in(*world, service, what, entity.name);
}

std::optional<Change> target_change(const model::State& state, const model::ScalableTarget* target) {
  const model::World* world = target == nullptr ? nullptr : state.find(target->world);
  if (world == nullptr) return std::nullopt;
  const std::string id = model::to_hex("0ec5", target->uuid);
  Change change =
      in_world(state, *target, "scalableTarget", arn_in(*world, "application-autoscaling", "scalable-target/", id));
  const model::Cluster* cluster = state.cluster_named(world->id, target->cluster);
  if (cluster == nullptr) return change;
  change.cluster = model::arn_of(state, *cluster);
  const model::Service* service = state.service_named(cluster->id, target->service);
  if (service != nullptr) change.service = model::arn_of(state, *service);
  return change;
}

std::optional<Change> group_change(const model::State& state, const model::InstanceGroup& group) {
  Change change = in_world(state, group, "instanceGroup",
                           adjunct_arn(state, group, "autoscaling", "autoScalingGroup::autoScalingGroupName/"));
  const model::Cluster* cluster = state.find(group.cluster);
  if (cluster != nullptr) change.cluster = model::arn_of(state, *cluster);
  return change;
}

std::optional<Change> look(const model::State& state, const model::Touched& touched) {
  switch (touched.kind) {
    case EntityKind::kTask: return task_change(state, *entity_of<model::Task>(state, touched));
    case EntityKind::kCluster: {
      const auto* cluster = entity_of<model::Cluster>(state, touched);
      return in_world(state, *cluster, "cluster", model::arn_of(state, *cluster));
    }
    case EntityKind::kService: return in_cluster(state, *entity_of<model::Service>(state, touched), "service");
    case EntityKind::kContainerInstance:
      return in_cluster(state, *entity_of<model::ContainerInstance>(state, touched), "containerInstance");
    case EntityKind::kServiceEvent: {
      // A line in its Events tab: the service is to be fetched again.
      const auto* said = entity_of<model::ServiceEvent>(state, touched);
      const model::Service* service = state.find(said->service);
      if (service == nullptr) return std::nullopt;
      return in_cluster(state, *service, "service");
    }
    case EntityKind::kServiceDeployment:
      return service_part(state, *entity_of<model::ServiceDeployment>(state, touched), "serviceDeployment");
    case EntityKind::kServiceRevision:
      return service_part(state, *entity_of<model::ServiceRevision>(state, touched), "serviceRevision");
    case EntityKind::kTaskSet: return service_part(state, *entity_of<model::TaskSet>(state, touched), "taskSet");
    case EntityKind::kTaskDefinition: {
      const auto* definition = entity_of<model::TaskDefinition>(state, touched);
      const model::Family* family = state.find(definition->family);
      if (family == nullptr) return std::nullopt;
      Change change{.kind = "taskDefinition", .arn = model::arn_of(state, *definition)};
      set_world(state, family->world, change);
      return change;
    }
    case EntityKind::kCapacityProvider: {
      const auto* provider = entity_of<model::CapacityProvider>(state, touched);
      return in_world(state, *provider, "capacityProvider", model::arn_of(state, *provider));
    }
    case EntityKind::kDaemon: return in_cluster(state, *entity_of<model::Daemon>(state, touched), "daemon");
    case EntityKind::kDaemonDeployment: {
      const auto* deployment = entity_of<model::DaemonDeployment>(state, touched);
      const model::Daemon* daemon = state.find(deployment->daemon);
      Change change{.kind = "daemonDeployment"};
      if (daemon == nullptr || !set_cluster(state, daemon->cluster, change)) return std::nullopt;
      change.arn = model::arn_of(state, *deployment);
      return change;
    }
    case EntityKind::kDaemonTaskDefinition: {
      const auto* definition = entity_of<model::DaemonTaskDefinition>(state, touched);
      const model::DaemonFamily* family = state.find(definition->family);
      if (family == nullptr) return std::nullopt;
      Change change{.kind = "daemonTaskDefinition", .arn = model::arn_of(state, *definition)};
      set_world(state, family->world, change);
      return change;
    }
    case EntityKind::kInstanceGroup: return group_change(state, *entity_of<model::InstanceGroup>(state, touched));
    case EntityKind::kScalableTarget: return target_change(state, entity_of<model::ScalableTarget>(state, touched));
    case EntityKind::kScalingPolicy:
      return target_change(state, state.find(entity_of<model::ScalingPolicy>(state, touched)->target));
    case EntityKind::kScheduledAction:
      return target_change(state, state.find(entity_of<model::ScheduledAction>(state, touched)->target));
    case EntityKind::kScalingActivity: {
      const auto* activity = entity_of<model::ScalingActivity>(state, touched);
      const std::string resource = "service/" + activity->cluster + "/" + activity->service;
      return target_change(state, state.scalable_target_named(activity->world, resource));
    }
    case EntityKind::kAlarm: {
      const auto* alarm = entity_of<model::Alarm>(state, touched);
      return in_world(state, *alarm, "alarm", adjunct_arn(state, *alarm, "cloudwatch", "alarm:"));
    }
    case EntityKind::kLogGroup: {
      const auto* group = entity_of<model::LogGroup>(state, touched);
      return in_world(state, *group, "logGroup", adjunct_arn(state, *group, "logs", "log-group:"));
    }
    case EntityKind::kParameter: {
      const auto* parameter = entity_of<model::Parameter>(state, touched);
      const bool path = parameter->name.starts_with('/');
      return in_world(state, *parameter, "parameter",
                      adjunct_arn(state, *parameter, "ssm", path ? "parameter" : "parameter/"));
    }
    case EntityKind::kSecret: {
      const auto* secret = entity_of<model::Secret>(state, touched);
      return in_world(state, *secret, "secret", adjunct_arn(state, *secret, "secretsmanager", "secret:"));
    }
    case EntityKind::kEventRule: {
      const auto* rule = entity_of<model::EventRule>(state, touched);
      if (!rule->world) return std::nullopt;
      return in_world(state, *rule, "rule", adjunct_arn(state, *rule, "events", "rule/"));
    }
    default: return std::nullopt;
  }
}

bool is_gone(const model::State& state, const model::Touched& touched) {
  switch (touched.kind) {
    case EntityKind::kTask: return state.find(model::TaskId{touched.id}) == nullptr;
    case EntityKind::kCluster: return state.find(model::ClusterId{touched.id}) == nullptr;
    case EntityKind::kService: return state.find(model::ServiceId{touched.id}) == nullptr;
    case EntityKind::kContainerInstance: return state.find(model::InstanceId{touched.id}) == nullptr;
    case EntityKind::kServiceDeployment: return state.find(model::ServiceDeploymentId{touched.id}) == nullptr;
    case EntityKind::kServiceRevision: return state.find(model::ServiceRevisionId{touched.id}) == nullptr;
    case EntityKind::kTaskSet: return state.find(model::TaskSetId{touched.id}) == nullptr;
    case EntityKind::kTaskDefinition: return state.find(model::TaskDefinitionId{touched.id}) == nullptr;
    case EntityKind::kCapacityProvider: return state.find(model::CapacityProviderId{touched.id}) == nullptr;
    case EntityKind::kDaemon: return state.find(model::DaemonId{touched.id}) == nullptr;
    case EntityKind::kDaemonDeployment: return state.find(model::DaemonDeploymentId{touched.id}) == nullptr;
    case EntityKind::kDaemonTaskDefinition: return state.find(model::DaemonTaskDefinitionId{touched.id}) == nullptr;
    case EntityKind::kInstanceGroup: return state.find(model::InstanceGroupId{touched.id}) == nullptr;
    case EntityKind::kScalableTarget: return state.find(model::ScalableTargetId{touched.id}) == nullptr;
    case EntityKind::kScalingPolicy: return state.find(model::ScalingPolicyId{touched.id}) == nullptr;
    case EntityKind::kScheduledAction: return state.find(model::ScheduledActionId{touched.id}) == nullptr;
    case EntityKind::kScalingActivity: return state.find(model::ScalingActivityId{touched.id}) == nullptr;
    case EntityKind::kServiceEvent: return state.find(model::ServiceEventId{touched.id}) == nullptr;
    case EntityKind::kAlarm: return state.find(model::AlarmId{touched.id}) == nullptr;
    case EntityKind::kLogGroup: return state.find(model::LogGroupId{touched.id}) == nullptr;
    case EntityKind::kParameter: return state.find(model::ParameterId{touched.id}) == nullptr;
    case EntityKind::kSecret: return state.find(model::SecretId{touched.id}) == nullptr;
    case EntityKind::kEventRule: return state.find(model::EventRuleId{touched.id}) == nullptr;
    default: return false;
  }
}

/// It is told of as a change of what it belongs to.
bool is_part(EntityKind kind) {
  return kind == EntityKind::kServiceEvent || kind == EntityKind::kScalingPolicy ||
         kind == EntityKind::kScheduledAction || kind == EntityKind::kScalingActivity;
}

void append_member(std::string& out, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  if (out.back() != '{') out += ',';
  api::append_json_string(name, out);
  out += ':';
  api::append_json_string(value, out);
}

}  // namespace

std::optional<Change> change_of(const model::State& state, const model::Touched& touched) {
  const bool gone = is_gone(state, touched);
  // Made and removed by the same commit: nobody has seen it.
  if (touched.before == nullptr && gone) return std::nullopt;
  auto change = look(state, touched);
  if (change) change->removed = gone && !is_part(touched.kind);
  return change;
}

void PendingChanges::add(const Change& change) {
  if (many_.contains({change.kind, change.cluster})) return;
  changes_.insert_or_assign({change.kind, change.arn}, change);
  if (changes_.size() <= kMostSingly) return;
  for (const auto& [key, one] : changes_) many_.insert({one.kind, one.cluster});
  changes_.clear();
}

std::string PendingChanges::take() {
  std::string text = "{\"changes\":[";
  const auto begin = [&text] {
    if (text.back() != '[') text += ',';
    text += '{';
  };
  for (const auto& [kind, cluster] : many_) {
    begin();
    append_member(text, "kind", kind);
    append_member(text, "cluster", cluster);
    text += ",\"many\":true}";
  }
  for (const auto& [key, change] : changes_) {
    begin();
    append_member(text, "kind", change.kind);
    append_member(text, "arn", change.arn);
    append_member(text, "cluster", change.cluster);
    append_member(text, "service", change.service);
    append_member(text, "containerInstance", change.container_instance);
    if (change.removed) text += ",\"removed\":true";
    text += '}';
  }
  changes_.clear();
  many_.clear();
  return text + "]}";
}

}  // namespace drydock::server
