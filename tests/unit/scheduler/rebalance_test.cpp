// Availability Zone rebalancing: spec/services.md sections 12 (28) and 13.1.
#include <algorithm>
#include <map>

#include "model/arn.hpp"
#include "scheduler/deployments/zone_balance.hpp"
#include "tests/unit/operations/services/service_fixture.hpp"

namespace drydock::test {
namespace {

using model::DeploymentTasks;
using Zones = std::map<std::string, int>;
using scheduler::zones_to_fill;

TEST_CASE("zones are filled until none has two tasks more than another", "[rebalancing]") {
  using List = std::vector<std::string>;
  CHECK(zones_to_fill({{"a", 2}, {"b", 0}}, {"a", "b"}, 9) == List{"b"});
  CHECK(zones_to_fill({{"a", 1}, {"b", 1}}, {"a", "b"}, 9).empty());
  CHECK(zones_to_fill({{"a", 2}, {"b", 1}}, {"a", "b"}, 9).empty());
  CHECK(zones_to_fill({{"a", 3}, {"b", 1}, {"c", 1}}, {"a", "b", "c"}, 9) == List{"b"});
  CHECK(zones_to_fill({{"a", 10}, {"b", 0}, {"c", 0}}, {"a", "b", "c"}, 9).size() == 6);
  CHECK(zones_to_fill({{"a", 10}, {"b", 0}, {"c", 0}}, {"a", "b", "c"}, 2) == List{"b", "c"});
  CHECK(zones_to_fill({{"a", 4}, {"b", 0}}, {"a"}, 9).empty());
  CHECK(zones_to_fill({{"a", 4}, {"b", 0}}, {}, 9).empty());
  CHECK(scheduler::fullest_zone({{"a", 1}, {"b", 2}, {"c", 2}}) == "b");
  CHECK(scheduler::describe({{"a", 3}, {"b", 1}}) == "3 tasks in a, 1 tasks in b");
}

/// Four tasks of `web` in zone a, and zone b has an instance now.
struct ZoneWorld : ServiceWorld {
  explicit ZoneWorld(const Json& changes = Json::object()) {
    first = add_instance("a");
    Json body = with(web(), changes);
    body["desiredCount"] = 4;
    create(body);
    run("web");
  }
  Zones zones() const {
    Zones counts;
    for (const auto group : {&DeploymentTasks::starting, &DeploymentTasks::healthy, &DeploymentTasks::evaluating}) {
      for (const auto task : tasks("web", group)) ++counts[state.get(task).availability_zone];
    }
    return counts;
  }
  bool said(const std::string& beginning) {
    return std::ranges::any_of(events("web"), [&](const std::string& text) { return text.starts_with(beginning); });
  }
  model::InstanceId first;
};

TEST_CASE("a task is started in the emptier zone before one is stopped in the fuller", "[rebalancing]") {
  ZoneWorld world;
  CHECK(world.zones() == Zones{{"eu-west-1a", 4}});
  const auto before = world.events("web").size();
  world.add_instance("b");
  int fewest = 4;
  int most = 4;
  world.run("web", [&] {
    const int healthy = static_cast<int>(world.tasks("web", &DeploymentTasks::healthy).size());
    const int all = healthy + static_cast<int>(world.tasks("web", &DeploymentTasks::starting).size());
    fewest = std::min(fewest, healthy);
    most = std::max(most, all);
  });
  CHECK(world.zones() == Zones{{"eu-west-1a", 2}, {"eu-west-1b", 2}});
  CHECK(fewest == 4);
  CHECK(most == 6);
  const auto all = world.events("web");
  const std::vector<std::string> said(all.begin() + static_cast<std::ptrdiff_t>(before), all.end());
  REQUIRE(said.size() == 5);
  CHECK(said[0] == "is not AZ balanced with 4 tasks in eu-west-1a, 0 tasks in eu-west-1b. AZ Rebalancing in progress.");
  CHECK(said[1].starts_with("has started 2 tasks in eu-west-1b to AZ Rebalance: (task "));
  CHECK(said[2].starts_with("has stopped 1 running tasks in eu-west-1a due to AZ rebalancing: (task "));
  CHECK(said[3].starts_with("has stopped 1 running tasks in eu-west-1a due to AZ rebalancing: (task "));
  CHECK(said[4] == "is AZ balanced with 2 tasks in eu-west-1a, 2 tasks in eu-west-1b.");
  CHECK(world.service("web")["deployments"].size() == 1);
  const auto& stopped = world.state.get(world.state.stopped_tasks().begin()->second);
  CHECK(stopped.stopped_reason.starts_with("Scaling activity initiated by (deployment ecs-svc/"));
}

TEST_CASE("rebalancing keeps to maximumPercent", "[rebalancing]") {
  const Json slow = {{"deploymentConfiguration", {{"maximumPercent", 125}, {"minimumHealthyPercent", 100}}}};
  ZoneWorld world(slow);
  world.add_instance("b");
  int most = 0;
  world.run("web", [&] {
    int all = 0;
    for (const auto group : {&DeploymentTasks::starting, &DeploymentTasks::healthy}) {
      all += static_cast<int>(world.tasks("web", group).size());
    }
    most = std::max(most, all);
  });
  CHECK(world.zones() == Zones{{"eu-west-1a", 2}, {"eu-west-1b", 2}});
  CHECK(most == 5);
}

TEST_CASE("services that are not eligible stay where they are", "[rebalancing]") {
  const auto stays = [](const Json& changes) {
    ZoneWorld world(changes);
    world.add_instance("b");
    world.run("web");
    CHECK(world.zones() == Zones{{"eu-west-1a", 4}});
    CHECK_FALSE(world.said("is not AZ balanced"));
  };
  stays({{"availabilityZoneRebalancing", "DISABLED"}});
  stays({{"availabilityZoneRebalancing", "DISABLED"},
         {"deploymentConfiguration", {{"maximumPercent", 100}, {"minimumHealthyPercent", 50}}}});
  stays({{"placementStrategy", {{{"type", "binpack"}, {"field", "memory"}}}}});
  stays({{"placementConstraints",
          {{{"type", "memberOf"}, {"expression", "not(attribute:ecs.availability-zone == nowhere)"}}}}});
}

TEST_CASE("a zone without room is said to have none, and is filled later", "[rebalancing]") {
  ZoneWorld world;
  world.add_instance("b", 4096, 1);
  world.run("web");
  CHECK(world.zones() == Zones{{"eu-west-1a", 4}});
  CHECK(world.events("web").back() ==
        "is unable to place a task in eu-west-1b because no container instance met all of its requirements.");
  CHECK(world.state.explanations.services.at(world.service_id("web")).code == "AZ_REBALANCING");
  world.add_instance("b");
  world.run("web");
  CHECK(world.zones() == Zones{{"eu-west-1a", 2}, {"eu-west-1b", 2}});
}

TEST_CASE("protected tasks hold rebalancing back", "[rebalancing]") {
  ZoneWorld world;
  Json arns = Json::array();
  for (const auto task : world.tasks("web", &DeploymentTasks::healthy)) {
    arns.push_back(model::arn_of(world.state, world.state.get(task)));
  }
  world.ok("UpdateTaskProtection", {{"cluster", "default"}, {"tasks", arns}, {"protectionEnabled", true}});
  world.add_instance("b");
  world.run("web");
  CHECK(world.zones() == Zones{{"eu-west-1a", 4}});
  CHECK(world.events("web").back().find("was unable to AZ Rebalance because (taskSet ecs-svc/") == 0);
  world.ok("UpdateTaskProtection", {{"cluster", "default"}, {"tasks", arns}, {"protectionEnabled", false}});
  world.run("web");
  CHECK(world.zones() == Zones{{"eu-west-1a", 2}, {"eu-west-1b", 2}});
}

TEST_CASE("a deployment ends rebalancing", "[rebalancing]") {
  ZoneWorld world;
  world.add_instance("b");
  world.settle();
  CHECK(world.tasks("web", &DeploymentTasks::starting).size() == 2);
  world.ok("UpdateService", {{"service", "web"}, {"forceNewDeployment", true}});
  world.run("web");
  CHECK(world.said("stopped AZ Rebalancing."));
  CHECK(world.zones() == Zones{{"eu-west-1a", 2}, {"eu-west-1b", 2}});
  CHECK(world.events("web").back() != "stopped AZ Rebalancing.");
  CHECK(world.state.get(world.service_id("web")).rebalancing.empty());
}

}  // namespace
}  // namespace drydock::test
