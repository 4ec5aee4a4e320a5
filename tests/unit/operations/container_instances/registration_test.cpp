#include "server/operations/container_instances/container_instances.hpp"
#include "tests/unit/operations/instances.hpp"

namespace drydock::test {
namespace {

using namespace operations;

using Names = std::vector<std::string>;

const char* const kWeb = R"([
  {"name":"c1","image":"i","cpu":256,"memory":512,"memoryReservation":128},
  {"name":"c2","image":"i","memory":256}])";

std::string value_of(const api::ContainerInstance& instance, const std::string& name) {
  for (const api::Attribute& one : *instance.attributes) {
    if (one.name == name) return one.value.value_or("(no value)");
  }
  return "(absent)";
}

TEST_CASE("a registered instance is ACTIVE, not connected, and shows its resources in full") {
  TestWorld world;
  add_cluster(world, "one");
  auto request = registration("one");
  request.totalResources->push_back(string_set("GPU", {"gpu-0"}));
  request.tags = {tag("env", "test")};
  request.versionInfo.emplace().agentVersion = "1.105.1";
  const auto instance = *world.must(register_container_instance, request).containerInstance;
  CHECK(instance.containerInstanceArn->starts_with(world.arn("container-instance/one/")));
  CHECK(instance.containerInstanceArn->size() == world.arn("container-instance/one/").size() + 32);
  CHECK(instance.status == "ACTIVE");
  CHECK(instance.agentConnected == false);
  CHECK(instance.version == 1);
  CHECK(instance.runningTasksCount == 0);
  CHECK(instance.pendingTasksCount == 0);
  CHECK(instance.ec2InstanceId->starts_with("mi-"));
  CHECK(instance.versionInfo == request.versionInfo);
  CHECK(instance.registeredAt->milliseconds == 1'700'000'000'000);
  CHECK(instance.attachments == std::vector<api::Attachment>{});
  CHECK(instance.tags == request.tags);
  CHECK_FALSE(instance.agentUpdateStatus);
  CHECK_FALSE(instance.healthStatus);
  CHECK(instance.registeredResources == instance.remainingResources);
  const api::Resource& cpu = resource(instance.registeredResources, "CPU");
  CHECK(cpu.type == "INTEGER");
  CHECK(cpu.integerValue == 2048);
  CHECK(cpu.longValue == 0);
  CHECK(cpu.doubleValue == 0.0);
  CHECK(resource(instance.registeredResources, "MEMORY").integerValue == 3767);
  const api::Resource& ports = resource(instance.registeredResources, "PORTS");
  CHECK(ports.type == "STRINGSET");
  CHECK(ports.integerValue == 0);
  CHECK(ports.stringSetValue == Names{"22", "2375", "2376", "51678", "51679"});
  CHECK(resource(instance.registeredResources, "PORTS_UDP").stringSetValue == Names{});
  const api::Resource& gpu = resource(instance.registeredResources, "GPU");
  CHECK(gpu.stringSetValue == Names{"gpu-0"});
  CHECK(gpu.integerValue == 0);
}

TEST_CASE("registration echoes every attribute and adds the availability zone") {
  TestWorld world;
  add_cluster(world, "one");
  auto request = registration("one");
  request.attributes->push_back(attribute("stack", "blue"));
  const auto instance = *world.must(register_container_instance, request).containerInstance;
  CHECK(value_of(instance, "ecs.os-type") == "linux");
  CHECK(value_of(instance, "ecs.capability.container-ordering") == "(no value)");
  CHECK(value_of(instance, "stack") == "blue");
  CHECK(value_of(instance, "ecs.availability-zone") == "eu-west-1a");
  CHECK(std::ranges::is_sorted(*instance.attributes, {}, &api::Attribute::name));
}

TEST_CASE("what the identity document says becomes attributes of the instance") {
  TestWorld world;
  add_cluster(world, "one");
  auto request = registration("one");
  request.instanceIdentityDocument = identity("i-0123456789abcdef0");
  const auto instance = *world.must(register_container_instance, request).containerInstance;
  CHECK(instance.ec2InstanceId == "i-0123456789abcdef0");
  CHECK(value_of(instance, "ecs.availability-zone") == "eu-west-1c");
  CHECK(value_of(instance, "ecs.instance-type") == "m5.large");
  CHECK(value_of(instance, "ecs.ami-id") == "ami-1");
  request.instanceIdentityDocument = "";
  CHECK(value_of(*world.must(register_container_instance, request).containerInstance, "ecs.instance-type") ==
        "(absent)");
}

TEST_CASE("a registration without resources gets usable ones") {
  TestWorld world;
  add_cluster(world, "default");
  const auto instance = *world.must(register_container_instance, {}).containerInstance;
  CHECK(*resource(instance.registeredResources, "CPU").integerValue > 0);
  CHECK(*resource(instance.registeredResources, "MEMORY").integerValue > 0);
  CHECK(resource(instance.registeredResources, "PORTS").stringSetValue ==
        Names{"22", "2375", "2376", "51678", "51679"});
}

TEST_CASE("GPUs given as devices become a resource") {
  TestWorld world;
  add_cluster(world, "one");
  auto request = registration("one");
  api::PlatformDevice device;
  device.id = "gpu-1";
  device.type = "GPU";
  request.platformDevices = std::vector<api::PlatformDevice>{device};
  const auto instance = *world.must(register_container_instance, request).containerInstance;
  CHECK(resource(instance.registeredResources, "GPU").stringSetValue == Names{"gpu-1"});
}

TEST_CASE("registration does not make the default cluster and refuses an INACTIVE one") {
  TestWorld world;
  CHECK(text_of(world.refusal(register_container_instance, {})) == "ClusterNotFoundException: Cluster not found.");
  CHECK(world.state.clusters().empty());
  add_cluster(world, "one");
  api::DeleteClusterRequest deletion;
  deletion.cluster = "one";
  world.must(delete_cluster, deletion);
  CHECK(text_of(world.refusal(register_container_instance, registration("one"))) ==
        "ClientException: The referenced cluster was inactive.");
}

TEST_CASE("registration refuses nonsense") {
  TestWorld world;
  add_cluster(world, "one");
  auto request = registration("one");
  SECTION("a document that is not an object") { request.instanceIdentityDocument = "[1]"; }
  SECTION("a truncated document") { request.instanceIdentityDocument = R"({"instanceId":)"; }
  SECTION("negative CPU") { request.totalResources->front().integerValue = -1; }
  SECTION("more CPU than a number holds") {
    request.totalResources->front().integerValue.reset();
    request.totalResources->front().longValue = 1LL << 40U;
  }
  SECTION("a port that is no number") { request.totalResources->at(2).stringSetValue = Names{"http"}; }
  SECTION("a port out of range") { request.totalResources->at(2).stringSetValue = Names{"65536"}; }
  SECTION("a resource without name") { request.totalResources->front().name.reset(); }
  SECTION("an attribute without name") { request.attributes->front().name.reset(); }
  SECTION("an attribute that is too long") { request.attributes->front().value = std::string(129, 'x'); }
  SECTION("reserved tags") { request.tags = {tag("aws:x", "1")}; }
  SECTION("an instance of another cluster") {
    request.containerInstanceArn = world.arn("container-instance/two/" + std::string(32, 'a'));
  }
  SECTION("an id of the wrong length") { request.containerInstanceArn = "abc"; }
  SECTION("an instance that does not exist") {
    request.containerInstanceArn = world.arn("container-instance/one/" + std::string(32, 'a'));
  }
  CHECK(world.refusal(register_container_instance, request).code == "InvalidParameterException");
  CHECK(world.state.instances().empty());
}

TEST_CASE("an instance that registers again with its ARN stays the same and is updated") {
  TestWorld world;
  add_cluster(world, "one");
  auto request = registration("one");
  request.attributes->push_back(attribute("stack", "blue"));
  request.tags = {tag("a", "1"), tag("b", "1")};
  const auto first = *world.must(register_container_instance, request).containerInstance;
  request = registration("one", 4096, 8000);
  request.containerInstanceArn = first.containerInstanceArn;
  request.attributes = {attribute("ecs.os-type", "linux"), attribute("ecs.capability.efs")};
  request.tags = {tag("b", "2")};
  const auto second = *world.must(register_container_instance, request).containerInstance;
  CHECK(second.containerInstanceArn == first.containerInstanceArn);
  CHECK(second.ec2InstanceId == first.ec2InstanceId);
  CHECK(second.registeredAt == first.registeredAt);
  CHECK(second.version == 2);
  CHECK(resource(second.registeredResources, "CPU").integerValue == 4096);
  CHECK(resource(second.registeredResources, "MEMORY").integerValue == 8000);
  CHECK(value_of(second, "ecs.capability.efs") == "(no value)");
  CHECK(value_of(second, "ecs.capability.container-ordering") == "(absent)");
  CHECK(value_of(second, "stack") == "blue");
  CHECK(value_of(second, "ecs.availability-zone") == "eu-west-1a");
  CHECK(second.tags == std::vector<api::Tag>{tag("a", "1"), tag("b", "2")});
  CHECK(world.state.instances().size() == 1);
}

TEST_CASE("a machine that registers twice is one instance") {
  TestWorld world;
  add_cluster(world, "one");
  auto request = registration("one");
  request.instanceIdentityDocument = identity("i-1");
  const auto first = *world.must(register_container_instance, request).containerInstance;
  CHECK(world.must(register_container_instance, request).containerInstance->containerInstanceArn ==
        first.containerInstanceArn);
  world.must(update_container_instances_state, state_change("one", {*first.containerInstanceArn}, "DRAINING"));
  const auto draining = *world.must(register_container_instance, request).containerInstance;
  CHECK(draining.containerInstanceArn == first.containerInstanceArn);
  CHECK(draining.status == "DRAINING");
  request.instanceIdentityDocument = identity("i-2");
  CHECK(world.must(register_container_instance, request).containerInstance->containerInstanceArn !=
        first.containerInstanceArn);
}

TEST_CASE("an instance type cannot change, and an INACTIVE instance cannot come back") {
  TestWorld world;
  add_cluster(world, "one");
  auto request = registration("one");
  request.instanceIdentityDocument = identity("i-1", "m5.large");
  const auto first = *world.must(register_container_instance, request).containerInstance;
  request.containerInstanceArn = first.containerInstanceArn;
  request.instanceIdentityDocument = identity("i-1", "m5.xlarge");
  CHECK(text_of(world.refusal(register_container_instance, request)) ==
        "ClientException: Container instance type changes are not supported.");
  request.containerInstanceArn.reset();
  request.instanceIdentityDocument = identity("i-1", "m5.large");
  world.must(deregister_container_instance, leaving("one", *first.containerInstanceArn));
  CHECK(world.must(register_container_instance, request).containerInstance->containerInstanceArn !=
        first.containerInstanceArn);
  request.containerInstanceArn = first.containerInstanceArn;
  CHECK(world.refusal(register_container_instance, request).code == "InvalidParameterException");
}

TEST_CASE("another machine with the same id takes the place of the one that had it") {
  TestWorld world;
  add_cluster(world, "one");
  auto request = registration("one");
  request.instanceIdentityDocument = identity("i-1", "m5.large");
  const auto first = *world.must(register_container_instance, request).containerInstance;
  request.instanceIdentityDocument = identity("i-1", "m5.xlarge");
  const auto second = *world.must(register_container_instance, request).containerInstance;
  CHECK(second.containerInstanceArn != first.containerInstanceArn);
  api::ListContainerInstancesRequest list;
  list.cluster = "one";
  CHECK(world.must(list_container_instances, list).containerInstanceArns == Names{*second.containerInstanceArn});
}

TEST_CASE("a machine that joins another cluster leaves the one it was in, with its tasks") {
  TestWorld world;
  const auto one = add_cluster(world, "one");
  add_cluster(world, "two");
  auto request = registration("one");
  request.instanceIdentityDocument = identity("i-1");
  world.must(register_container_instance, request);
  const auto instance = *world.state.of(one).instances.begin();
  const auto task = add_task(world, one, add_definition(world, "web", kWeb), instance);
  request.cluster = "two";
  const auto moved = *world.must(register_container_instance, request).containerInstance;
  CHECK(moved.containerInstanceArn->starts_with(world.arn("container-instance/two/")));
  CHECK(world.state.get(instance).status == model::InstanceStatus::kInactive);
  CHECK(world.state.get(task).last_status == model::TaskStatus::kStopped);
  CHECK(world.state.get(task).stopped_reason == "Container instance deregistration forced by user");
}

}  // namespace
}  // namespace drydock::test
