#include "server/operations/tags.hpp"

#include <algorithm>
#include <charconv>
#include <variant>

#include "model/arn.hpp"
#include "server/operations/resolve.hpp"
#include "server/operations/task_sets/task_set_target.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations {
namespace {

using api::ApiError;

using Taggable =
    std::variant<model::ClusterId, model::ServiceId, model::TaskId, model::TaskDefinitionId, model::InstanceId,
                 model::CapacityProviderId, model::TaskSetId, model::DaemonTaskDefinitionId, model::DaemonId>;
using Found = Result<Taggable>;

std::unexpected<ApiError> refuse(ApiError error) { return std::unexpected(std::move(error)); }

std::unexpected<ApiError> malformed() {
  return refuse(ApiError::invalid_parameter("Invalid identifier: Unexpected number of separators"));
}

std::unexpected<ApiError> short_arn() {
  return refuse(ApiError::invalid_parameter("Long arn format must be used for tagging operations"));
}

std::unexpected<ApiError> missing(std::string_view what) {
  return refuse(ApiError::resource_not_found("The specified " + std::string(what) + " could not be found."));
}

Found cluster_in(const Context& context, const model::Arn& arn) {
  if (arn.path.size() != 1) return malformed();
  const model::Cluster* cluster = context.state().cluster_named(context.world, arn.path[0]);
  if (cluster == nullptr) return refuse(ApiError::cluster_not_found());
  if (cluster->status != model::ClusterStatus::kActive) {
    return refuse(
        ApiError::invalid_parameter("The specified cluster is inactive. Specify an active cluster and try again."));
  }
  return cluster->id;
}

Found service_in(const Context& context, const model::Arn& arn) {
  const model::State& state = context.state();
  const model::Cluster* cluster = state.cluster_named(context.world, arn.path[0]);
  const model::Service* service = cluster == nullptr ? nullptr : state.service_named(cluster->id, arn.path[1]);
  if (service == nullptr || service->status == model::ServiceStatus::kInactive) {
    return refuse(ApiError::service_not_found());
  }
  return service->id;
}

bool in_cluster(const Context& context, model::ClusterId id, std::string_view name) {
  const model::Cluster& cluster = context.state().get(id);
  return cluster.world == context.world && cluster.name == name;
}

Found task_in(const Context& context, const model::Arn& arn) {
  const auto uuid = model::parse_uuid(arn.path[1]);
  const model::Task* task = uuid ? context.state().task_with(*uuid) : nullptr;
  if (task == nullptr || !in_cluster(context, task->cluster, arn.path[0])) return missing("task");
  return task->id;
}

Found instance_in(const Context& context, const model::Arn& arn) {
  const auto uuid = model::parse_uuid(arn.path[1]);
  const model::ContainerInstance* instance = uuid ? context.state().instance_with(*uuid) : nullptr;
  if (instance == nullptr || instance->status == model::InstanceStatus::kInactive ||
      !in_cluster(context, instance->cluster, arn.path[0])) {
    return missing("container instance");
  }
  return instance->id;
}

/// task-set/<cluster>/<service>/ecs-svc/<digits>
Found task_set_in(const Context& context, const model::Arn& arn) {
  if (arn.path.size() != 4) return malformed();
  const auto service = service_in(context, arn);
  if (!service) return missing("task set");
  const auto set = find_task_set(context, std::get<model::ServiceId>(*service),
                                 std::string(arn.path[2]) + "/" + std::string(arn.path[3]));
  if (!set || *set == nullptr) return missing("task set");
  return (*set)->id;
}

struct Revision {
  std::string_view family;
  int number = 0;
};

Result<Revision> revision_in(const model::Arn& arn) {
  if (arn.path.size() != 1) return malformed();
  const std::size_t colon = arn.path[0].find(':');
  if (colon == std::string_view::npos) return malformed();
  Revision revision{arn.path[0].substr(0, colon)};
  const std::string_view digits = arn.path[0].substr(colon + 1);
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), revision.number);
  if (parsed.ec != std::errc{} || parsed.ptr != digits.data() + digits.size()) {
    return refuse(ApiError::invalid_parameter("Invalid revision number. Number: " + std::string(digits)));
  }
  return revision;
}

Found task_definition_in(const Context& context, const model::Arn& arn) {
  const auto revision = revision_in(arn);
  if (!revision) return std::unexpected(revision.error());
  const model::Family* family = context.state().family_named(context.world, revision->family);
  const auto* definition = family == nullptr ? nullptr : context.state().revision_of(family->id, revision->number);
  if (definition == nullptr) return missing("task definition");
  return definition->id;
}

Found daemon_task_definition_in(const Context& context, const model::Arn& arn) {
  const auto revision = revision_in(arn);
  if (!revision) return std::unexpected(revision.error());
  const auto* family = context.state().daemon_family_named(context.world, revision->family);
  const auto* definition = family == nullptr ? nullptr : context.state().revision_of(family->id, revision->number);
  if (definition == nullptr || definition->status == model::DaemonTaskDefinitionStatus::kDeleted) {
    return missing("daemon task definition");
  }
  return definition->id;
}

Found capacity_provider_in(const Context& context, const model::Arn& arn) {
  if (arn.path.size() != 1) return malformed();
  const std::string name(arn.path[0]);
  if (model::is_fargate_provider(name)) {
    return refuse(ApiError::invalid_parameter("The " + name + " capacity provider cannot be tagged."));
  }
  const model::CapacityProvider* provider = context.state().capacity_provider_named(context.world, name);
  if (provider == nullptr) return missing("capacity provider");
  return provider->id;
}

Found daemon_in(const Context& context, const model::Arn& arn) {
  const model::Cluster* cluster = context.state().cluster_named(context.world, arn.path[0]);
  const auto* daemon = cluster == nullptr ? nullptr : context.state().daemon_named(cluster->id, arn.path[1]);
  if (daemon == nullptr) return missing("daemon");
  return daemon->id;
}

/// One kind of resource that can have tags.
struct Kind {
  std::string_view type;  // in ARNs
  /// A short ARN, without the cluster, is refused before the account is looked at.
  bool in_cluster = false;
  Found (*find)(const Context&, const model::Arn&) = nullptr;  // null: nothing of the kind can exist yet
  std::string_view noun{};
};

constexpr Kind kKinds[] = {
    {"cluster", false, cluster_in, "cluster"},
    {"service", true, service_in, "service"},
    {"task", true, task_in, "task"},
    {"container-instance", true, instance_in, "container instance"},
    {"task-definition", false, task_definition_in, "task definition"},
    {"capacity-provider", false, capacity_provider_in, "capacity provider"},
    {"task-set", false, task_set_in, "task set"},
    {"daemon", true, daemon_in, "daemon"},
    {"daemon-task-definition", false, daemon_task_definition_in, "daemon task definition"},
};

std::unexpected<ApiError> unknown(const Kind& kind) {
  if (kind.type == "cluster") return refuse(ApiError::cluster_not_found());
  if (kind.type == "service") return refuse(ApiError::service_not_found());
  return missing(kind.noun);
}

/// What an ARN names, of the kinds that can have tags.
Found resource_named(const Context& context, const std::string& text) {
  const auto arn = model::parse_arn(text);
  if (!arn || arn->service != "ecs") return malformed();
  const auto* kind = std::ranges::find(kKinds, arn->type, &Kind::type);
  if (kind == std::end(kKinds)) {
    return refuse(ApiError::invalid_parameter("Resources of type " + std::string(arn->type) + " cannot be tagged."));
  }
  if (kind->in_cluster && arn->path.size() == 1) return short_arn();
  if (kind->in_cluster && arn->path.size() != 2) return malformed();
  if (!in_world(context, *arn) || kind->find == nullptr) return unknown(*kind);
  return kind->find(context, *arn);
}

std::vector<api::Tag> tags_of(const model::State& state, const Taggable& resource) {
  return std::visit([&](auto id) { return state.get(id).tags; }, resource);
}

void set_tags(model::Transaction& tx, const Taggable& resource, const std::vector<api::Tag>& tags) {
  std::visit([&](auto id) { tx.update(id, [&](auto& entity) { entity.tags = tags; }); }, resource);
}

/// Tags that Drydock gives itself, such as aws:ecs:clusterName, are not the user's to remove.
bool removable(const api::Tag& tag) { return !tag.key.value_or("").starts_with("aws:"); }

}  // namespace

Result<api::TagResourceResponse> tag_resource(const api::TagResourceRequest& request, Context& context) {
  const auto resource = resource_named(context, request.resourceArn.value_or(""));
  if (!resource) return std::unexpected(resource.error());
  const auto given = checked_tags(request.tags);
  if (!given) return std::unexpected(given.error());
  auto tags = merged_tags(tags_of(context.state(), *resource), *given);
  if (!tags) return std::unexpected(std::move(tags.error()));
  if (!given->empty()) set_tags(context.tx, *resource, *tags);
  return api::TagResourceResponse{};
}

Result<api::UntagResourceResponse> untag_resource(const api::UntagResourceRequest& request, Context& context) {
  const auto resource = resource_named(context, request.resourceArn.value_or(""));
  if (!resource) return std::unexpected(resource.error());
  std::vector<api::Tag> tags = tags_of(context.state(), *resource);
  const auto unwanted = [&](const api::Tag& tag) { return removable(tag) && contains(request.tagKeys, *tag.key); };
  if (std::erase_if(tags, unwanted) > 0) set_tags(context.tx, *resource, tags);
  return api::UntagResourceResponse{};
}

Result<api::ListTagsForResourceResponse> list_tags_for_resource(const api::ListTagsForResourceRequest& request,
                                                                Context& context) {
  const auto resource = resource_named(context, request.resourceArn.value_or(""));
  if (!resource) return std::unexpected(resource.error());
  api::ListTagsForResourceResponse response;
  response.tags = tags_of(context.state(), *resource);
  return response;
}

}  // namespace drydock::operations
