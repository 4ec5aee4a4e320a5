// DescribeServices and ListServices.
#include "tests/unit/operations/services/service_fixture.hpp"

namespace drydock::test {
namespace {

const std::string kBad = "InvalidParameterException: ";

Json named(const std::string& name) { return with(ServiceWorld::web(), {{"serviceName", name}}); }

TEST_CASE("DescribeServices follows the request's order and shows each service once", "[operations][services]") {
  ServiceWorld world;
  world.create(named("b"));
  world.create(named("a"));
  const Json answer = world.ok(
      "DescribeServices",
      {{"services",
        {"b", world.arn("service/default/a"), "x", "a", world.arn("service/b"), "x", world.arn("service/default/x")}}});
  REQUIRE(answer["services"].size() == 2);
  CHECK(answer["services"][0]["serviceName"] == "b");
  CHECK(answer["services"][1]["serviceName"] == "a");
  const Json missing = {{"arn", world.arn("service/default/x")}, {"reason", "MISSING"}};
  CHECK(answer["failures"] == Json::array({missing}));
}

TEST_CASE("DescribeServices always has both lists", "[operations][services]") {
  ServiceWorld world;
  const Json answer = world.ok("DescribeServices", {{"services", {"x"}}});
  CHECK(answer["services"] == Json::array());
  CHECK(answer["failures"].size() == 1);
}

TEST_CASE("DescribeServices refuses bad lists and identifiers", "[operations][services]") {
  ServiceWorld world;
  CHECK(world.no("DescribeServices", {{"services", Json::array()}}) == kBad + "Services cannot be empty.");
  CHECK(world.no("DescribeServices", {{"services", Json(11, "x")}}) == kBad + "services can have at most 10 items");
  CHECK(world.no("DescribeServices", {{"services", {"x"}}, {"cluster", "nowhere"}}) ==
        "ClusterNotFoundException: Cluster not found.");
  CHECK(world.no("DescribeServices", {{"services", {"a/b"}}}) ==
        kBad + "Invalid identifier: Unexpected number of separators");
  CHECK(world.no("DescribeServices", {{"services", {world.arn("service/other/x")}}}) ==
        kBad + "Invalid identifier: Identifier is for other. Your cluster is default");
  CHECK(world.no("DescribeServices", {{"services", {"x"}}, {"include", {"EVERYTHING"}}}) ==
        kBad + "include should be one of [TAGS]");
}

TEST_CASE("an ARN of another account names nothing here", "[operations][services]") {
  ServiceWorld world;
  world.create(ServiceWorld::web());
  const std::string foreign = "arn:aws:ecs:eu-west-1:999999999999:service/default/web";
  const Json answer = world.ok("DescribeServices", {{"services", {foreign}}});
  CHECK(answer["services"] == Json::array());
  CHECK(answer["failures"][0]["arn"] == foreign);
}

TEST_CASE("tags are shown when asked for", "[operations][services]") {
  ServiceWorld world;
  world.create(with(ServiceWorld::web(), {{"tags", {{{"key", "team"}, {"value", "blue"}}}}}));
  world.create(named("bare"));
  CHECK_FALSE(world.service("web").contains("tags"));
  CHECK(world.service("web", {"TAGS"})["tags"][0]["key"] == "team");
  CHECK(world.service("bare", {"TAGS"})["tags"] == Json::array());
}

TEST_CASE("counts follow the tasks, for the service and for each deployment", "[operations][services]") {
  ServiceWorld world;
  world.add_instance("a");
  world.create(with(ServiceWorld::web(), {{"desiredCount", 3}}));
  world.settle();
  Json service = world.service("web");
  CHECK(service["pendingCount"] == 3);
  CHECK(service["runningCount"] == 0);
  CHECK(service["deployments"][0]["pendingCount"] == 3);
  const auto starting = world.tasks("web", &model::DeploymentTasks::starting);
  world.report(starting[0], model::TaskStatus::kRunning);
  service = world.service("web");
  CHECK(service["pendingCount"] == 2);
  CHECK(service["runningCount"] == 1);
  CHECK(service["deployments"][0]["pendingCount"] == 2);
  CHECK(service["deployments"][0]["runningCount"] == 1);
}

TEST_CASE("events are shown newest first and at most a hundred", "[operations][services]") {
  ServiceWorld world;
  world.add_instance("a");
  world.create(ServiceWorld::web());
  for (int i = 0; i < 60; ++i) {
    world.update({{"desiredCount", i % 2}});
    world.clock.advance(std::chrono::seconds(1));
    world.run("web");
  }
  const Json events = world.service("web")["events"];
  REQUIRE(events.size() == 100);
  for (std::size_t i = 1; i < events.size(); ++i) {
    CHECK(events[i - 1]["createdAt"].get<double>() >= events[i]["createdAt"].get<double>());
  }
  CHECK(events[0]["message"] == "(service web) has reached a steady state.");
  CHECK(events[0]["id"].get<std::string>().size() == 36);
}

TEST_CASE("ListServices names ACTIVE services by tens", "[operations][services]") {
  ServiceWorld world;
  for (int i = 10; i < 33; ++i) world.create(with(named("s" + std::to_string(i)), {{"desiredCount", 0}}));
  world.ok("DeleteService", {{"service", "s20"}});
  std::vector<std::string> seen;
  Json request = Json::object();
  std::vector<std::size_t> pages;
  while (true) {
    const Json answer = world.ok("ListServices", request);
    pages.push_back(answer["serviceArns"].size());
    for (const auto& arn : answer["serviceArns"]) seen.push_back(arn);
    if (!answer.contains("nextToken")) break;
    request["nextToken"] = answer["nextToken"];
  }
  CHECK(pages == std::vector<std::size_t>{10, 10, 2});
  CHECK(std::set<std::string>(seen.begin(), seen.end()).size() == 22);
  CHECK(std::ranges::find(seen, world.arn("service/default/s20")) == seen.end());
  CHECK(world.ok("ListServices", {{"maxResults", 100}})["serviceArns"].size() == 22);
  CHECK(world.no("ListServices", {{"nextToken", "nonsense"}}) == kBad + "Invalid token.");
  CHECK(world.no("ListServices", {{"cluster", "nowhere"}}) == "ClusterNotFoundException: Cluster not found.");
}

TEST_CASE("ListServices filters by launch type, scheduling strategy and management", "[operations][services]") {
  ServiceWorld world;
  world.create(named("ec2"));
  world.create(with(ServiceWorld::fargate(), {{"serviceName", "fargate"}}));
  world.create({{"serviceName", "daemon"}, {"taskDefinition", "web"}, {"schedulingStrategy", "DAEMON"}});
  const auto list = [&](const Json& filter) { return world.ok("ListServices", filter)["serviceArns"]; };
  const auto arns = [&](const std::vector<std::string>& names) {
    Json all = Json::array();
    for (const std::string& name : names) all.push_back(world.arn("service/default/" + name));
    return all;
  };
  CHECK(list(Json::object()) == arns({"daemon", "ec2", "fargate"}));
  CHECK(list({{"launchType", "FARGATE"}}) == arns({"fargate"}));
  CHECK(list({{"launchType", "EC2"}, {"schedulingStrategy", "REPLICA"}}) == arns({"ec2"}));
  CHECK(list({{"schedulingStrategy", "DAEMON"}}) == arns({"daemon"}));
  CHECK(list({{"resourceManagementType", "CUSTOMER"}}).size() == 3);
  CHECK(list({{"resourceManagementType", "ECS"}}) == Json::array());
  CHECK(world.no("ListServices", {{"launchType", "MOON"}}) ==
        kBad + "launch type should be one of [EC2,FARGATE,EXTERNAL,FMI,MANAGED_INSTANCES]");
  CHECK(world.no("ListServices", {{"schedulingStrategy", "OFTEN"}}) ==
        kBad + "Scheduling strategy should be one of [REPLICA,DAEMON]");
}

}  // namespace
}  // namespace drydock::test
