#include "server/operations/container_instances/container_instances.hpp"

#include <algorithm>
#include <set>

#include "model/arn.hpp"
#include "scheduler/capacity_providers/scale_group.hpp"
#include "scheduler/placement/views.hpp"
#include "scheduler/query/parser.hpp"
#include "server/operations/container_instances/container_instance_view.hpp"
#include "server/operations/container_instances/instance_session.hpp"
#include "server/operations/container_instances/registration.hpp"
#include "server/operations/paging.hpp"
#include "server/operations/resolve.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations {
namespace {

using api::ApiError;
using model::ContainerInstance;
using model::InstanceStatus;

ApiError not_found() { return ApiError::invalid_parameter("The referenced container instance was not found."); }

/// Registration does not make `default` on demand: agents create it themselves when they are told it is missing.
Result<model::ClusterId> cluster_to_join(const Context& context, const std::optional<std::string>& text) {
  auto name = cluster_name_of(context, text);
  if (!name) return std::unexpected(std::move(name.error()));
  const model::Cluster* cluster = context.state().cluster_named(context.world, *name);
  if (cluster == nullptr) return std::unexpected(ApiError::cluster_not_found());
  if (cluster->status != model::ClusterStatus::kActive) {
    return std::unexpected(ApiError::client("The referenced cluster was inactive."));
  }
  return cluster->id;
}

/// The instance that this machine is already, in this cluster: none when it is new.
Result<model::InstanceId> registered_before(const Context& context, model::ClusterId cluster,
                                            const api::RegisterContainerInstanceRequest& request,
                                            const IdentityDocument& identity) {
  const model::State& state = context.state();
  if (request.containerInstanceArn && !request.containerInstanceArn->empty()) {
    const auto found = find_instance(context, cluster, *request.containerInstanceArn);
    if (!found) return std::unexpected(found.error());
    if (*found == nullptr || (*found)->status == InstanceStatus::kInactive) {
      return std::unexpected(not_found().explained(
          "The container instance was deregistered or never existed here. Remove the agent's saved state so that it "
          "registers anew."));
    }
    const std::string type = attribute_value(**found, "ecs.instance-type");
    if (!type.empty() && !identity.instance_type.empty() && type != identity.instance_type) {
      return std::unexpected(
          api::ApiError::client("Container instance type changes are not supported.")
              .explained("It was registered as " + type +
                         ". Deregister it, or remove the agent's saved state so that it registers anew."));
    }
    return (*found)->id;
  }
  if (identity.instance_id.empty()) return model::InstanceId{};
  for (const model::InstanceId id : state.instances_on(identity.instance_id)) {
    const ContainerInstance& instance = state.get(id);
    if (instance.cluster != cluster) continue;
    // With another instance type it is another machine that took over the id.
    const std::string type = attribute_value(instance, "ecs.instance-type");
    if (type.empty() || identity.instance_type.empty() || type == identity.instance_type) return id;
  }
  return model::InstanceId{};
}

/// A machine is one instance of an account and region: what else it was registered as is gone.
void retire_others(Context& context, model::InstanceId known, const std::string& machine) {
  if (machine.empty()) return;
  const std::set<model::InstanceId> instances = context.state().instances_on(machine);
  for (const model::InstanceId id : instances) {
    const model::Cluster& cluster = context.state().get(context.state().get(id).cluster);
    if (id != known && cluster.world == context.world) retire_instance(context.tx, id);
  }
}

/// A machine that is not on EC2 and names no id gets one of the form that registered servers have.
std::string server_id(const model::Uuid& uuid) { return "mi-" + model::to_hex(uuid).substr(0, 17); }

/// `instance` with all that the request says.
Result<ContainerInstance> registered(const Context& context, ContainerInstance instance,
                                     const api::RegisterContainerInstanceRequest& request,
                                     const IdentityDocument& identity) {
  const auto given_tags = checked_tags(request.tags);
  if (!given_tags) return std::unexpected(given_tags.error());
  auto tags = merged_tags(std::move(instance.tags), *given_tags);
  if (!tags) return std::unexpected(std::move(tags.error()));
  instance.tags = std::move(*tags);
  if (auto taken = take_resources(instance, request); !taken) return std::unexpected(std::move(taken.error()));
  auto attributes = attributes_after(instance, request, identity);
  if (!attributes) return std::unexpected(std::move(attributes.error()));
  const auto zone = std::ranges::find(*attributes, "ecs.availability-zone", &api::Attribute::name);
  if (zone == attributes->end() || !zone->value) {
    if (zone != attributes->end()) attributes->erase(zone);
    api::Attribute added;
    added.name = "ecs.availability-zone";
    added.value = context.state().get(context.world).region + "a";
    attributes->push_back(std::move(added));
    std::ranges::sort(*attributes, {},
                      [](const api::Attribute& attribute) -> const std::string& { return *attribute.name; });
  }
  instance.attributes = std::make_shared<const std::vector<api::Attribute>>(std::move(*attributes));
  instance.availability_zone = attribute_value(instance, "ecs.availability-zone");
  if (request.versionInfo) {
    instance.version_info = std::make_shared<const api::VersionInfo>(*request.versionInfo);
    const bool asked = !instance.agent_update_status.empty();
    if (asked && is_newest_agent(request.versionInfo->agentVersion)) instance.agent_update_status = "UPDATED";
  }
  if (!identity.instance_id.empty()) instance.ec2_instance_id = identity.instance_id;
  return instance;
}

std::optional<ApiError> check_instance_quota(const Context& context, model::ClusterId cluster) {
  const int limit = context.settings.quotas[model::Quota::kInstancesPerCluster];
  if (context.state().of(cluster).registered_instances < limit) return std::nullopt;
  return ApiError::client("A cluster can have at most " + std::to_string(limit) + " container instances.")
      .explained("Deregister instances, or let this one join another cluster.");
}

struct Named {
  std::vector<model::InstanceId> found;
  std::vector<api::Failure> failures;
};

/// The instances a list names, each once; unknown ones are failures.
Result<Named> named_instances(const Context& context, model::ClusterId cluster,
                              const std::optional<std::vector<std::string>>& texts) {
  Named named;
  std::set<std::string> seen;
  for (const std::string& text : texts.value_or(std::vector<std::string>{})) {
    const auto found = find_instance(context, cluster, text);
    if (!found) return std::unexpected(found.error());
    std::string arn = *found == nullptr ? arn_in_cluster(context, cluster, "container-instance", text)
                                        : model::arn_of(context.state(), **found);
    if (!seen.insert(arn).second) continue;
    if (*found == nullptr) {
      named.failures.push_back(failure(std::move(arn), "MISSING"));
    } else {
      named.found.push_back((*found)->id);
    }
  }
  return named;
}

}  // namespace

Result<api::RegisterContainerInstanceResponse> register_container_instance(
    const api::RegisterContainerInstanceRequest& request, Context& context) {
  const auto cluster = cluster_to_join(context, request.cluster);
  if (!cluster) return std::unexpected(cluster.error());
  const auto identity = read_identity(request.instanceIdentityDocument);
  if (!identity) return std::unexpected(identity.error());
  const auto known = registered_before(context, *cluster, request, *identity);
  if (!known) return std::unexpected(known.error());

  ContainerInstance before;
  if (*known) {
    before = context.state().get(*known);
    ++before.version;
  } else {
    if (auto no = check_instance_quota(context, *cluster)) return std::unexpected(std::move(*no));
    before.uuid = context.tx.random().uuid();
    before.cluster = *cluster;
    before.ec2_instance_id = server_id(before.uuid);
    before.registered_at = context.tx.now();
    set_default_resources(before);
  }
  auto after = registered(context, std::move(before), request, *identity);
  if (!after) return std::unexpected(std::move(after.error()));

  retire_others(context, *known, identity->instance_id);
  model::InstanceId id = *known;
  if (id) {
    context.tx.update(id, [&](ContainerInstance& instance) { instance = std::move(*after); });
  } else {
    id = context.tx.create(std::move(*after));
  }
  scheduler::note_registration(context.tx, id);
  api::RegisterContainerInstanceResponse response;
  response.containerInstance = render_instance(context.state(), context.state().get(id), {.tags = true});
  return response;
}

Result<api::DeregisterContainerInstanceResponse> deregister_container_instance(
    const api::DeregisterContainerInstanceRequest& request, Context& context) {
  const auto cluster = find_cluster(context, request.cluster);
  if (!cluster) return std::unexpected(cluster.error());
  const auto found = find_instance(context, *cluster, request.containerInstance.value_or(""));
  if (!found) return std::unexpected(found.error());
  if (*found == nullptr) return std::unexpected(not_found());
  const model::InstanceId id = (*found)->id;
  if ((*found)->status != InstanceStatus::kInactive) {
    if (!request.force.value_or(false) && !context.state().of(id).tasks.empty()) {
      return std::unexpected(ApiError::invalid_parameter("Found running tasks on the instance."));
    }
    retire_instance(context.tx, id);
  }
  api::DeregisterContainerInstanceResponse response;
  response.containerInstance = render_instance(context.state(), context.state().get(id), {});
  return response;
}

Result<api::DescribeContainerInstancesResponse> describe_container_instances(
    const api::DescribeContainerInstancesRequest& request, Context& context) {
  if (!request.containerInstances || request.containerInstances->empty()) {
    return std::unexpected(ApiError::client("Container Instances cannot be empty."));
  }
  const auto cluster = find_cluster(context, request.cluster);
  if (!cluster) return std::unexpected(cluster.error());
  auto named = named_instances(context, *cluster, request.containerInstances);
  if (!named) return std::unexpected(std::move(named.error()));
  const InstanceIncludes include{.tags = contains(request.include, "TAGS"),
                                 .health = contains(request.include, "CONTAINER_INSTANCE_HEALTH")};
  api::DescribeContainerInstancesResponse response;
  response.containerInstances.emplace();
  for (const model::InstanceId id : named->found) {
    response.containerInstances->push_back(render_instance(context.state(), context.state().get(id), include));
  }
  response.failures = std::move(named->failures);
  return response;
}

Result<api::ListContainerInstancesResponse> list_container_instances(const api::ListContainerInstancesRequest& request,
                                                                     Context& context) {
  const auto size = page_size(request.maxResults, 100);
  if (!size) return std::unexpected(size.error());
  const auto cluster = find_active_cluster(context, request.cluster);
  if (!cluster) return std::unexpected(cluster.error());
  const std::string filter = request.filter.value_or("");
  std::optional<scheduler::query::Node> query;
  if (!filter.empty()) {
    auto parsed = scheduler::query::parse(filter);
    if (!parsed) {
      return std::unexpected(ApiError::invalid_parameter("Invalid filter: " + parsed.error().text()));
    }
    query = std::move(*parsed);
  }
  const model::State& state = context.state();
  const std::string status = request.status.value_or("");
  // A token belongs to one list: this cluster, this status, this filter.
  const std::string list = "container-instances " + std::to_string(cluster->value) + " " + status + " " + filter;
  const bool tasks = query && scheduler::query::depends_on_tasks(*query);
  api::ListContainerInstancesResponse response;
  response.containerInstanceArns.emplace();
  auto filled = fill_page(
      list, state.of(*cluster).instances, request.nextToken, *size, response.nextToken,
      [&](model::InstanceId id) {
        const ContainerInstance& instance = state.get(id);
        const bool listed =
            status.empty() ? instance.status != InstanceStatus::kInactive : status == model::to_text(instance.status);
        if (!listed || !query) return listed;
        const scheduler::ViewOptions options{.ports = false, .tasks = tasks};
        return scheduler::query::holds(*query, scheduler::view_of(state, instance, options).facts);
      },
      [](model::InstanceId id) { return sortable(id.value); },
      [&](model::InstanceId id) { response.containerInstanceArns->push_back(model::arn_of(state, state.get(id))); });
  if (!filled) return std::unexpected(std::move(filled.error()));
  return response;
}

Result<api::UpdateContainerInstancesStateResponse> update_container_instances_state(
    const api::UpdateContainerInstancesStateRequest& request, Context& context) {
  if (!request.containerInstances || request.containerInstances->empty()) {
    return std::unexpected(ApiError::invalid_parameter("Container Instances cannot be empty."));
  }
  if (request.status != "ACTIVE" && request.status != "DRAINING") {
    return std::unexpected(
        ApiError::invalid_parameter("Container instance status should be one of [ACTIVE, DRAINING]"));
  }
  const auto cluster = find_active_cluster(context, request.cluster);
  if (!cluster) return std::unexpected(cluster.error());
  auto named = named_instances(context, *cluster, request.containerInstances);
  if (!named) return std::unexpected(std::move(named.error()));
  const InstanceStatus wanted = request.status == "ACTIVE" ? InstanceStatus::kActive : InstanceStatus::kDraining;
  const model::State& state = context.state();
  api::UpdateContainerInstancesStateResponse response;
  response.containerInstances.emplace();
  for (const model::InstanceId id : named->found) {
    const InstanceStatus is = state.get(id).status;
    if (is == InstanceStatus::kInactive) {
      named->failures.push_back(failure(model::arn_of(state, state.get(id)), "INACTIVE"));
      continue;
    }
    if (is != wanted) {
      context.tx.update(id, [&](ContainerInstance& instance) {
        instance.status = wanted;
        ++instance.version;
      });
    }
    response.containerInstances->push_back(render_instance(state, state.get(id), {}));
  }
  response.failures = std::move(named->failures);
  return response;
}

}  // namespace drydock::operations
