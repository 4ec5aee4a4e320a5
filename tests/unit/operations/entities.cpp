#include "tests/unit/operations/entities.hpp"

#include "api-spec/runtime/decode.hpp"
#include "model/arn.hpp"
#include "model/task_definitions/requirements.hpp"
#include "scheduler/launch.hpp"

namespace drydock::test {

model::ClusterId add_cluster(TestWorld& world, const std::string& name) {
  api::CreateClusterRequest request;
  request.clusterName = name;
  world.must(operations::create_cluster, request);
  return world.state.cluster_named(world.id, name)->id;
}

api::Resource integer(const std::string& name, int value) {
  api::Resource resource;
  resource.name = name;
  resource.type = "INTEGER";
  resource.integerValue = value;
  return resource;
}

api::Resource string_set(const std::string& name, std::vector<std::string> values) {
  api::Resource resource;
  resource.name = name;
  resource.type = "STRINGSET";
  resource.stringSetValue = std::move(values);
  return resource;
}

api::Attribute attribute(const std::string& name, const std::string& value) {
  api::Attribute one;
  one.name = name;
  if (!value.empty()) one.value = value;
  return one;
}

api::RegisterContainerInstanceRequest registration(const std::string& cluster, int cpu, int memory) {
  api::RegisterContainerInstanceRequest request;
  request.cluster = cluster;
  request.totalResources = {integer("CPU", cpu), integer("MEMORY", memory),
                            string_set("PORTS", {"22", "2375", "2376", "51678", "51679"}), string_set("PORTS_UDP", {})};
  request.attributes = {attribute("ecs.os-type", "linux"), attribute("ecs.capability.container-ordering")};
  return request;
}

model::InstanceId add_instance(TestWorld& world, const std::string& cluster, int cpu, int memory) {
  const auto answer = world.must(operations::register_container_instance, registration(cluster, cpu, memory));
  const auto arn = model::parse_arn(*answer.containerInstance->containerInstanceArn);
  return world.state.instance_with(*model::parse_uuid(arn->path[1]))->id;
}

model::TaskDefinitionId add_definition(TestWorld& world, const std::string& family, const std::string& containers) {
  auto definition = api::decode<api::TaskDefinition>(R"({"containerDefinitions":)" + containers + "}");
  REQUIRE(definition.has_value());
  model::TaskDefinitionId id;
  world.edit([&](model::Transaction& tx) {
    const model::Family* known = world.state.family_named(world.id, family);
    const model::FamilyId family_id = known != nullptr ? known->id : tx.create(model::Family{{}, world.id, family, 0});
    int revision = 0;
    tx.update(family_id, [&](model::Family& entity) { revision = ++entity.last_revision; });
    model::TaskDefinition entity;
    entity.family = family_id;
    entity.revision = revision;
    entity.definition = std::make_shared<const api::TaskDefinition>(std::move(*definition));
    id = tx.create(std::move(entity));
  });
  return id;
}

model::TaskId add_task(TestWorld& world, model::ClusterId cluster, model::TaskDefinitionId definition,
                       model::InstanceId instance) {
  model::TaskId id;
  world.edit([&](model::Transaction& tx) {
    scheduler::LaunchRequest request;
    request.cluster = cluster;
    request.task_definition = definition;
    request.instance = instance;
    request.launch_type = instance ? model::LaunchType::kEc2 : model::LaunchType::kFargate;
    request.group = "family:any";
    const auto needs = model::requirements_of(*world.state.get(definition).definition, nullptr);
    id = scheduler::launch(tx, request, needs);
  });
  return id;
}

void report(TestWorld& world, model::TaskId task, model::TaskStatus status) {
  world.edit([&](model::Transaction& tx) {
    model::TaskReport report;
    report.status = status;
    model::apply_report(tx, task, report);
  });
}

model::ServiceId add_service(TestWorld& world, model::ClusterId cluster, const std::string& name,
                             model::ServiceStatus status, model::LaunchType type) {
  model::ServiceId id;
  world.edit([&](model::Transaction& tx) {
    model::Service service;
    service.cluster = cluster;
    service.name = name;
    service.status = status;
    service.launch_type = type;
    service.settings = std::make_shared<const api::Service>();
    id = tx.create(std::move(service));
  });
  return id;
}

api::Tag tag(const std::string& key, const std::string& value) {
  api::Tag one;
  one.key = key;
  one.value = value;
  return one;
}

std::vector<api::Tag> many_tags(int count) {
  std::vector<api::Tag> tags;
  for (int i = 0; i < count; ++i) tags.push_back(tag("key" + std::to_string(i), "v"));
  return tags;
}

}  // namespace drydock::test
