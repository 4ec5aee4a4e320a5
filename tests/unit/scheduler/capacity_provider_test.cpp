// Tasks that a capacity provider strategy places: spec/services.md section 14, spec/placement.md section 1.
#include <algorithm>
#include <map>

#include "tests/unit/operations/capacity_providers/provider_fixture.hpp"

namespace drydock::test {
namespace {

using model::DeploymentTasks;
using Counts = std::map<std::string, int>;

const std::string kNoInstances =
    "InvalidParameterException: No Container Instances were found in your capacity provider.";

/// Two Auto Scaling groups, `a` and `b`, that the cluster may use.
struct StrategyWorld : ProviderWorld {
  StrategyWorld() {
    ok("RegisterTaskDefinition", ServiceWorld::definition("web"));
    make("a");
    make("b");
    associate({"a", "b"});
  }
  Json run_task(const Json& strategy, int count) {
    return ok("RunTask",
              {{"taskDefinition", "web"}, {"count", count}, {"capacityProviderStrategy", list_of(strategy)}});
  }
  Json create(const Json& strategy, int desired) {
    Json body = ServiceWorld::web();
    body["desiredCount"] = desired;
    body["capacityProviderStrategy"] = list_of(strategy);
    return ok("CreateService", body)["service"];
  }
  void scale(int desired) {
    ok("UpdateService", {{"service", "web"}, {"desiredCount", desired}});
    run("web");
  }
  /// The service's wanted tasks by provider.
  Counts counts() const {
    Counts found;
    for (const auto group : {&DeploymentTasks::starting, &DeploymentTasks::healthy}) {
      for (const model::TaskId task : tasks("web", group)) ++found[state.get(task).capacity_provider];
    }
    return found;
  }
};

TEST_CASE("an instance belongs to the provider its attribute names, if its cluster has it", "[capacity]") {
  StrategyWorld world;
  const model::InstanceId instance = world.add_instance_of("a");
  const auto shown = [&] {
    return world.ok(
        "DescribeContainerInstances",
        {{"containerInstances", {model::arn_of(world.state, world.state.get(instance))}}})["containerInstances"][0];
  };
  CHECK(shown()["capacityProviderName"] == "a");
  world.put_provider(instance, "unknown");
  CHECK_FALSE(shown().contains("capacityProviderName"));
  world.put_provider(instance, "b");
  CHECK(shown()["capacityProviderName"] == "b");
  world.associate({"a"});
  CHECK_FALSE(shown().contains("capacityProviderName"));
}

TEST_CASE("RunTask divides its tasks among the instances of the providers", "[capacity]") {
  StrategyWorld world;
  const auto in_a = world.add_instance_of("a");
  const auto in_b = world.add_instance_of("b");
  world.add_instance("a");  // of no provider: never used
  const Json answer = world.run_task({strategy_item("a", 1, 2), strategy_item("b", 1)}, 10);
  CHECK(answer["failures"] == Json::array());
  Counts counts;
  for (const Json& task : answer["tasks"]) {
    const std::string provider = task["capacityProviderName"];
    ++counts[provider];
    CHECK(task["launchType"] == "EC2");
    CHECK(task["containerInstanceArn"] == model::arn_of(world.state, world.state.get(provider == "a" ? in_a : in_b)));
  }
  CHECK(counts == Counts{{"a", 6}, {"b", 4}});
  world.ok("RunTask", {{"taskDefinition", "web"}, {"launchType", "EC2"}});
}

TEST_CASE("RunTask without a single instance of its providers is refused", "[capacity]") {
  StrategyWorld world;
  world.add_instance("a");
  const Json body = {{"taskDefinition", "web"}, {"capacityProviderStrategy", {strategy_item("a", 1)}}};
  CHECK(world.no("RunTask", body) == kNoInstances);
  world.add_instance_of("b");
  CHECK(world.no("RunTask", body) == kNoInstances);
  world.add_instance_of("a");
  world.ok("RunTask", body);
}

TEST_CASE("what one provider has no room for does not go to another", "[capacity]") {
  StrategyWorld world;
  world.add_instance_of("b");
  Json answer = world.run_task({strategy_item("a", 1), strategy_item("b", 1)}, 4);
  CHECK(answer["tasks"].size() == 2);
  REQUIRE(answer["failures"].size() == 1);
  CHECK(answer["failures"][0]["arn"] == world.arn("capacity-provider/a"));
  CHECK(answer["failures"][0]["reason"] == "EMPTY CAPACITY PROVIDER");
}

TEST_CASE("the strategies of RunTask are checked", "[capacity]") {
  StrategyWorld world;
  world.add_instance_of("a");
  const auto refused = [&](const Json& strategy) {
    return world.no("RunTask", {{"taskDefinition", "web"}, {"capacityProviderStrategy", list_of(strategy)}});
  };
  const std::string bad = "InvalidParameterException: ";
  CHECK(refused({strategy_item("FARGATE", 1)}) ==
        bad +
            "The specified capacity provider strategy cannot contain a capacity provider that is not associated with "
            "the cluster.");
  CHECK(refused({strategy_item("a", 1, 1), strategy_item("b", 1, 1)}) ==
        bad +
            "There are multiple capacity providers in the specified capacity provider strategy with a base value "
            "defined");
  CHECK(refused({strategy_item("a", 0), strategy_item("b", 0)}) ==
        bad +
            "There are no capacity providers in the capacity provider strategy with a weight value greater than "
            "zero");
  CHECK(refused(std::vector<Json>(21, strategy_item("a", 1))).starts_with(bad));
  CHECK(refused({strategy_item("a", 1001)}).starts_with(bad));
  CHECK(refused({strategy_item("a", 1, 100001)}).starts_with(bad));
  CHECK(world.no("RunTask", {{"taskDefinition", "web"},
                             {"launchType", "EC2"},
                             {"capacityProviderStrategy", {strategy_item("a", 1)}}}) ==
        bad + "Specify either Launch Type or Capacity Provider Strategy, but not both.");
  world.associate({"a", "b", "FARGATE"});
  CHECK(refused({strategy_item("a", 1), strategy_item("FARGATE", 1)}).starts_with(bad));
  world.ok("CreateCapacityProvider", world.managed("mi"));
  CHECK(refused({strategy_item("mi", 1), strategy_item("a", 1)}) ==
        bad +
            "The specified capacity provider strategy cannot contain both managed instances and Auto Scaling group "
            "capacity providers.");
}

TEST_CASE("a service keeps its shares through scale-out and scale-in", "[capacity]") {
  StrategyWorld world;
  world.add_instance_of("a");
  world.add_instance_of("b");
  const Json service = world.create({strategy_item("a", 1, 1), strategy_item("b", 3)}, 4);
  CHECK_FALSE(service.contains("launchType"));
  CHECK(service["capacityProviderStrategy"] == Json({strategy_item("a", 1, 1), strategy_item("b", 3)}));
  world.run("web");
  CHECK(world.counts() == Counts{{"a", 2}, {"b", 2}});
  world.scale(9);
  CHECK(world.counts() == Counts{{"a", 3}, {"b", 6}});
  world.scale(5);
  CHECK(world.counts() == Counts{{"a", 2}, {"b", 3}});
  world.scale(1);
  CHECK(world.counts() == Counts{{"a", 1}});
}

TEST_CASE("Fargate tasks divide in the same way", "[capacity]") {
  ServiceWorld world;
  Json body = ServiceWorld::fargate();
  body.erase("launchType");
  body["desiredCount"] = 5;
  body["capacityProviderStrategy"] = {strategy_item("FARGATE", 1), strategy_item("FARGATE_SPOT", 4)};
  world.create(body);
  world.settle();
  Counts counts;
  for (const auto task : world.tasks("web", &DeploymentTasks::starting)) {
    ++counts[world.state.get(task).capacity_provider];
  }
  CHECK(counts == Counts{{"FARGATE", 1}, {"FARGATE_SPOT", 4}});
}

TEST_CASE("a service waits for instances of its provider and takes them when they come", "[capacity]") {
  StrategyWorld world;
  world.add_instance_of("b");
  world.create({strategy_item("a", 1), strategy_item("b", 1)}, 4);
  world.run("web");
  CHECK(world.counts() == Counts{{"b", 2}});
  const auto messages = world.events("web");
  CHECK(std::ranges::any_of(messages, [](const std::string& message) {
    return message.find("Reason: No Container Instances were found in your capacity provider.") != std::string::npos;
  }));
  const auto& explanation = world.state.explanations.services.at(world.service_id("web"));
  CHECK(explanation.next_step.find("drydock.capacity-provider=a") != std::string::npos);
  world.add_instance_of("a");
  world.run("web");
  CHECK(world.counts() == Counts{{"a", 2}, {"b", 2}});
  CHECK(world.events("web").back() == "has reached a steady state.");
}

TEST_CASE("a strategy keeps its providers with the cluster while a service or a task uses them", "[capacity]") {
  StrategyWorld world;
  world.add_instance_of("a");
  world.create({strategy_item("a", 1)}, 1);
  const std::string refusal =
      "ResourceInUseException: The specified capacity provider is in use and cannot be removed.";
  CHECK(world.no("PutClusterCapacityProviders", world.association({"b"})) == refusal);
  world.run("web");
  world.ok("DeleteService", {{"service", "web"}, {"force", true}});
  CHECK(world.no("PutClusterCapacityProviders", world.association({"b"})) == refusal);
  world.run("web");
  world.associate({"b"});
  world.associate({"a", "b"});
  const auto task = world.run_task({strategy_item("a", 1)}, 1)["tasks"][0]["taskArn"];
  CHECK(world.no("PutClusterCapacityProviders", world.association({"b"})) == refusal);
}

TEST_CASE("the cluster's default strategy places tasks that name neither", "[capacity]") {
  StrategyWorld world;
  world.add_instance_of("b");
  Json body = world.association({"a", "b"});
  body["defaultCapacityProviderStrategy"] = list_of(strategy_item("b", 1));
  world.ok("PutClusterCapacityProviders", body);
  CHECK(world.ok("RunTask", {{"taskDefinition", "web"}})["tasks"][0]["capacityProviderName"] == "b");
  CHECK_FALSE(world.ok("RunTask", {{"taskDefinition", "web"}, {"launchType", "EC2"}})["tasks"][0].contains(
      "capacityProviderName"));
}

}  // namespace
}  // namespace drydock::test
