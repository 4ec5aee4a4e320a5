// Services with placement constraints and strategies (spec/placement.md sections 4 and 5, spec/services.md sections 7,
// 12 and 13.2).
#include <algorithm>

#include "tests/unit/operations/placement_fixture.hpp"

namespace drydock::test {
namespace {

using Load = std::vector<std::size_t>;

const std::string kZones = "attribute:ecs.availability-zone";

struct World : PlacementWorld {
  static Json web(int count, const Json& more = Json::object()) {
    return with(ServiceWorld::web(), with({{"desiredCount", count}}, more));
  }
  static Json constrained(const Json& constraint) { return {{"placementConstraints", {constraint}}}; }
  bool said(const std::string& text) {
    return std::ranges::any_of(events("web"), [&](const std::string& line) { return line.find(text) != line.npos; });
  }
};

TEST_CASE("a service stays on the members and says so when there are none", "[operations][placement]") {
  World world;
  const std::string prod = world.instance("a", {{"stack", "prod"}});
  const std::string test = world.instance("b", {{"stack", "test"}});
  // The instances are in two zones: without this the tasks would move to the other one as soon as they may.
  const Json settled = {{"availabilityZoneRebalancing", "DISABLED"}};
  world.create(World::web(3, with(World::constrained(World::member_of("attribute:stack == prod")), settled)));
  world.run("web");
  CHECK(world.load({prod, test}) == Load{3, 0});

  // A changed constraint moves no running task and starts no deployment.
  world.update(World::constrained(World::member_of("attribute:stack == test")));
  world.run("web");
  CHECK(world.load({prod, test}) == Load{3, 0});
  CHECK(world.service("web")["deployments"].size() == 1);
  world.update({{"desiredCount", 4}});
  world.run("web");
  CHECK(world.load({prod, test}) == Load{3, 1});

  world.update(with({{"desiredCount", 5}}, World::constrained(World::member_of("attribute:stack == dev"))));
  world.run("web");
  CHECK(world.load({prod, test}) == Load{3, 1});
  CHECK(
      world.said("was unable to place a task because no container instance met all of its requirements. The closest "
                 "matching (container-instance "));
  CHECK(
      world.said(") encountered error \"MemberOf placement constraint unsatisfied.\". For more information, see the "
                 "Troubleshooting section of the Amazon ECS Developer Guide."));
  const auto& why = world.state.explanations.services.at(world.service_id("web"));
  REQUIRE(why.refusals.size() == 2);
  CHECK(why.refusals[0].wanted == "attribute:stack == dev");
  CHECK(why.refusals[0].available == "attribute:stack is 'prod'");
  CHECK(why.next_step.find("--filter") != std::string::npos);

  // An instance that becomes a member is what the service waits for.
  world.mark(test, {{"stack", "dev"}});
  world.run("web");
  CHECK(world.load({prod, test}) == Load{3, 2});
  world.update({{"placementConstraints", Json::array()}, {"desiredCount", 6}});
  world.run("web");
  CHECK(world.load({prod, test}) == Load{3, 3});
}

TEST_CASE("distinctInstance needs a free instance to deploy, or leave to stop first", "[operations][placement]") {
  World world;
  const std::vector<std::string> instances = {world.instance("a"), world.instance("b")};
  world.create(World::web(2, World::constrained(World::distinct())));
  world.run("web");
  CHECK(world.load(instances) == Load{1, 1});
  world.update({{"desiredCount", 3}});
  world.run("web");
  CHECK(world.load(instances) == Load{1, 1});
  CHECK(world.said("encountered error \"DistinctInstance placement constraint unsatisfied.\"."));

  world.update({{"desiredCount", 2}, {"forceNewDeployment", true}});
  world.run("web");
  CHECK(world.service("web")["deployments"].size() == 2);
  CHECK(world.load(instances) == Load{1, 1});
  // With leave to stop one, each instance changes over in turn, never with two wanted tasks.
  world.update({{"deploymentConfiguration", {{"minimumHealthyPercent", 50}}}});
  world.run("web", [&] {
    for (const model::InstanceId id : world.state.instances()) {
      const auto& tasks = world.state.of(id).tasks;
      CHECK(std::ranges::count_if(tasks, [&](model::TaskId t) { return !world.state.get(t).stop_wanted; }) <= 1);
    }
  });
  CHECK(world.service("web")["deployments"].size() == 1);
  CHECK(world.load(instances) == Load{1, 1});
}

TEST_CASE("a free instance is enough for a deployment under distinctInstance", "[operations][placement]") {
  World world;
  const std::vector<std::string> instances = {world.instance("a"), world.instance("b"), world.instance("c")};
  world.create(World::web(2, World::constrained(World::distinct())));
  world.run("web");
  world.update({{"forceNewDeployment", true}});
  world.run("web");
  CHECK(world.service("web")["deployments"].size() == 1);
  Load load = world.load(instances);
  std::ranges::sort(load);
  CHECK(load == Load{0, 1, 1});
}

TEST_CASE("a service follows its strategy up and down", "[operations][placement]") {
  World world;
  const std::vector<std::string> instances = {world.instance("a", Json::object(), 4096, 256),
                                              world.instance("a", Json::object(), 4096, 256),
                                              world.instance("b", Json::object(), 4096, 256)};
  const Json zones = {{"type", "spread"}, {"field", kZones}};
  const Json binpack = {{"type", "binpack"}, {"field", "memory"}};
  world.create(World::web(5, {{"placementStrategy", Json::array({zones, binpack})}}));
  world.run("web");
  Load load = world.load(instances);
  CHECK(load[2] == 2);
  CHECK(std::max(load[0], load[1]) == 3);
  world.update({{"desiredCount", 3}});
  world.run("web");
  load = world.load(instances);
  CHECK(load[2] == 2);
  CHECK(load[0] + load[1] == 1);
  // Another strategy moves nothing by itself.
  world.update({{"placementStrategy", Json::array({binpack})}});
  world.run("web");
  CHECK(world.load(instances) == load);
  CHECK(world.service("web")["deployments"].size() == 1);
  world.update({{"desiredCount", 5}});
  world.run("web");
  CHECK(world.load(instances)[2] == 4);
  // The fullest instance keeps its tasks.
  world.update({{"desiredCount", 4}});
  world.run("web");
  CHECK(world.load(instances) == Load{0, 0, 4});
}

TEST_CASE("a service that keeps away from a group moves in when the group has gone", "[operations][placement]") {
  World world;
  const std::string instance = world.instance("a");
  const Json database = world.ok("RunTask", {{"taskDefinition", "web"}, {"group", "database"}});
  world.create(World::web(1, World::constrained(World::member_of("not(task:group == database)"))));
  world.run("web");
  CHECK(world.load({instance}) == Load{1});
  world.ok("StopTask", {{"task", database["tasks"][0]["taskArn"]}});
  const model::InstanceId id = *world.state.instances().begin();
  world.report(*world.state.of(id).tasks.begin(), model::TaskStatus::kStopped, 0);
  world.run("web");
  CHECK(world.tasks("web", &model::DeploymentTasks::healthy).size() == 1);
}

TEST_CASE("the queue wakes a service whose constraint waits for another's task", "[operations][placement]") {
  World world;
  world.instance("a");
  world.create(World::web(1, World::constrained(World::member_of("task:group == database"))));
  scheduler::WorkQueue queue;
  const auto work = [&] {
    while (const auto key = queue.pop()) {
      std::vector<model::Touched> touched;
      world.edit([&](model::Transaction& tx) { scheduler::reconcile(tx, *key, world.pace, queue); });
    }
  };
  queue.everything(world.state);
  work();
  CHECK(world.tasks("web", &model::DeploymentTasks::starting).empty());
  world.ok("RunTask", {{"taskDefinition", "web"}, {"group", "database"}});
  const model::TaskId placed = *world.state.of(*world.state.instances().begin()).tasks.begin();
  const model::Touched touched[] = {{model::EntityKind::kTask, placed.value}};
  queue.touched(world.state, touched);
  work();
  CHECK(world.tasks("web", &model::DeploymentTasks::starting).size() == 1);
}

TEST_CASE("a DAEMON service lives on the members, and leaves an instance that is none any more",
          "[operations][placement]") {
  World world;
  const std::string one = world.instance("a", {{"stack", "prod"}});
  const std::string two = world.instance("b", {{"stack", "test"}});
  Json daemon = World::web(1, {{"schedulingStrategy", "DAEMON"}});
  daemon.erase("desiredCount");
  daemon["placementConstraints"] = {World::member_of("attribute:stack == prod")};
  world.create(daemon);
  world.run("web");
  CHECK(world.load({one, two}) == Load{1, 0});
  CHECK(world.service("web")["desiredCount"] == 1);
  world.mark(two, {{"stack", "prod"}});
  world.run("web");
  CHECK(world.load({one, two}) == Load{1, 1});
  world.mark(one, {{"stack", "test"}});
  world.run("web");
  CHECK(world.load({one, two}) == Load{0, 1});
  world.update({{"placementConstraints", {World::member_of("attribute:stack == test")}}});
  world.run("web");
  CHECK(world.load({one, two}) == Load{1, 0});
  // Its own task is no reason to leave.
  world.update(
      {{"placementConstraints", {World::member_of("not(task:group == service:web) and runningTasksCount == 0")}}});
  world.run("web");
  CHECK(world.load({one, two}) == Load{1, 1});
}

}  // namespace
}  // namespace drydock::test
