// Tasks and services on managed instances: a strategy names the provider, instances say that they belong to it.

#include "tests/unit/operations/capacity_providers/provider_fixture.hpp"

using namespace drydock;
using namespace drydock::test;

namespace {

struct ManagedWorld : ProviderWorld {
  ManagedWorld() {
    ok("CreateCapacityProvider", managed("mi"));
    make("group");
    settle();
    associate({"group"});
    ok("RegisterTaskDefinition", definition("app", "awsvpc"));
  }

  static Json definition(const std::string& family, const std::string& mode) {
    return {{"family", family},
            {"networkMode", mode},
            {"containerDefinitions", {{{"name", "app"}, {"image", "busybox"}, {"memory", 64}}}}};
  }
  static Json on(const Json& strategy) {
    return {{"taskDefinition", "app"},
            {"capacityProviderStrategy", strategy},
            {"networkConfiguration", {{"awsvpcConfiguration", {{"subnets", {"subnet-1"}}}}}}};
  }
};

}  // namespace

TEST_CASE("RunTask places on the instances of the managed provider only", "[capacity][managed]") {
  ManagedWorld world;
  const auto own = world.add_instance_of("mi");
  world.add_instance("b");
  const Json answer = world.ok("RunTask", with(ManagedWorld::on(list_of(strategy_item("mi", 1))), {{"count", 3}}));
  CHECK(answer["failures"].empty());
  REQUIRE(answer["tasks"].size() == 3);
  for (const Json& task : answer["tasks"]) {
    CHECK(task["launchType"] == "MANAGED_INSTANCES");
    CHECK(task["capacityProviderName"] == "mi");
    CHECK(task["containerInstanceArn"] == model::arn_of(world.state, world.state.get(own)));
    CHECK_FALSE(task.contains("platformVersion"));
  }
  const Json cluster = world.ok("DescribeClusters", {{"clusters", {"default"}}, {"include", {"STATISTICS"}}});
  const Json& statistics = cluster["clusters"][0]["statistics"];
  CHECK(std::ranges::any_of(statistics, [](const Json& one) {
    return one == Json({{"name", "pendingManagedInstancesTasksCount"}, {"value", "3"}});
  }));
}

TEST_CASE("A service runs on managed instances and counts as one", "[capacity][managed]") {
  ManagedWorld world;
  world.add_instance_of("mi");
  world.ok("CreateService",
           with(ManagedWorld::on(list_of(strategy_item("mi", 1))), {{"serviceName", "web"}, {"desiredCount", 2}}));
  world.run("web");
  CHECK(world.service("web")["runningCount"] == 2);
  CHECK(world.service("web")["capacityProviderStrategy"][0]["capacityProvider"] == "mi");
  const Json cluster = world.ok("DescribeClusters", {{"clusters", {"default"}}, {"include", {"STATISTICS"}}});
  CHECK(std::ranges::any_of(cluster["clusters"][0]["statistics"], [](const Json& one) {
    return one == Json({{"name", "activeManagedInstancesServiceCount"}, {"value", "1"}});
  }));
}

TEST_CASE("A strategy is of one kind of provider, and the launch type alone is not enough", "[capacity][managed]") {
  ManagedWorld world;
  world.add_instance_of("mi");
  CHECK(world.no("RunTask", ManagedWorld::on({strategy_item("mi", 1), strategy_item("group", 1)})) ==
        "InvalidParameterException: The specified capacity provider strategy cannot contain both managed instances and "
        "Auto Scaling group capacity providers.");
  Json named = ManagedWorld::on(Json::array());
  named["launchType"] = "MANAGED_INSTANCES";
  CHECK(world.no("RunTask", named).starts_with("UnsupportedFeatureException: "));
}

TEST_CASE("A task definition in bridge mode cannot run on managed instances", "[capacity][managed]") {
  ManagedWorld world;
  world.add_instance_of("mi");
  world.ok("RegisterTaskDefinition", ManagedWorld::definition("bridged", "bridge"));
  CHECK(world.no("RunTask", {{"taskDefinition", "bridged"}, {"capacityProviderStrategy", {strategy_item("mi", 1)}}}) ==
        "InvalidParameterException: Task definition does not support launch_type MANAGED_INSTANCES.");
}
