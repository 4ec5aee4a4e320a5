#include "server/operations/container_instances.hpp"

#include "server/operations/instance_session.hpp"
#include "tests/unit/operations/entities.hpp"

namespace drydock::test {
namespace {

using namespace operations;

using Names = std::vector<std::string>;

const char* const kWeb = R"([
  {"name":"c1","image":"i","cpu":256,"memory":512,"memoryReservation":128},
  {"name":"c2","image":"i","memory":256}])";
const char* const kPorts = R"([{"name":"c","image":"i","memory":64,"portMappings":[
  {"containerPort":80,"hostPort":80,"protocol":"tcp"},{"containerPort":53,"hostPort":53,"protocol":"udp"}]}])";

api::ContainerInstance describe(TestWorld& world, const std::string& cluster, model::InstanceId id,
                                Names include = {}) {
  api::DescribeContainerInstancesRequest request;
  request.cluster = cluster;
  request.containerInstances = Names{model::to_hex(world.state.get(id).uuid)};
  request.include = std::move(include);
  const auto response = world.must(describe_container_instances, request);
  REQUIRE(response.containerInstances->size() == 1);
  return response.containerInstances->front();
}

std::string arn_of(const TestWorld& world, model::InstanceId id) {
  return model::arn_of(world.state, world.state.get(id));
}

const api::Resource& resource(const std::optional<std::vector<api::Resource>>& all, const std::string& name) {
  for (const api::Resource& one : *all) {
    if (one.name == name) return one;
  }
  FAIL("no resource " + name);
  return all->front();
}

std::string value_of(const api::ContainerInstance& instance, const std::string& name) {
  for (const api::Attribute& one : *instance.attributes) {
    if (one.name == name) return one.value.value_or("(no value)");
  }
  return "(absent)";
}

api::DeregisterContainerInstanceRequest leaving(const std::string& cluster, const std::string& instance,
                                                bool force = false) {
  api::DeregisterContainerInstanceRequest request;
  request.cluster = cluster;
  request.containerInstance = instance;
  if (force) request.force = true;
  return request;
}

api::UpdateContainerInstancesStateRequest state_change(const std::string& cluster, Names instances,
                                                       const std::string& status) {
  api::UpdateContainerInstancesStateRequest request;
  request.cluster = cluster;
  request.containerInstances = std::move(instances);
  request.status = status;
  return request;
}

std::string identity(const std::string& id, const std::string& type = "m5.large") {
  return R"({"instanceId":")" + id + R"(","instanceType":")" + type +
         R"(","availabilityZone":"eu-west-1c","imageId":"ami-1","region":"eu-west-1"})";
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

TEST_CASE("remaining CPU and memory shrink by what tasks reserve, reservation before limit") {
  TestWorld world;
  const auto cluster = add_cluster(world, "one");
  const auto instance = add_instance(world, "one", 2048, 3767);
  const auto definition = add_definition(world, "web", kWeb);
  std::vector<model::TaskId> tasks;
  for (int i = 0; i < 8; ++i) tasks.push_back(add_task(world, cluster, definition, instance));
  api::ContainerInstance shown = describe(world, "one", instance);
  CHECK(resource(shown.remainingResources, "CPU").integerValue == 0);
  CHECK(resource(shown.remainingResources, "MEMORY").integerValue == 3767 - 8 * 384);
  CHECK(resource(shown.registeredResources, "CPU").integerValue == 2048);
  CHECK(shown.pendingTasksCount == 8);
  report(world, tasks[0], model::TaskStatus::kRunning);
  report(world, tasks[1], model::TaskStatus::kStopped);
  shown = describe(world, "one", instance);
  CHECK(resource(shown.remainingResources, "CPU").integerValue == 256);
  CHECK(resource(shown.remainingResources, "MEMORY").integerValue == 3767 - 7 * 384);
  CHECK(shown.runningTasksCount == 1);
  CHECK(shown.pendingTasksCount == 6);
}

TEST_CASE("remaining ports list the reserved ones and those of tasks, TCP and UDP apart") {
  TestWorld world;
  const auto cluster = add_cluster(world, "one");
  const auto instance = add_instance(world, "one");
  const auto task = add_task(world, cluster, add_definition(world, "dns", kPorts), instance);
  const api::ContainerInstance shown = describe(world, "one", instance);
  CHECK(resource(shown.remainingResources, "PORTS").stringSetValue ==
        Names{"22", "2375", "2376", "51678", "51679", "80"});
  CHECK(resource(shown.remainingResources, "PORTS_UDP").stringSetValue == Names{"53"});
  CHECK(resource(shown.registeredResources, "PORTS").stringSetValue == Names{"22", "2375", "2376", "51678", "51679"});
  CHECK(resource(shown.registeredResources, "PORTS_UDP").stringSetValue == Names{});
  report(world, task, model::TaskStatus::kStopped);
  CHECK(resource(describe(world, "one", instance).remainingResources, "PORTS_UDP").stringSetValue == Names{});
}

TEST_CASE("DescribeContainerInstances shows tags and health only when asked, and unknown instances as failures") {
  TestWorld world;
  add_cluster(world, "one");
  auto request = registration("one");
  request.tags = {tag("a", "1")};
  const auto arn = *world.must(register_container_instance, request).containerInstance->containerInstanceArn;
  api::DescribeContainerInstancesRequest ask;
  ask.cluster = "one";
  const std::string unknown(32, 'a');
  ask.containerInstances = Names{arn, unknown, arn, arn.substr(arn.rfind('/') + 1), unknown};
  auto answer = world.must(describe_container_instances, ask);
  REQUIRE(answer.containerInstances->size() == 1);
  CHECK(answer.containerInstances->front().tags->empty());
  CHECK_FALSE(answer.containerInstances->front().healthStatus);
  REQUIRE(answer.failures->size() == 1);
  CHECK(answer.failures->front().arn == world.arn("container-instance/one/" + unknown));
  CHECK(answer.failures->front().reason == "MISSING");
  ask.include = Names{"TAGS", "CONTAINER_INSTANCE_HEALTH"};
  answer = world.must(describe_container_instances, ask);
  CHECK(answer.containerInstances->front().tags == request.tags);
  CHECK(answer.containerInstances->front().healthStatus->overallStatus == "INSUFFICIENT_DATA");
}

TEST_CASE("DescribeContainerInstances refuses empty lists and malformed identifiers") {
  TestWorld world;
  add_cluster(world, "one");
  add_cluster(world, "two");
  api::DescribeContainerInstancesRequest ask;
  ask.cluster = "one";
  ask.containerInstances = Names{};
  CHECK(text_of(world.refusal(describe_container_instances, ask)) ==
        "ClientException: Container Instances cannot be empty.");
  ask.containerInstances = Names{"a/b/c"};
  CHECK(text_of(world.refusal(describe_container_instances, ask)) ==
        "InvalidParameterException: Invalid identifier: Unexpected number of separators");
  ask.containerInstances = Names{"abc"};
  CHECK(world.refusal(describe_container_instances, ask).code == "InvalidParameterException");
  ask.containerInstances = Names{world.arn("container-instance/two/" + std::string(32, 'a'))};
  CHECK(text_of(world.refusal(describe_container_instances, ask)) ==
        "InvalidParameterException: Invalid identifier: Identifier is for two. Your cluster is one");
  ask.cluster = "three";
  CHECK(text_of(world.refusal(describe_container_instances, ask)) == "ClusterNotFoundException: Cluster not found.");
}

TEST_CASE("DeregisterContainerInstance without force needs an instance without tasks") {
  TestWorld world;
  const auto cluster = add_cluster(world, "one");
  const auto instance = add_instance(world, "one");
  const auto task = add_task(world, cluster, add_definition(world, "web", kWeb), instance);
  CHECK(text_of(world.refusal(deregister_container_instance, leaving("one", arn_of(world, instance)))) ==
        "InvalidParameterException: Found running tasks on the instance.");
  report(world, task, model::TaskStatus::kStopped);
  const auto answer = world.must(deregister_container_instance, leaving("one", arn_of(world, instance)));
  CHECK(answer.containerInstance->status == "INACTIVE");
  CHECK(answer.containerInstance->agentConnected == false);
}

TEST_CASE("DeregisterContainerInstance with force loses the tasks and says why") {
  TestWorld world;
  const auto cluster = add_cluster(world, "one");
  const auto instance = add_instance(world, "one");
  const auto definition = add_definition(world, "web", kWeb);
  const auto pending = add_task(world, cluster, definition, instance);
  const auto running = add_task(world, cluster, definition, instance);
  report(world, running, model::TaskStatus::kRunning);
  const auto answer = world.must(deregister_container_instance, leaving("one", arn_of(world, instance), true));
  CHECK(answer.containerInstance->status == "INACTIVE");
  CHECK(answer.containerInstance->runningTasksCount == 0);
  CHECK(resource(answer.containerInstance->remainingResources, "CPU").integerValue == 2048);
  for (const auto id : {pending, running}) {
    const model::Task& task = world.state.get(id);
    CHECK(task.last_status == model::TaskStatus::kStopped);
    CHECK(task.stop_code == model::StopCode::kUserInitiated);
    CHECK(task.stopped_reason == "Container instance deregistration forced by user");
  }
  CHECK(world.state.of(cluster).registered_instances == 0);
}

TEST_CASE("a deregistered instance is describable as INACTIVE, not listed, and deregistering it again returns it") {
  TestWorld world;
  add_cluster(world, "one");
  const auto instance = add_instance(world, "one");
  world.must(deregister_container_instance, leaving("one", arn_of(world, instance)));
  CHECK(describe(world, "one", instance).status == "INACTIVE");
  api::ListContainerInstancesRequest list;
  list.cluster = "one";
  CHECK(world.must(list_container_instances, list).containerInstanceArns == Names{});
  const auto again = world.must(deregister_container_instance, leaving("one", arn_of(world, instance)));
  CHECK(again.containerInstance->status == "INACTIVE");
  CHECK(text_of(world.refusal(deregister_container_instance, leaving("one", std::string(32, 'a')))) ==
        "InvalidParameterException: The referenced container instance was not found.");
  CHECK(text_of(world.refusal(deregister_container_instance, leaving("two", std::string(32, 'a')))) ==
        "ClusterNotFoundException: Cluster not found.");
}

TEST_CASE("ListContainerInstances gives pages in order of registration, by status when asked") {
  TestWorld world;
  add_cluster(world, "one");
  Names arns;
  for (int i = 0; i < 5; ++i) arns.push_back(arn_of(world, add_instance(world, "one")));
  world.must(update_container_instances_state, state_change("one", {arns[1], arns[3]}, "DRAINING"));
  api::ListContainerInstancesRequest list;
  list.cluster = "one";
  CHECK(world.must(list_container_instances, list).containerInstanceArns == arns);
  list.status = "DRAINING";
  CHECK(world.must(list_container_instances, list).containerInstanceArns == Names{arns[1], arns[3]});
  list.status = "ACTIVE";
  list.maxResults = 2;
  auto page = world.must(list_container_instances, list);
  CHECK(page.containerInstanceArns == Names{arns[0], arns[2]});
  REQUIRE(page.nextToken);
  list.nextToken = page.nextToken;
  page = world.must(list_container_instances, list);
  CHECK(page.containerInstanceArns == Names{arns[4]});
  CHECK_FALSE(page.nextToken);
  list.status = "REGISTERING";
  CHECK(text_of(world.refusal(list_container_instances, list)) == "InvalidParameterException: Invalid token.");
  list.nextToken.reset();
  CHECK(world.must(list_container_instances, list).containerInstanceArns == Names{});
}

TEST_CASE("ListContainerInstances refuses what it cannot answer") {
  TestWorld world;
  add_cluster(world, "one");
  api::ListContainerInstancesRequest list;
  list.cluster = "one";
  list.filter = "runningTasksCount == 0";
  CHECK(world.refusal(list_container_instances, list).code == "UnsupportedFeatureException");
  list.filter.reset();
  list.maxResults = 101;
  CHECK(world.refusal(list_container_instances, list).code == "InvalidParameterException");
  list.maxResults.reset();
  list.cluster = "two";
  CHECK(text_of(world.refusal(list_container_instances, list)) == "ClusterNotFoundException: Cluster not found.");
  api::DeleteClusterRequest deletion;
  deletion.cluster = list.cluster = "one";
  world.must(delete_cluster, deletion);
  CHECK(text_of(world.refusal(list_container_instances, list)) ==
        "ClientException: The referenced cluster was inactive.");
}

TEST_CASE("UpdateContainerInstancesState drains instances and takes them back") {
  TestWorld world;
  const auto cluster = add_cluster(world, "one");
  const auto instance = add_instance(world, "one");
  const auto gone = add_instance(world, "one");
  world.must(deregister_container_instance, leaving("one", arn_of(world, gone)));
  const std::string unknown(32, 'a');
  const Names all{arn_of(world, instance), unknown, arn_of(world, gone)};
  auto answer = world.must(update_container_instances_state, state_change("one", all, "DRAINING"));
  REQUIRE(answer.containerInstances->size() == 1);
  CHECK(answer.containerInstances->front().status == "DRAINING");
  CHECK(answer.containerInstances->front().version == 2);
  REQUIRE(answer.failures->size() == 2);
  CHECK(answer.failures->at(0).arn == world.arn("container-instance/one/" + unknown));
  CHECK(answer.failures->at(0).reason == "MISSING");
  CHECK(answer.failures->at(1).reason == "INACTIVE");
  CHECK(world.state.of(cluster).draining.contains(instance));
  answer = world.must(update_container_instances_state, state_change("one", {all[0], all[0]}, "DRAINING"));
  CHECK(answer.containerInstances->size() == 1);
  CHECK(answer.containerInstances->front().version == 2);
  answer = world.must(update_container_instances_state, state_change("one", {all[0]}, "ACTIVE"));
  CHECK(answer.containerInstances->front().status == "ACTIVE");
  CHECK(world.state.of(cluster).draining.empty());
}

TEST_CASE("UpdateContainerInstancesState knows ACTIVE and DRAINING only") {
  TestWorld world;
  add_cluster(world, "one");
  CHECK(text_of(world.refusal(update_container_instances_state,
                              state_change("one", {std::string(32, 'a')}, "DEREGISTERING"))) ==
        "InvalidParameterException: Container instance status should be one of [ACTIVE, DRAINING]");
  CHECK(text_of(world.refusal(update_container_instances_state, state_change("one", {}, "ACTIVE"))) ==
        "InvalidParameterException: Container Instances cannot be empty.");
  CHECK(
      text_of(world.refusal(update_container_instances_state, state_change("two", {std::string(32, 'a')}, "ACTIVE"))) ==
      "ClusterNotFoundException: Cluster not found.");
}

TEST_CASE("an agent's session sets agentConnected and the connectivity of its tasks, and nothing else") {
  TestWorld world;
  const auto cluster = add_cluster(world, "one");
  const auto instance = add_instance(world, "one");
  const auto task = add_task(world, cluster, add_definition(world, "web", kWeb), instance);
  report(world, task, model::TaskStatus::kRunning);
  const auto connect = [&](bool connected) {
    world.edit([&](model::Transaction& tx) { set_agent_connected(tx, instance, connected); });
  };
  connect(true);
  connect(true);
  CHECK(describe(world, "one", instance, {"CONTAINER_INSTANCE_HEALTH"}).healthStatus->overallStatus == "OK");
  CHECK(world.state.get(instance).version == 2);
  CHECK(world.state.get(task).connected);
  connect(false);
  CHECK(describe(world, "one", instance).agentConnected == false);
  CHECK(world.state.get(instance).version == 3);
  CHECK_FALSE(world.state.get(task).connected);
  CHECK(world.state.get(task).last_status == model::TaskStatus::kRunning);
  world.must(deregister_container_instance, leaving("one", arn_of(world, instance), true));
  connect(true);
  CHECK_FALSE(world.state.get(instance).agent_connected);
}

TEST_CASE("operations on container instances are all or nothing") {
  TestWorld world;
  const auto one = add_cluster(world, "one");
  add_cluster(world, "two");
  auto request = registration("one");
  request.instanceIdentityDocument = identity("i-1");
  CHECK(check_atomic(world, register_container_instance, request) == 1);
  // Each run that is taken back used an id: the one that stayed is found through its machine.
  const auto instance = *world.state.instances_on("i-1").begin();
  const auto definition = add_definition(world, "web", kWeb);
  for (int i = 0; i < 3; ++i) add_task(world, one, definition, instance);
  const std::string arn = arn_of(world, instance);
  CHECK(check_atomic(world, update_container_instances_state, state_change("one", {arn}, "DRAINING")) == 1);
  request.cluster = "two";
  CHECK(check_atomic(world, register_container_instance, request) >= 5);
  CHECK(world.state.get(instance).status == model::InstanceStatus::kInactive);
  const auto moved = *world.state.instances_on("i-1").begin();
  const auto two = world.state.get(moved).cluster;
  for (int i = 0; i < 3; ++i) report(world, add_task(world, two, definition, moved), model::TaskStatus::kRunning);
  CHECK(check_atomic(world, deregister_container_instance, leaving("two", arn_of(world, moved), true)) >= 4);
}

}  // namespace
}  // namespace drydock::test
