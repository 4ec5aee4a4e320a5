#include "server/explain/explain.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <iterator>

#include "model/arn.hpp"
#include "server/explain/kinds.hpp"
#include "server/explain/without_effect.hpp"

namespace drydock::server {
namespace {

using model::State;

/// "rest" of a path of `parts` parts; empty when it has another number of them.
std::string_view last_of(const model::Arn& arn, std::size_t parts) {
  return arn.path.size() == parts ? arn.path.back() : std::string_view{};
}

template <class Entity>
std::optional<Explained> about(const State& state, const model::Arn& arn, const Entity* entity, std::string status,
                               model::Instant now) {
  if (entity == nullptr) return std::nullopt;
  return Explained{std::string(arn.type), std::move(status), reasons_of(state, *entity, now), std::nullopt};
}

template <class Entity>
std::optional<Explained> about(const State& state, const model::Arn& arn, const Entity* entity, model::Instant now) {
  return entity == nullptr ? std::nullopt : about(state, arn, entity, model::to_text(entity->status), now);
}

const model::Task* task_named(const State& state, std::string_view text) {
  const auto uuid = model::parse_uuid(text);
  return uuid ? state.task_with(*uuid) : nullptr;
}

const model::ContainerInstance* instance_named(const State& state, std::string_view text) {
  const auto uuid = model::parse_uuid(text);
  return uuid ? state.instance_with(*uuid) : nullptr;
}

const model::TaskSet* task_set_named(const State& state, model::ClusterId cluster, const model::Arn& arn) {
  // task-set/<cluster>/<service>/ecs-svc/<digits>
  if (arn.path.size() != 4) return nullptr;
  const model::Service* service = state.service_named(cluster, arn.path[1]);
  std::uint64_t digits = 0;
  std::from_chars(arn.path[3].data(), arn.path[3].data() + arn.path[3].size(), digits);
  if (service == nullptr) return nullptr;
  const auto& sets = state.of(service->id).task_sets;
  const auto known = sets.find(digits);
  return known == sets.end() ? nullptr : state.find(known->second);
}

const char* status_of(const model::TaskDefinition& definition) {
  switch (definition.status) {
    case model::TaskDefinitionStatus::kActive: return "ACTIVE";
    case model::TaskDefinitionStatus::kInactive: return "INACTIVE";
    case model::TaskDefinitionStatus::kDeleteInProgress: return "DELETE_IN_PROGRESS";
  }
  return "";
}

/// family:revision
const model::TaskDefinition* definition_named(const State& state, model::WorldId world, std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return nullptr;
  const model::Family* family = state.family_named(world, text.substr(0, colon));
  int revision = 0;
  std::from_chars(text.data() + colon + 1, text.data() + text.size(), revision);
  return family == nullptr ? nullptr : state.revision_of(family->id, revision);
}

std::optional<Explained> about_service(const State& state, const model::Arn& arn, const model::Service* service,
                                       model::Instant now, const MoreReasons& more) {
  auto explained = about(state, arn, service, now);
  if (!explained) return explained;
  explained->scaling = scaling_reasons(state, *service, now);
  std::ranges::move(without_effect(state, *service, now), std::back_inserter(explained->reasons));
  if (more) std::ranges::move(more(*service, now), std::back_inserter(explained->reasons));
  return explained;
}

std::optional<Explained> in_cluster(const State& state, const model::Cluster& cluster, const model::Arn& arn,
                                    model::Instant now, const MoreReasons& more) {
  if (arn.type == "cluster") {
    const char* status = cluster.status == model::ClusterStatus::kActive ? "ACTIVE" : "INACTIVE";
    return about(state, arn, &cluster, status, now);
  }
  if (arn.type == "task") {
    const model::Task* task = task_named(state, last_of(arn, 2));
    return task == nullptr ? std::nullopt : about(state, arn, task, model::to_text(task->last_status), now);
  }
  if (arn.type == "container-instance") return about(state, arn, instance_named(state, last_of(arn, 2)), now);
  if (arn.type == "service") {
    return about_service(state, arn, state.service_named(cluster.id, last_of(arn, 2)), now, more);
  }
  if (arn.type == "service-deployment") {
    return about(state, arn, state.service_deployment_named(last_of(arn, 3)), now);
  }
  if (arn.type == "task-set") {
    const model::TaskSet* set = task_set_named(state, cluster.id, arn);
    if (set == nullptr) return std::nullopt;
    const bool primary = state.get(set->service).primary_task_set == set->id;
    return about(state, arn, set, set->draining ? "DRAINING" : primary ? "PRIMARY" : "ACTIVE", now);
  }
  if (arn.type == "daemon") return about(state, arn, state.daemon_named(cluster.id, last_of(arn, 2)), now);
  if (arn.type == "daemon-deployment") {
    return about(state, arn, state.daemon_deployment_named(last_of(arn, 3)), now);
  }
  return std::nullopt;
}

}  // namespace

std::optional<Explained> explain(const State& state, std::string_view text, model::Instant now,
                                 const MoreReasons& more) {
  const auto arn = model::parse_arn(text);
  if (!arn || arn->path.empty()) return std::nullopt;
  const model::World* world = state.world_named(arn->account, arn->region);
  if (world == nullptr) return std::nullopt;
  if (arn->type == "capacity-provider") {
    const model::CapacityProvider* provider = state.capacity_provider_named(world->id, arn->path[0]);
    const char* status = provider != nullptr && provider->update_status == "DELETE_IN_PROGRESS" ? "INACTIVE" : "ACTIVE";
    return about(state, *arn, provider, status, now);
  }
  if (arn->type == "task-definition") {
    const model::TaskDefinition* definition = definition_named(state, world->id, arn->path[0]);
    return definition == nullptr ? std::nullopt : about(state, *arn, definition, status_of(*definition), now);
  }
  const model::Cluster* cluster = state.cluster_named(world->id, arn->path[0]);
  return cluster == nullptr ? std::nullopt : in_cluster(state, *cluster, *arn, now, more);
}

std::string instant_text(model::Instant at) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(at);
  const auto day = std::chrono::floor<std::chrono::days>(seconds);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{seconds - day};
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return text;
}

std::string counted(std::size_t count, const char* noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

}  // namespace drydock::server
