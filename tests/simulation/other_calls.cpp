// Calls that change how things are placed, kept and shown, and calls that only look.
#include "model/arn.hpp"
#include "server/operations/clusters/clusters.hpp"
#include "server/operations/container_instances/attributes.hpp"
#include "server/operations/container_instances/container_instances.hpp"
#include "server/operations/services/services.hpp"
#include "server/operations/tags.hpp"
#include "server/operations/task_definitions/task_definitions.hpp"
#include "server/operations/tasks/task_protection.hpp"
#include "server/operations/tasks/tasks.hpp"
#include "tests/simulation/world.hpp"

namespace drydock::simulation {

void World::protect_task() {
  const model::State& state = core_->state();
  const model::Cluster* cluster = state.cluster_named(world(), pick(clusters_));
  if (cluster == nullptr) return;
  std::vector<model::TaskId> tasks;
  for (const model::TaskId id : state.of(cluster->id).wanted) {
    if (state.get(id).service) tasks.push_back(id);
  }
  if (tasks.empty()) return;
  api::UpdateTaskProtectionRequest request;
  request.cluster = cluster->name;
  request.tasks = {model::arn_of(state, state.get(pick(tasks)))};
  request.protectionEnabled = dice_.below(4) != 0;
  if (*request.protectionEnabled) request.expiresInMinutes = 1 + static_cast<int>(dice_.below(3));
  call(*request.protectionEnabled ? "protect" : "unprotect", operations::update_task_protection, request);
}

void World::change_attributes() {
  const auto online = online_machines();
  if (online.empty()) return;
  const MachinePtr machine = pick(online);
  if (machine->arn.empty()) return;
  api::Attribute attribute;
  attribute.name = "note";
  attribute.targetId = machine->arn;
  if (dice_.below(3) == 0) {
    api::DeleteAttributesRequest request;
    request.cluster = machine->cluster;
    request.attributes = {attribute};
    call("delete-attributes", operations::delete_attributes, request);
    return;
  }
  attribute.value = std::to_string(dice_.below(3));
  api::PutAttributesRequest request;
  request.cluster = machine->cluster;
  request.attributes = {attribute};
  call("put-attributes", operations::put_attributes, request);
}

/// One whose tasks would not stay anyhow: the others are needed in the end.
void World::deregister_definition() {
  for (const Definition& definition : definitions_) {
    if (definition.steady) continue;
    api::DeregisterTaskDefinitionRequest request;
    request.taskDefinition = definition.arn;
    call("deregister-task-definition", operations::deregister_task_definition, request);
    return;
  }
}

void World::change_tags() {
  const model::State& state = core_->state();
  if (state.services().empty()) return;
  const std::vector<model::ServiceId> services(state.services().begin(), state.services().end());
  const std::string arn = model::arn_of(state, state.get(pick(services)));
  if (dice_.below(3) == 0) {
    api::UntagResourceRequest request;
    request.resourceArn = arn;
    request.tagKeys = {"team"};
    call("untag", operations::untag_resource, request);
    return;
  }
  api::TagResourceRequest request;
  request.resourceArn = arn;
  api::Tag& tag = request.tags.emplace().emplace_back();
  tag.key = "team";
  tag.value = std::to_string(dice_.below(3));
  call("tag", operations::tag_resource, request);
}

/// Whoever looks changes nothing.
void World::look_around() {
  const std::uint64_t before = core_->sequence();
  const std::string cluster = pick(clusters_);
  api::ListTasksRequest list;
  list.cluster = cluster;
  call("list-tasks", operations::list_tasks, list);
  api::ListContainerInstancesRequest instances;
  instances.cluster = cluster;
  call("list-container-instances", operations::list_container_instances, instances);
  api::DescribeClustersRequest clusters;
  clusters.clusters = {cluster};
  call("describe-clusters", operations::describe_clusters, clusters);
  if (!services_.empty()) {
    const std::string name = pick(services_);
    api::DescribeServicesRequest services;
    services.cluster = name.substr(0, name.find('/'));
    services.services = {name.substr(name.find('/') + 1)};
    call("describe-services " + name, operations::describe_services, services);
  }
  if (core_->sequence() != before) throw Violation("a call that only looks has changed something");
}

}  // namespace drydock::simulation
