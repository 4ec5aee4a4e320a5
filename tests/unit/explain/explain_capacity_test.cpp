// Why services do not scale, and capacity providers, daemons and task sets.
#include "scheduler/capacity_providers/put_group.hpp"
#include "tests/unit/explain/explain_fixture.hpp"
#include "tests/unit/operations/autoscaling/scaling_fixture.hpp"
#include "tests/unit/operations/capacity_providers/provider_fixture.hpp"
#include "tests/unit/operations/daemons/daemon_fixture.hpp"

namespace drydock::test {
namespace {

using Codes = std::vector<std::string>;
using namespace std::chrono_literals;

Codes scaling(const ScalingWorld& world) {
  const auto& service = world.state.get(world.service_id("web"));
  return codes_in(explained(world, model::arn_of(world.state, service))["scaling"]);
}

TEST_CASE("why a service does not scale", "[explain]") {
  ScalingWorld world;
  CHECK(scaling(world) == Codes{"NoScalableTarget"});
  world.target(1, 4);
  CHECK(scaling(world) == Codes{"NoPolicy"});
  world.track(ScalingWorld::cpu(50));
  world.settle();
  CHECK(has(scaling(world), "MissingData"));
  SECTION("the metric is where it should be") {
    world.load(48);
    CHECK(has(scaling(world), "WithinTarget"));
    CHECK_FALSE(has(scaling(world), "MissingData"));
  }
  SECTION("a cooldown holds it back") {
    world.load(75);
    REQUIRE(world.desired() == 3);
    CHECK(has(scaling(world), "CooldownInEffect"));
    world.pass(301s);
    CHECK_FALSE(has(scaling(world), "CooldownInEffect"));
  }
  SECTION("it is at its maximum") {
    world.load(100);
    REQUIRE(world.desired() == 4);
    CHECK(has(scaling(world), "AlreadyAtMaxCapacity"));
  }
  SECTION("it is suspended") {
    world.ok("autoscaling:RegisterScalableTarget",
             ScalingWorld::named({{"SuspendedState", {{"DynamicScalingOutSuspended", true}}}}));
    CHECK(has(scaling(world), "ScalingSuspended"));
    world.load(75);
    CHECK(scaling(world).front() == "ScalingSuspended");
    CHECK(world.desired() == 2);
  }
  SECTION("a deployment is under way") {
    world.update({{"forceNewDeployment", true}});
    CHECK(has(scaling(world), "DeploymentInProgress"));
  }
}

struct GroupsWorld : ProviderWorld {
  GroupsWorld() {
    ok("RegisterTaskDefinition", ServiceWorld::definition("web"));
    make("scaled", true);
  }
  std::string arn() const { return model::arn_of(state, *state.capacity_provider_named(id, "scaled")); }
  void group(int maximum) {
    scheduler::GroupSettings size;
    size.maximum = maximum;
    size.cpu_units = 4096;
    size.memory_mib = 2048;
    edit([&](model::Transaction& tx) { CHECK(scheduler::put_group(tx, id, "scaled", size)); });
    settle();
  }
  Json run_task(int count) {
    const Json answer =
        ok("RunTask",
           {{"taskDefinition", "web"}, {"count", count}, {"capacityProviderStrategy", {strategy_item("scaled", 1)}}});
    settle();
    return answer["tasks"];
  }
};

TEST_CASE("why a capacity provider does not scale", "[explain]") {
  GroupsWorld world;
  CHECK(codes(world, world.arn()) == Codes{"NO_CLUSTER"});
  world.associate({"scaled"});
  CHECK(codes(world, world.arn()) == Codes{"NO_GROUP", "RESERVATION"});
  world.group(1);
  const Json task = world.run_task(1)[0]["taskArn"];
  CHECK(has(codes(world, world.arn()), "GROUP_MAXIMUM"));
  CHECK(has(codes(world, world.arn()), "LAUNCHING"));
  CHECK(codes(world, task) == Codes{"PROVISIONING"});
  CHECK(has(codes(world, "arn:aws:ecs:eu-west-1:123456789012:cluster/default"), "PROVISIONING"));
  CHECK(has(codes(world, "arn:aws:ecs:eu-west-1:123456789012:cluster/default"), "NO_INSTANCES"));
}

TEST_CASE("what a task set waits for", "[explain]") {
  ServiceWorld world;
  world.create({{"serviceName", "web"}, {"desiredCount", 1}, {"deploymentController", {{"type", "EXTERNAL"}}}});
  const Json set = world.ok("CreateTaskSet", {{"cluster", "default"},
                                              {"service", "web"},
                                              {"taskDefinition", "web"},
                                              {"scale", {{"value", 100}, {"unit", "PERCENT"}}}});
  const std::string arn = set["taskSet"]["taskSetArn"];
  world.settle();
  CHECK(explained(world, arn)["status"] == "ACTIVE");
  CHECK(codes(world, arn) == Codes{"NO_INSTANCES"});
  world.add_instance("a");
  world.settle();
  CHECK(codes(world, arn) == Codes{"TASKS_STARTING"});
  world.run("web");
  CHECK(codes(world, arn).empty());
  world.ok("DeleteTaskSet", {{"cluster", "default"}, {"service", "web"}, {"taskSet", arn}, {"force", true}});
  world.settle();
  CHECK(codes(world, arn) == Codes{"DRAINING"});
}

TEST_CASE("what a daemon waits for", "[explain]") {
  DaemonWorld world;
  world.add_instance_of("one");
  world.create();
  world.settle();
  const std::string arn = world.daemon_arn();
  CHECK(has(codes(world, arn), "TASKS_STARTING"));
  CHECK(explained(world, arn)["status"] == "ACTIVE");
  const model::Daemon& daemon = world.state.get(*world.state.daemons().begin());
  const std::string deployment = model::arn_of(world.state, world.state.get(daemon.deployment));
  CHECK(explained(world, deployment)["type"] == "daemon-deployment");
  while (world.obey()) {
  }
  CHECK(codes(world, arn).empty());
}

}  // namespace
}  // namespace drydock::test
