// Quotas that the scheduler itself keeps: spec/quotas.md section 1, spec/services.md section 12 (15).
#include "scheduler/limits.hpp"

#include "tests/unit/operations/capacity_providers/provider_fixture.hpp"

namespace drydock::test {
namespace {

using namespace std::chrono_literals;
using model::DeploymentTasks;

constexpr const char* kVcpus = "You’ve reached the limit on the number of vCPUs you can run concurrently";

TEST_CASE("quotas that Drydock does not keep by itself count when they are set", "[quotas]") {
  model::Quotas quotas;
  CHECK_FALSE(scheduler::limits_of(quotas, false, false).fargate_vcpus);
  CHECK_FALSE(scheduler::limits_of(quotas, false, false).launches_per_minute);
  CHECK(scheduler::limits_of(quotas, true, false).fargate_vcpus == 6);
  CHECK(scheduler::limits_of(quotas, true, false).fargate_spot_vcpus == 6);
  CHECK(scheduler::limits_of(quotas, false, true).launches_per_minute == 500);
  REQUIRE(quotas.set("fargate-vcpus=2"));
  REQUIRE(quotas.set("task-launches-per-minute=7"));
  CHECK(scheduler::limits_of(quotas, false, false).fargate_vcpus == 2);
  CHECK_FALSE(scheduler::limits_of(quotas, false, false).fargate_spot_vcpus);
  CHECK(scheduler::limits_of(quotas, false, false).launches_per_minute == 7);
}

TEST_CASE("RunTask on Fargate keeps to the vCPUs of the account", "[quotas]") {
  ServiceWorld world;
  REQUIRE(world.settings.quotas.set("fargate-vcpus=1"));
  Json body = {{"taskDefinition", "fargate"},
               {"launchType", "FARGATE"},
               {"networkConfiguration", ServiceWorld::network()},
               {"count", 3}};
  CHECK(world.ok("RunTask", body)["failures"] == Json::array());
  const Json second = world.ok("RunTask", body);  // 256 of 1024 units are left
  CHECK(second["tasks"].size() == 1);
  REQUIRE(second["failures"].size() == 2);
  CHECK(second["failures"][0]["reason"] == kVcpus);
  CHECK(world.no("RunTask", body) == "ClientException: " + std::string(kVcpus));
  // FARGATE_SPOT has a quota of its own.
  Json spot = body;
  spot.erase("launchType");
  spot["capacityProviderStrategy"] = Json::array({strategy_item("FARGATE_SPOT", 1)});
  CHECK(world.ok("RunTask", spot)["tasks"].size() == 3);
  REQUIRE(world.settings.quotas.set("fargate-spot-vcpus=0"));
  CHECK(world.no("RunTask", spot) == "ClientException: " + std::string(kVcpus));
}

TEST_CASE("a service on Fargate waits for vCPUs and says so", "[quotas]") {
  ServiceWorld world;
  world.pace.limits.fargate_vcpus = 1;
  Json body = ServiceWorld::fargate();
  body["desiredCount"] = 6;
  world.create(body);
  world.run("web");
  CHECK(world.tasks("web", &DeploymentTasks::healthy).size() == 4);
  CHECK(world.events("web").back() == "was unable to place a task. Reason: " + std::string(kVcpus));
  CHECK(world.state.explanations.services.at(world.service_id("web")).code == "QUOTA");
  world.update({{"desiredCount", 4}});
  world.run("web");
  CHECK(world.events("web").back() == "has reached a steady state.");
}

TEST_CASE("a service starts no more tasks in a minute than its launch rate", "[quotas]") {
  ServiceWorld world;
  world.pace.limits.launches_per_minute = 3;
  world.add_instance("a");
  Json body = ServiceWorld::web();
  body["desiredCount"] = 7;
  world.create(body);
  world.run("web");
  CHECK(world.tasks("web", &DeploymentTasks::healthy).size() == 3);
  CHECK(world.state.explanations.services.at(world.service_id("web")).code == "LAUNCH_RATE");
  world.clock.advance_to(world.clock.now() + 60s - 1ms);
  world.run("web");
  CHECK(world.tasks("web", &DeploymentTasks::healthy).size() == 3);
  world.clock.advance_to(world.clock.now() + 1ms);
  world.run("web");
  CHECK(world.tasks("web", &DeploymentTasks::healthy).size() == 6);
  world.clock.advance_to(world.clock.now() + 60s);
  world.run("web");
  CHECK(world.tasks("web", &DeploymentTasks::healthy).size() == 7);
  CHECK(world.events("web").back() == "has reached a steady state.");
}

}  // namespace
}  // namespace drydock::test
