// Task sets of services with an EXTERNAL deployment controller (spec/services.md section 10).
#include <algorithm>

#include "tests/unit/operations/services/service_fixture.hpp"

namespace drydock::test {
namespace {

using model::DeploymentTasks;
using model::TaskStatus;

const std::string kBad = "InvalidParameterException: ";

struct TaskSetWorld : ServiceWorld {
  TaskSetWorld() {
    ok("RegisterTaskDefinition", definition("web"));  // web:2
    add_instance("a", 40000, 40000);
  }

  static Json external(int desired) {
    return {{"serviceName", "web"}, {"desiredCount", desired}, {"deploymentController", {{"type", "EXTERNAL"}}}};
  }

  static Json body(const Json& more = Json::object()) {
    return with({{"cluster", "default"}, {"service", "web"}}, more);
  }
  static Json scale(double value) { return {{"value", value}, {"unit", "PERCENT"}}; }
  static Json web_set(const Json& more = Json::object()) { return with(body({{"taskDefinition", "web:1"}}), more); }

  Json create_set(const Json& more = Json::object()) { return ok("CreateTaskSet", web_set(more))["taskSet"]; }
  Json described(const std::string& set, const Json& more = Json::object()) {
    const Json answer = ok("DescribeTaskSets", with(body({{"taskSets", {set}}}), more));
    REQUIRE(answer["taskSets"].size() == 1);
    return answer["taskSets"][0];
  }
  Json scale_set(const std::string& set, double value) {
    return ok("UpdateTaskSet", body({{"taskSet", set}, {"scale", scale(value)}}))["taskSet"];
  }
  Json delete_set(const std::string& set, bool force = false) {
    return ok("DeleteTaskSet", body({{"taskSet", set}, {"force", force}}))["taskSet"];
  }
};

TEST_CASE("an EXTERNAL service runs nothing until it has a task set", "[operations][tasksets]") {
  TaskSetWorld world;
  const Json service = world.create(TaskSetWorld::external(3));
  CHECK(service["taskSets"] == Json::array());
  for (const char* member : {"taskDefinition", "launchType", "networkConfiguration", "currentServiceDeployment",
                             "currentServiceRevisions"}) {
    CAPTURE(member);
    CHECK_FALSE(service.contains(member));
  }
  world.settle();
  CHECK(world.state.task_count() == 0);
}

TEST_CASE("a CODE_DEPLOY service begins with a primary task set", "[operations][tasksets]") {
  TaskSetWorld world;
  const Json created = world.create(with(ServiceWorld::web(), {{"deploymentController", {{"type", "CODE_DEPLOY"}}},
                                                               {"desiredCount", 2},
                                                               {"loadBalancers", {ServiceWorld::balancer()}}}));
  CHECK(created["deployments"] == Json::array());
  REQUIRE(created["taskSets"].size() == 1);
  const Json& set = created["taskSets"][0];
  CHECK(set["status"] == "PRIMARY");
  CHECK(set["startedBy"] == "CODE_DEPLOY");
  CHECK(set["scale"] == Json{{"value", 100.0}, {"unit", "PERCENT"}});
  CHECK(set["computedDesiredCount"] == 2);
  CHECK(set["taskDefinition"] == created["taskDefinition"]);
  CHECK(set["loadBalancers"] == created["loadBalancers"]);
  CHECK_FALSE(set.contains("externalId"));
  world.settle();
  CHECK(world.state.task_count() == 2);
  CHECK(world.no("DeleteTaskSet", {{"service", "web"}, {"taskSet", set["id"]}}).starts_with("InvalidParameter"));
}

TEST_CASE("what CreateService leaves to task sets is refused", "[operations][tasksets]") {
  const std::vector<std::pair<const char*, Json>> rows = {
      {"TaskDefinition", {{"taskDefinition", "web"}}},
      {"LaunchType", {{"launchType", "EC2"}}},
      {"PlatformVersion", {{"platformVersion", "LATEST"}}},
      {"LoadBalancers", {{"loadBalancers", {ServiceWorld::balancer()}}}},
      {"ServiceRegistries", {{"serviceRegistries", {ServiceWorld::registry()}}}},
      {"NetworkConfiguration", {{"networkConfiguration", ServiceWorld::network()}}},
  };
  for (const auto& [what, more] : rows) {
    CAPTURE(what);
    TaskSetWorld world;
    CHECK(world.no("CreateService", with(TaskSetWorld::external(1), more)) ==
          kBad + std::string(what) + " must be blank");
  }
}

TEST_CASE("a task set is made ACTIVE, at no scale unless told", "[operations][tasksets]") {
  TaskSetWorld world;
  const Json service = world.create(TaskSetWorld::external(3));
  const Json set = world.create_set({{"externalId", "mine"}});
  const std::string id = set["id"];
  CHECK(id.size() == std::string("ecs-svc/").size() + 19);
  CHECK(set["taskSetArn"] == world.arn("task-set/default/web/" + id));
  CHECK(set["serviceArn"] == service["serviceArn"]);
  CHECK(set["clusterArn"] == service["clusterArn"]);
  CHECK(set["status"] == "ACTIVE");
  CHECK(set["externalId"] == "mine");
  CHECK(set["taskDefinition"] == world.arn("task-definition/web:1"));
  CHECK(set["scale"] == TaskSetWorld::scale(0));
  CHECK(set["computedDesiredCount"] == 0);
  CHECK(set["runningCount"] == 0);
  CHECK(set["pendingCount"] == 0);
  CHECK(set["launchType"] == "EC2");
  CHECK(set["loadBalancers"] == Json::array());
  CHECK(set["serviceRegistries"] == Json::array());
  CHECK(set["stabilityStatus"] == "STEADY_STATE");
  CHECK(set.contains("stabilityStatusAt"));
  CHECK(set.contains("createdAt"));
  CHECK(set.contains("updatedAt"));
  CHECK_FALSE(set.contains("startedBy"));
  CHECK_FALSE(set.contains("tags"));
  CHECK(world.service("web")["taskSets"].size() == 1);

  world.ok("DeleteTaskSet", TaskSetWorld::body({{"taskSet", id}}));
  const Json fargate = world.create_set({{"taskDefinition", "fargate"},
                                         {"launchType", "FARGATE"},
                                         {"networkConfiguration", ServiceWorld::network()},
                                         {"loadBalancers", {ServiceWorld::balancer()}},
                                         {"tags", {{{"key", "k"}, {"value", "v"}}}}});
  CHECK(fargate["launchType"] == "FARGATE");
  CHECK(fargate["platformVersion"] == "LATEST");
  CHECK(fargate["platformFamily"] == "Linux");
  CHECK(fargate["networkConfiguration"]["awsvpcConfiguration"]["assignPublicIp"] == "DISABLED");
  CHECK(fargate["loadBalancers"][0]["containerName"] == "app");
  CHECK(fargate["tags"][0]["key"] == "k");
}

TEST_CASE("the computed desired count is rounded up", "[operations][tasksets]") {
  struct Row {
    int desired;
    double scale;
    int computed;
  };
  const std::vector<Row> rows = {{10, 25, 3}, {3, 50, 2}, {1, 10, 1},  {3, 33.3, 1},    {7, 50, 4},
                                 {6, 20, 2},  {10, 0, 0}, {0, 100, 0}, {1000, 1.1, 11}, {100, 7, 7}};
  for (const Row& row : rows) {
    CAPTURE(row.desired, row.scale);
    TaskSetWorld world;
    world.create(TaskSetWorld::external(row.desired));
    CHECK(world.create_set({{"scale", TaskSetWorld::scale(row.scale)}})["computedDesiredCount"] == row.computed);
  }
}

TEST_CASE("tasks of each set follow its scale and the service's desired count", "[operations][tasksets]") {
  TaskSetWorld world;
  world.create(TaskSetWorld::external(4));
  const std::string blue = world.create_set({{"scale", TaskSetWorld::scale(100)}})["id"];
  const std::string green = world.create_set({{"taskDefinition", "web:2"}, {"scale", TaskSetWorld::scale(50)}})["id"];
  world.settle();
  CHECK(world.described(blue)["pendingCount"] == 4);
  CHECK(world.described(blue)["stabilityStatus"] == "STABILIZING");
  world.run("web");
  CHECK(world.described(blue)["runningCount"] == 4);
  CHECK(world.described(blue)["stabilityStatus"] == "STEADY_STATE");
  CHECK(world.described(green)["runningCount"] == 2);
  CHECK(world.service("web")["runningCount"] == 6);
  for (const model::TaskId id : world.tasks("web", &DeploymentTasks::healthy)) {
    const model::Task& task = world.state.get(id);
    CHECK(task.group == "service:web");
    CHECK((task.started_by == blue || task.started_by == green));
  }
  CHECK(world.events("web").back() == "has reached a steady state.");

  CHECK(world.scale_set(green, 100)["computedDesiredCount"] == 4);
  world.run("web");
  CHECK(world.described(green)["runningCount"] == 4);
  CHECK(world.scale_set(blue, 25)["computedDesiredCount"] == 1);
  CHECK(world.described(blue)["stabilityStatus"] == "STABILIZING");
  world.run("web");
  CHECK(world.described(blue)["runningCount"] == 1);

  const Json service = world.update({{"desiredCount", 2}});
  CHECK(service["taskSets"][0]["computedDesiredCount"] == 1);
  CHECK(service["taskSets"][1]["computedDesiredCount"] == 2);
  world.run("web");
  CHECK(world.described(green)["runningCount"] == 2);
  CHECK(world.service("web")["runningCount"] == 3);
}

TEST_CASE("a task of a set is replaced when it ends, and failed starts slow down", "[operations][tasksets]") {
  TaskSetWorld world;
  world.create(TaskSetWorld::external(1));
  const std::string id = world.create_set({{"scale", TaskSetWorld::scale(100)}})["id"];
  world.run("web");
  world.report(world.tasks("web", &DeploymentTasks::healthy).front(), TaskStatus::kStopped, 1);
  world.run("web");
  CHECK(world.described(id)["runningCount"] == 1);
  world.report(world.tasks("web", &DeploymentTasks::healthy).front(), TaskStatus::kStopped, 1);
  for (int i = 0; i < 3; ++i) {
    world.settle();
    for (const model::TaskId task : world.tasks("web", &DeploymentTasks::starting)) {
      world.report(task, TaskStatus::kStopped, std::nullopt, "CannotPullContainerError: no");
    }
  }
  world.settle();
  CHECK(world.tasks("web", &DeploymentTasks::starting).empty());
  world.clock.advance(std::chrono::seconds(2));
  world.run("web");
  CHECK(world.described(id)["runningCount"] == 1);
}

TEST_CASE("the service shows its primary task set's settings", "[operations][tasksets]") {
  TaskSetWorld world;
  world.create(TaskSetWorld::external(2));
  const std::string blue = world.create_set({{"scale", TaskSetWorld::scale(100)}})["id"];
  const std::string green = world.create_set({{"taskDefinition", "fargate"},
                                              {"launchType", "FARGATE"},
                                              {"networkConfiguration", ServiceWorld::network()},
                                              {"loadBalancers", {ServiceWorld::balancer()}}})["id"];
  const Json primary =
      world.ok("UpdateServicePrimaryTaskSet", TaskSetWorld::body({{"primaryTaskSet", blue}}))["taskSet"];
  CHECK(primary["status"] == "PRIMARY");
  CHECK(primary["id"] == blue);
  Json service = world.service("web");
  CHECK(service["taskDefinition"] == world.arn("task-definition/web:1"));
  CHECK(service["launchType"] == "EC2");
  const std::string arn = world.described(green)["taskSetArn"];
  world.ok("UpdateServicePrimaryTaskSet", TaskSetWorld::body({{"primaryTaskSet", arn}}));
  CHECK(world.described(blue)["status"] == "ACTIVE");
  CHECK(world.described(green)["status"] == "PRIMARY");
  service = world.service("web");
  CHECK(service["taskDefinition"] == world.arn("task-definition/fargate:1"));
  CHECK(service["launchType"] == "FARGATE");
  CHECK(service["platformVersion"] == "LATEST");
  CHECK(service["loadBalancers"].size() == 1);
  CHECK(service["networkConfiguration"]["awsvpcConfiguration"]["subnets"] == Json{"subnet-1"});
  world.update({{"desiredCount", 3}});
  CHECK(world.service("web")["taskDefinition"] == world.arn("task-definition/fargate:1"));
  world.delete_set(green, true);
  CHECK_FALSE(world.service("web").contains("taskDefinition"));
  CHECK(world.service("web")["loadBalancers"] == Json::array());
}

TEST_CASE("a deleted task set drains and disappears", "[operations][tasksets]") {
  TaskSetWorld world;
  world.create(TaskSetWorld::external(2));
  const std::string id = world.create_set({{"scale", TaskSetWorld::scale(100)}})["id"];
  world.run("web");
  CHECK(world.no("DeleteTaskSet", TaskSetWorld::body({{"taskSet", id}})).starts_with(kBad));
  world.scale_set(id, 0);
  world.ok("UpdateServicePrimaryTaskSet", TaskSetWorld::body({{"primaryTaskSet", id}}));
  CHECK(world.no("DeleteTaskSet", TaskSetWorld::body({{"taskSet", id}})).starts_with(kBad));
  const Json set = world.delete_set(id, true);
  CHECK(set["status"] == "DRAINING");
  CHECK(set["computedDesiredCount"] == 0);
  CHECK(world.delete_set(id)["status"] == "DRAINING");
  CHECK(world.no("UpdateTaskSet", TaskSetWorld::body({{"taskSet", id}, {"scale", TaskSetWorld::scale(1)}}))
            .starts_with(kBad));
  CHECK(world.no("UpdateServicePrimaryTaskSet", TaskSetWorld::body({{"primaryTaskSet", id}})).starts_with(kBad));
  world.settle();
  CHECK(world.described(id)["status"] == "DRAINING");
  world.run("web");
  world.settle();
  const Json gone = world.ok("DescribeTaskSets", TaskSetWorld::body({{"taskSets", {id}}}));
  CHECK(gone["taskSets"] == Json::array());
  CHECK(gone["failures"] == Json{{{"arn", world.arn("task-set/default/web/" + id)}, {"reason", "MISSING"}}});
  CHECK(world.no("UpdateTaskSet", TaskSetWorld::body({{"taskSet", id}, {"scale", TaskSetWorld::scale(1)}})) ==
        "TaskSetNotFoundException: The specified task set does not exist.");
}

TEST_CASE("deleting the service takes its task sets along, by force", "[operations][tasksets]") {
  TaskSetWorld world;
  world.create(TaskSetWorld::external(0));
  world.create_set();
  CHECK(world.no("DeleteService", {{"service", "web"}}).starts_with(kBad));
  CHECK(world.ok("DeleteService", {{"service", "web"}, {"force", true}})["service"]["status"] == "INACTIVE");
  CHECK(world.service("web")["taskSets"] == Json::array());

  TaskSetWorld running;
  running.create(TaskSetWorld::external(2));
  running.create_set({{"scale", TaskSetWorld::scale(100)}});
  running.run("web");
  CHECK(running.ok("DeleteService", {{"service", "web"}, {"force", true}})["service"]["status"] == "DRAINING");
  running.run("web");
  CHECK(running.service("web")["status"] == "INACTIVE");
  CHECK(running.service("web")["taskSets"] == Json::array());
}

TEST_CASE("what task set operations refuse", "[operations][tasksets]") {
  TaskSetWorld world;
  world.create(TaskSetWorld::external(2));
  world.create(with(ServiceWorld::web(), {{"serviceName", "rolling"}}));
  const Json base = TaskSetWorld::web_set();
  const std::vector<std::pair<Json, std::string>> rows = {
      {{{"service", "rolling"}},
       kBad + "Task sets are supported on services with an EXTERNAL deployment controller only."},
      {{{"service", "nobody"}}, "ServiceNotFoundException: Service not found."},
      {{{"cluster", "nowhere"}}, "ClusterNotFoundException: Cluster not found."},
      {{{"launchType", "EC2"}, {"platformVersion", "LATEST"}},
       kBad + "The platform version must be null when specifying an EC2 launch type."},
      {{{"loadBalancers", {ServiceWorld::balancer("other")}}},
       kBad + "The container other does not exist in the task definition."},
      {{{"loadBalancers", {ServiceWorld::balancer(), ServiceWorld::balancer()}}},
       kBad + "load balancers can have at most 1 items"},
      {{{"taskDefinition", "nothing"}}, "ClientException: TaskDefinition not found."},
      {{{"taskDefinition", "fargate"}, {"launchType", "FARGATE"}},
       kBad + "Network Configuration must be provided when networkMode 'awsvpc' is specified."},
      {{{"networkConfiguration", ServiceWorld::network()}},
       kBad + "Network Configuration is not valid for the given networkMode of this task definition."},
      {{{"launchType", "EC2"}, {"capacityProviderStrategy", {{{"capacityProvider", "FARGATE"}, {"weight", 1}}}}},
       kBad +
           "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again."},
      {{{"launchType", "CLOUD"}}, kBad + "launch type should be one of [EC2,FARGATE,EXTERNAL,FMI,MANAGED_INSTANCES]"},
      {{{"clientToken", std::string(37, 'x')}}, kBad + "idempotency token longer than 36."},
  };
  for (const auto& [change, refusal] : rows) {
    CAPTURE(change.dump());
    CHECK(world.no("CreateTaskSet", with(base, change)) == refusal);
  }
  CHECK(world.no("CreateTaskSet", with(base, {{"scale", TaskSetWorld::scale(101)}})).starts_with(kBad));
  CHECK(world.no("CreateTaskSet", with(base, {{"taskDefinition", nullptr}})).starts_with(kBad));
  for (int i = 0; i < 5; ++i) world.create_set();
  CHECK(world.no("CreateTaskSet", base).starts_with("LimitExceededException: "));
  const std::string unknown = "ecs-svc/0000000000000000001";
  const std::string missing = "TaskSetNotFoundException: The specified task set does not exist.";
  CHECK(world.no("UpdateTaskSet", TaskSetWorld::body({{"taskSet", unknown}, {"scale", TaskSetWorld::scale(1)}})) ==
        missing);
  CHECK(world.no("DeleteTaskSet", TaskSetWorld::body({{"taskSet", unknown}})) == missing);
  CHECK(world.no("UpdateServicePrimaryTaskSet", TaskSetWorld::body({{"primaryTaskSet", unknown}})) == missing);
  CHECK(world.no("DescribeTaskSets", TaskSetWorld::body({{"taskSets", {world.arn("cluster/default")}}})) ==
        kBad + "Invalid identifier: Unexpected number of separators");
  CHECK(world.ok("DescribeTaskSets", TaskSetWorld::body())["taskSets"].size() == 5);
  world.ok("DeleteService", {{"service", "web"}, {"force", true}});
  CHECK(world.no("CreateTaskSet", base) == "ServiceNotActiveException: Service was not ACTIVE.");
  CHECK(world.no("DescribeTaskSets", TaskSetWorld::body()) == "ServiceNotActiveException: Service was not ACTIVE.");
}

TEST_CASE("the same token makes the same task set", "[operations][tasksets]") {
  TaskSetWorld world;
  world.create(TaskSetWorld::external(2));
  const std::string id = world.create_set({{"clientToken", "t"}})["id"];
  CHECK(world.create_set({{"clientToken", "t"}})["id"] == id);
  CHECK(world.create_set({{"clientToken", "u"}})["id"] != id);
  CHECK(world.create_set()["id"] != world.create_set()["id"]);
}

TEST_CASE("task sets have tags", "[operations][tasksets][tags]") {
  TaskSetWorld world;
  world.create(TaskSetWorld::external(2));
  const Json set = world.create_set({{"tags", {{{"key", "k"}, {"value", "v"}}}}});
  const std::string arn = set["taskSetArn"];
  world.ok("TagResource", {{"resourceArn", arn}, {"tags", {{{"key", "l"}, {"value", "w"}}}}});
  world.ok("UntagResource", {{"resourceArn", arn}, {"tagKeys", {"k"}}});
  const Json tags = {{{"key", "l"}, {"value", "w"}}};
  CHECK(world.ok("ListTagsForResource", {{"resourceArn", arn}})["tags"] == tags);
  CHECK_FALSE(world.described(set["id"]).contains("tags"));
  CHECK(world.described(set["id"], {{"include", {"TAGS"}}})["tags"] == tags);
  CHECK(world.no("ListTagsForResource", {{"resourceArn", world.arn("task-set/default/web/ecs-svc/1")}})
            .starts_with("ResourceNotFoundException: "));
}

TEST_CASE("ListServicesByNamespace lists across clusters", "[operations][services]") {
  ServiceWorld world;
  const Json connect = {{"serviceConnectConfiguration", {{"enabled", true}, {"namespace", "inner"}}}};
  world.ok("CreateCluster", {{"clusterName", "other"}, {"serviceConnectDefaults", {{"namespace", "outer"}}}});
  for (int i = 0; i < 11; ++i) {
    world.create(with(with(ServiceWorld::web(), connect), {{"serviceName", "s" + std::to_string(10 + i)}}));
  }
  world.create(with(with(ServiceWorld::web(), connect), {{"cluster", "other"}}));
  world.create(with(ServiceWorld::web(), {{"serviceName", "plain"}}));
  world.create(
      with(ServiceWorld::web(),
           {{"cluster", "other"}, {"serviceName", "default"}, {"serviceConnectConfiguration", {{"enabled", true}}}}));
  Json page = world.ok("ListServicesByNamespace", {{"namespace", "inner"}});
  CHECK(page["serviceArns"].size() == 10);
  page = world.ok("ListServicesByNamespace", {{"namespace", "inner"}, {"nextToken", page["nextToken"]}});
  CHECK(page["serviceArns"] == Json{world.arn("service/default/s20"), world.arn("service/other/web")});
  CHECK_FALSE(page.contains("nextToken"));
  page = world.ok("ListServicesByNamespace", {{"namespace", "outer"}});
  CHECK(page["serviceArns"] == Json{world.arn("service/other/default")});
  CHECK(world.no("ListServicesByNamespace", {{"namespace", "nowhere"}}).starts_with("NamespaceNotFoundException: "));
  CHECK(world.no("ListServicesByNamespace", {{"namespace", "inner"}, {"nextToken", "x"}}) == kBad + "Invalid token.");
  CHECK(world.no("ListServicesByNamespace", {{"namespace", "inner"}, {"maxResults", 0}}).starts_with(kBad));
  world.ok("DeleteService", {{"cluster", "other"}, {"service", "default"}, {"force", true}});
  CHECK(world.ok("ListServicesByNamespace", {{"namespace", "outer"}})["serviceArns"] == Json::array());
}

}  // namespace
}  // namespace drydock::test
