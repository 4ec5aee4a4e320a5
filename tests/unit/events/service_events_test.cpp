// spec/events.md sections 4 to 6.

#include <map>

#include "tests/unit/events/event_world.hpp"

namespace drydock::test {
namespace {

constexpr const char* kAction = "ECS Service Action";
constexpr const char* kDeployment = "ECS Deployment State Change";

struct Sequence {
  std::string name;
  std::string deployment;
  std::string type;
  std::string reason;
};

std::vector<Sequence> sequence(const std::vector<Json>& events) {
  std::vector<Sequence> all;
  for (const Json& event : events) {
    const Json& detail = event["detail"];
    all.push_back({detail["eventName"], detail["deploymentId"], detail["eventType"], detail["reason"]});
    CHECK_FALSE(detail.contains("clusterArn"));
    CHECK_FALSE(detail.contains("version"));
  }
  return all;
}

}  // namespace

TEST_CASE("A deployment that succeeds is IN_PROGRESS and COMPLETED, and its service reaches a steady state",
          "[events]") {
  EventWorld world;
  world.add_instance("eu-west-1a");
  const Json service = world.create(ServiceWorld::web());
  world.run("web");
  const std::string id = service["deployments"][0]["id"];
  const auto events = world.sent(kDeployment);
  const auto told = sequence(events);
  REQUIRE(told.size() == 2);
  CHECK(told[0].name == "SERVICE_DEPLOYMENT_IN_PROGRESS");
  CHECK(told[0].type == "INFO");
  CHECK(told[0].deployment == id);
  CHECK(told[0].reason == "ECS deployment " + id + " in progress.");
  CHECK(told[1].name == "SERVICE_DEPLOYMENT_COMPLETED");
  CHECK(told[1].reason == "ECS deployment " + id + " completed.");
  CHECK(events[0]["resources"] == Json::array({service["serviceArn"]}));
  const auto actions = world.sent(kAction);
  REQUIRE(EventWorld::names(actions) == std::vector<std::string>{"SERVICE_STEADY_STATE"});
  CHECK(actions[0]["detail"]["eventType"] == "INFO");
  CHECK(actions[0]["detail"]["clusterArn"] == world.arn("cluster/default"));
  CHECK(actions[0]["resources"] == Json::array({service["serviceArn"]}));
  CHECK_FALSE(actions[0]["detail"].contains("version"));
}

TEST_CASE("A deployment that fails and goes back is told in four events", "[events]") {
  EventWorld world(10'000);
  world.add_instance("eu-west-1a");
  const Json breaker = {{"deploymentCircuitBreaker", {{"enable", true}, {"rollback", true}}}};
  const Json service = world.create(with(ServiceWorld::web(), {{"deploymentConfiguration", breaker}}));
  world.run("web");
  const std::string good = service["deployments"][0]["id"];
  const std::uint64_t before = world.latest();
  world.ok("RegisterTaskDefinition", ServiceWorld::definition("web"));
  const Json updated = world.update({{"taskDefinition", "web"}});
  const std::string bad = updated["deployments"][0]["id"];
  for (int round = 0; round < 60; ++round) {
    world.settle();
    for (const model::TaskId task : world.tasks("web", &model::DeploymentTasks::starting)) {
      world.report(task, model::TaskStatus::kStopped, 1, "CannotPullContainerError: no");
    }
    world.clock.advance(std::chrono::minutes(20));
    if (world.service("web")["deployments"][0]["id"] == good) break;
  }
  world.run("web");
  const auto told = sequence(world.sent(kDeployment, before));
  REQUIRE(told.size() == 4);
  CHECK(told[0].name == "SERVICE_DEPLOYMENT_IN_PROGRESS");
  CHECK(told[0].deployment == bad);
  CHECK(told[1].name == "SERVICE_DEPLOYMENT_FAILED");
  CHECK(told[1].type == "ERROR");
  CHECK(told[1].deployment == bad);
  CHECK(told[1].reason == "ECS deployment circuit breaker: tasks failed to start.");
  CHECK(told[2].name == "SERVICE_DEPLOYMENT_IN_PROGRESS");
  CHECK(told[2].deployment == good);
  CHECK(told[2].reason == "ECS deployment circuit breaker: rolling back to deploymentId " + good + ".");
  CHECK(told[3].name == "SERVICE_DEPLOYMENT_COMPLETED");
  CHECK(told[3].deployment == good);
}

TEST_CASE("A placement failure says what was short, and where", "[events]") {
  EventWorld world;
  const model::InstanceId instance = world.add_instance("eu-west-1a", 4096, 32);
  world.create(ServiceWorld::web());
  world.settle();
  const auto actions = world.sent(kAction);
  REQUIRE(EventWorld::names(actions) == std::vector<std::string>{"SERVICE_TASK_PLACEMENT_FAILURE"});
  const Json& detail = actions[0]["detail"];
  CHECK(detail["eventType"] == "ERROR");
  CHECK(detail["reason"] == "RESOURCE:MEMORY");
  CHECK(detail["containerInstanceArns"] ==
        Json::array({world.arn("container-instance/default/" + model::to_hex(world.state.get(instance).uuid))}));
}

TEST_CASE("Tasks that a scheduler stops are named, but a user's change of the count is no event of its own",
          "[events]") {
  EventWorld world;
  world.add_instance("eu-west-1a");
  world.create(with(ServiceWorld::web(), {{"desiredCount", 2}}));
  world.run("web");
  const std::uint64_t before = world.latest();
  world.update({{"desiredCount", 1}});
  world.run("web");
  const auto actions = world.sent(kAction, before);
  REQUIRE(EventWorld::names(actions) == std::vector<std::string>{"TASKS_STOPPED", "SERVICE_STEADY_STATE"});
  CHECK(actions[0]["detail"]["taskArns"].size() == 1);
}

TEST_CASE("Versions grow strictly whatever happens, and equal what the API shows", "[events]") {
  EventWorld world(10'000);
  world.add_instance("eu-west-1a");
  world.add_instance("eu-west-1b");
  world.create(with(ServiceWorld::web(), {{"desiredCount", 5}}));
  world.run("web");
  world.update({{"forceNewDeployment", true}});
  world.run("web");
  std::map<std::string, std::int64_t> versions;
  for (const Json& event : world.sent()) {
    if (!event["detail"].contains("version")) continue;
    const std::int64_t version = event["detail"]["version"];
    std::int64_t& highest = versions[event["resources"][0]];
    CHECK(version > highest);
    highest = version;
  }
  CHECK(versions.size() == 12);
  for (const auto& [arn, version] : versions) {
    const model::Uuid uuid = *model::parse_uuid(std::string_view(arn).substr(arn.rfind('/') + 1));
    if (const model::Task* task = world.state.task_with(uuid)) {
      CHECK(task->version == version);
    } else {
      CHECK(world.state.instance_with(uuid)->version == version);
    }
  }
}

}  // namespace drydock::test
