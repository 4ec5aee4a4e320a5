#include "server/operations/resolve.hpp"

#include <algorithm>
#include <charconv>

#include "model/arn.hpp"
#include "server/operations/clusters/cluster_defaults.hpp"

namespace drydock::operations {
namespace {

using api::ApiError;

ApiError separators() { return ApiError::invalid_parameter("Invalid identifier: Unexpected number of separators"); }

}  // namespace

bool in_world(const Context& context, const model::Arn& arn) {
  const model::World& world = context.state().get(context.world);
  return arn.service == "ecs" && arn.partition == model::partition_of(world.region) && arn.region == world.region &&
         arn.account == world.account;
}

namespace {

ApiError other_cluster(std::string_view theirs, std::string_view ours) {
  return ApiError::invalid_parameter("Invalid identifier: Identifier is for " + std::string(theirs) +
                                     ". Your cluster is " + std::string(ours));
}

/// What family, family:revision or an ARN says.
struct DefinitionName {
  std::string_view family;
  std::optional<int> revision;
  bool here = true;  // false: an ARN of another account or region
};

Result<DefinitionName> definition_name(const Context& context, std::string_view text, std::string_view arn_type) {
  DefinitionName name{text, std::nullopt};
  if (model::looks_like_arn(text)) {
    const auto arn = model::parse_arn(text);
    if (!arn || arn->type != arn_type || arn->path.size() != 1) return std::unexpected(separators());
    name.here = in_world(context, *arn);
    name.family = arn->path[0];
  }
  if (const std::size_t colon = name.family.find(':'); colon != std::string_view::npos) {
    const std::string_view digits = name.family.substr(colon + 1);
    if (digits.find(':') != std::string_view::npos) return std::unexpected(separators());
    name.family = name.family.substr(0, colon);
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), name.revision.emplace());
    if (name.here && is_name(name.family) &&
        (parsed.ec != std::errc{} || parsed.ptr != digits.data() + digits.size() || *name.revision < 0)) {
      return std::unexpected(ApiError::invalid_parameter("Invalid revision number. Number: " + std::string(digits)));
    }
  }
  if (name.here && !is_name(name.family)) {
    return std::unexpected(ApiError::client("Family contains invalid characters."));
  }
  return name;
}

template <class Family>
auto revision_in(const model::State& state, const Family* family, std::optional<int> revision)
    -> decltype(state.latest_active(family->id)) {
  if (family == nullptr) return nullptr;
  return revision ? state.revision_of(family->id, *revision) : state.latest_active(family->id);
}

}  // namespace

bool is_name(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  return !text.empty() && text.size() <= 255 && std::ranges::all_of(text, allowed);
}

Result<std::string> cluster_name_of(const Context& context, const std::optional<std::string>& text) {
  if (!text || text->empty()) return "default";
  if (!model::looks_like_arn(*text)) {
    if (is_name(*text)) return *text;
    if (text->find('/') != std::string::npos || text->find(':') != std::string::npos) {
      return std::unexpected(separators());
    }
    return std::unexpected(
        ApiError::invalid_parameter("Cluster must match ^[a-zA-Z0-9\\-_]{1,255}$, but was " + *text));
  }
  const auto arn = model::parse_arn(*text);
  if (!arn || arn->type != "cluster" || arn->path.size() != 1) return std::unexpected(separators());
  if (!in_world(context, *arn)) return std::unexpected(ApiError::cluster_not_found());
  return std::string(arn->path[0]);
}

Result<model::ClusterId> find_cluster(Context& context, const std::optional<std::string>& text) {
  auto name = cluster_name_of(context, text);
  if (!name) return std::unexpected(std::move(name.error()));
  if (const model::Cluster* cluster = context.state().cluster_named(context.world, *name)) return cluster->id;
  if (*name == "default" && !context.settings.strict) return create_default_cluster(context);
  return std::unexpected(ApiError::cluster_not_found().explained(
      "No cluster \"" + *name +
      "\" in this account and region; aws ecs list-clusters shows which there are, "
      "aws ecs create-cluster --cluster-name " +
      *name + " makes it."));
}

Result<model::ClusterId> find_active_cluster(Context& context, const std::optional<std::string>& text) {
  auto id = find_cluster(context, text);
  if (id && context.state().get(*id).status != model::ClusterStatus::kActive) {
    return std::unexpected(ApiError::client("The referenced cluster was inactive."));
  }
  return id;
}

Result<model::ServiceId> find_service(const Context& context, model::ClusterId cluster, std::string_view text) {
  std::string_view name = text;
  const std::string& ours = context.state().get(cluster).name;
  if (model::looks_like_arn(text)) {
    const auto arn = model::parse_arn(text);
    if (!arn || arn->type != "service" || arn->path.size() > 2) return std::unexpected(separators());
    if (!in_world(context, *arn)) return std::unexpected(ApiError::service_not_found());
    if (arn->path.size() == 2 && arn->path[0] != ours) return std::unexpected(other_cluster(arn->path[0], ours));
    name = arn->path.back();
  } else if (text.find('/') != std::string_view::npos || text.find(':') != std::string_view::npos) {
    return std::unexpected(separators());
  }
  const model::Service* service = context.state().service_named(cluster, name);
  if (service == nullptr) return std::unexpected(ApiError::service_not_found());
  return service->id;
}

Result<model::ServiceId> named_service(const Context& context, model::ClusterId cluster, std::string_view text) {
  auto id = find_service(context, cluster, text);
  if (id || id.error().code != "ServiceNotFoundException") return id;
  const std::string& name = context.state().get(cluster).name;
  return std::unexpected(std::move(id.error())
                             .explained("No such service in cluster \"" + name +
                                        "\"; aws ecs list-services --cluster " + name + " shows which there are."));
}

Result<model::Uuid> id_of(const Context& context, model::ClusterId cluster, std::string_view text,
                          std::string_view type, std::string_view noun) {
  std::string_view id = text;
  if (model::looks_like_arn(text)) {
    const auto arn = model::parse_arn(text);
    if (!arn || arn->type != type || arn->path.size() > 2) return std::unexpected(separators());
    const std::string& ours = context.state().get(cluster).name;
    if (arn->path.size() == 2 && arn->path[0] != ours) return std::unexpected(other_cluster(arn->path[0], ours));
    // A well-formed ARN of another account or region names nothing here.
    if (!in_world(context, *arn)) return model::Uuid{};
    id = arn->path.back();
  } else if (text.find('/') != std::string_view::npos || text.find(':') != std::string_view::npos) {
    return std::unexpected(separators());
  }
  if (id.size() != 32 && id.size() != 36) {
    return std::unexpected(ApiError::invalid_parameter(std::string(noun) + " length should be one of [32,36]"));
  }
  // Of the right length but not hex digits: no entity has such an id.
  return model::parse_uuid(id).value_or(model::Uuid{});
}

Result<const model::Task*> find_task(const Context& context, model::ClusterId cluster, std::string_view text) {
  const auto id = id_of(context, cluster, text, "task", "taskId");
  if (!id) return std::unexpected(id.error());
  const model::Task* task = context.state().task_with(*id);
  return task != nullptr && task->cluster == cluster ? task : nullptr;
}

Result<const model::ContainerInstance*> find_instance(const Context& context, model::ClusterId cluster,
                                                      std::string_view text) {
  const auto id = id_of(context, cluster, text, "container-instance", "containerInstanceId");
  if (!id) return std::unexpected(id.error());
  const model::ContainerInstance* instance = context.state().instance_with(*id);
  return instance != nullptr && instance->cluster == cluster ? instance : nullptr;
}

Result<const model::TaskDefinition*> find_task_definition(const Context& context, std::string_view text) {
  const auto name = definition_name(context, text, "task-definition");
  if (!name) return std::unexpected(name.error());
  if (!name->here) return nullptr;
  const model::State& state = context.state();
  return revision_in(state, state.family_named(context.world, name->family), name->revision);
}

Result<const model::DaemonTaskDefinition*> find_daemon_task_definition(const Context& context, std::string_view text) {
  const auto name = definition_name(context, text, "daemon-task-definition");
  if (!name) return std::unexpected(name.error());
  if (!name->here) return nullptr;
  const model::State& state = context.state();
  return revision_in(state, state.daemon_family_named(context.world, name->family), name->revision);
}

Result<const model::Daemon*> find_daemon(const Context& context, std::string_view text) {
  const auto arn = model::parse_arn(text);
  if (!arn || arn->type != "daemon" || arn->path.size() != 2) return std::unexpected(separators());
  const model::State& state = context.state();
  const auto* cluster = in_world(context, *arn) ? state.cluster_named(context.world, arn->path[0]) : nullptr;
  const auto* daemon = cluster == nullptr ? nullptr : state.daemon_named(cluster->id, arn->path[1]);
  if (daemon == nullptr) return std::unexpected(ApiError::daemon_not_found("The specified daemon was not found."));
  return daemon;
}

Result<const model::TaskDefinition*> find_runnable(const Context& context, const std::optional<std::string>& text) {
  if (!text || text->empty()) return std::unexpected(ApiError::client("TaskDefinition can not be blank."));
  auto found = find_task_definition(context, *text);
  if (!found) return found;
  if (*found == nullptr) return std::unexpected(ApiError::client("TaskDefinition not found."));
  if ((*found)->status != model::TaskDefinitionStatus::kActive) {
    return std::unexpected(ApiError::client("TaskDefinition is inactive"));
  }
  return found;
}

std::string cluster_arn(const Context& context, std::string_view cluster_name) {
  return model::ecs_arn(context.state().get(context.world), "cluster/" + std::string(cluster_name));
}

std::string arn_in_cluster(const Context& context, model::ClusterId cluster, std::string_view type,
                           std::string_view id) {
  if (model::looks_like_arn(id)) return std::string(id);
  const std::string resource = std::string(type) + "/" + context.state().get(cluster).name + "/" + std::string(id);
  return model::ecs_arn(context.state().get(context.world), resource);
}

}  // namespace drydock::operations
