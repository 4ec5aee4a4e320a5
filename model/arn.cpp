#include "model/arn.hpp"

#include <algorithm>

namespace drydock::model {
namespace {

/// <type>/<cluster>/<service>/<id>: what belongs to a service.
std::string arn_in_service(const State& state, std::string_view type, ServiceId id, std::string_view last) {
  const Service& service = state.get(id);
  const Cluster& cluster = state.get(service.cluster);
  std::string resource(type);
  resource.append("/").append(cluster.name).append("/").append(service.name).append("/").append(last);
  return ecs_arn(state.get(cluster.world), resource);
}

const World& world_of(const State& state, const Cluster& cluster) { return state.get(cluster.world); }

std::string daemon_arn(const State& state, const Daemon& daemon, const char* type, const std::string& rest) {
  const Cluster& cluster = state.get(daemon.cluster);
  return ecs_arn(world_of(state, cluster), type + cluster.name + "/" + daemon.name + rest);
}

}  // namespace

std::string_view partition_of(std::string_view region) {
  if (region.starts_with("cn-")) return "aws-cn";
  if (region.starts_with("us-gov-")) return "aws-us-gov";
  return "aws";
}

std::string ecs_arn(const World& world, std::string_view resource) {
  std::string arn = "arn:";
  arn.append(partition_of(world.region)).append(":ecs:").append(world.region).append(":").append(world.account);
  arn.append(":").append(resource);
  return arn;
}

std::string arn_of(const State& state, const Cluster& cluster) {
  return ecs_arn(world_of(state, cluster), "cluster/" + cluster.name);
}

std::string arn_of(const State& state, const Service& service) {
  const Cluster& cluster = state.get(service.cluster);
  return ecs_arn(world_of(state, cluster), "service/" + cluster.name + "/" + service.name);
}

std::string task_arn_prefix(const State& state, const Cluster& cluster) {
  return ecs_arn(world_of(state, cluster), "task/" + cluster.name + "/");
}

std::string arn_of(const State& state, const Task& task) {
  return task_arn_prefix(state, state.get(task.cluster)) + to_hex(task.uuid);
}

std::string arn_of(const State& state, const Task& task, const TaskContainer& container) {
  const Cluster& cluster = state.get(task.cluster);
  return ecs_arn(world_of(state, cluster),
                 "container/" + cluster.name + "/" + to_hex(task.uuid) + "/" + to_dashed(container.id));
}

std::string arn_of(const State& state, const ContainerInstance& instance) {
  const Cluster& cluster = state.get(instance.cluster);
  return ecs_arn(world_of(state, cluster), "container-instance/" + cluster.name + "/" + to_hex(instance.uuid));
}

std::string arn_of(const State& state, const TaskDefinition& definition) {
  return ecs_arn(state.get(state.get(definition.family).world), "task-definition/" + name_of(state, definition));
}

std::string arn_of(const State& state, const CapacityProvider& provider) {
  return ecs_arn(state.get(provider.world), "capacity-provider/" + provider.name);
}

std::string arn_of(const State& state, const ServiceRevision& revision) {
  return arn_in_service(state, "service-revision", revision.service, std::to_string(revision.digits));
}

std::string arn_of(const State& state, const ServiceDeployment& deployment) {
  return arn_in_service(state, "service-deployment", deployment.service, deployment.name);
}

std::string arn_of(const State& state, const TaskSet& set) {
  return arn_in_service(state, "task-set", set.service, deployment_id(set.deployment.digits));
}

std::string arn_of(const State& state, const DaemonTaskDefinition& definition) {
  const DaemonFamily& family = state.get(definition.family);
  return ecs_arn(state.get(family.world),
                 "daemon-task-definition/" + family.name + ":" + std::to_string(definition.revision));
}

std::string arn_of(const State& state, const Daemon& daemon) { return daemon_arn(state, daemon, "daemon/", ""); }

std::string arn_of(const State& state, const DaemonRevision& revision) {
  return daemon_arn(state, state.get(revision.daemon), "daemon-revision/", "/" + std::to_string(revision.digits));
}

std::string arn_of(const State& state, const DaemonDeployment& deployment) {
  return daemon_arn(state, state.get(deployment.daemon), "daemon-deployment/", "/" + deployment.name);
}

std::string name_of(const State& state, const TaskDefinition& definition) {
  return state.get(definition.family).name + ":" + std::to_string(definition.revision);
}

std::string deployment_id(std::uint64_t digits) {
  const std::string number = std::to_string(digits);
  return "ecs-svc/" + std::string(19 - std::min<std::size_t>(19, number.size()), '0') + number;
}

std::string root_principal(const World& world) {
  return "arn:" + std::string(partition_of(world.region)) + ":iam::" + world.account + ":root";
}

std::optional<Arn> parse_arn(std::string_view text) {
  std::string_view parts[6];
  for (std::size_t i = 0; i < 5; ++i) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    parts[i] = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  if (parts[0] != "arn" || parts[1].empty() || parts[2].empty() || text.empty()) return std::nullopt;
  Arn arn{parts[1], parts[2], parts[3], parts[4], {}, {}};
  bool first = true;
  while (true) {
    const std::size_t slash = text.find('/');
    const std::string_view part = text.substr(0, slash);
    if (part.empty()) return std::nullopt;
    if (first) {
      arn.type = part;
      first = false;
    } else {
      arn.path.push_back(part);
    }
    if (slash == std::string_view::npos) break;
    text.remove_prefix(slash + 1);
  }
  if (arn.path.empty()) return std::nullopt;
  return arn;
}

}  // namespace drydock::model
