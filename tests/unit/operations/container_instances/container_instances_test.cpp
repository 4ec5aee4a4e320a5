#include "server/operations/container_instances/container_instances.hpp"

#include "server/operations/container_instances/instance_session.hpp"
#include "tests/unit/operations/instances.hpp"

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
  list.filter = "attribute:a ==";
  CHECK(text_of(world.refusal(list_container_instances, list)) ==
        "InvalidParameterException: Invalid filter: a value is missing at position 15.");
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
