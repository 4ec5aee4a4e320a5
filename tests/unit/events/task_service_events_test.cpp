// What a task's change means to its service or daemon: spec/events.md sections 4 and 8.

#include "model/task_transitions.hpp"
#include "tests/unit/events/event_world.hpp"
#include "tests/unit/operations/daemons/daemon_fixture.hpp"

namespace drydock::test {
namespace {

constexpr const char* kAction = "ECS Service Action";

std::vector<Json> named(const std::vector<Json>& events, const std::string& name) {
  std::vector<Json> found;
  for (const Json& event : events) {
    if (event["detail"]["eventName"] == name) found.push_back(event["detail"]);
  }
  return found;
}

}  // namespace

TEST_CASE("A DAEMON task that a placement constraint excludes leaves with an event", "[events]") {
  EventWorld world;
  const model::InstanceId stays = world.add_instance("a");
  world.add_instance("b");
  const Json blue = {
      {"name", "stack"}, {"value", "blue"}, {"targetId", model::arn_of(world.state, world.state.get(stays))}};
  world.ok("PutAttributes", {{"attributes", Json::array({blue})}});
  world.create({{"serviceName", "web"}, {"taskDefinition", "web"}, {"schedulingStrategy", "DAEMON"}});
  world.run("web");
  const std::uint64_t before = world.latest();
  const char* kEvent = "SERVICE_DAEMON_PLACEMENT_CONSTRAINT_VIOLATED";

  SECTION("the other one stays") {
    world.update({{"placementConstraints", {{{"type", "memberOf"}, {"expression", "attribute:stack == blue"}}}}});
    world.run("web");
    const auto violated = named(world.sent(kAction, before), kEvent);
    REQUIRE(violated.size() == 1);
    CHECK(violated[0]["eventType"] == "ERROR");
    CHECK(violated[0]["clusterArn"] == world.arn("cluster/default"));
    CHECK(violated[0]["taskArns"].size() == 1);
    CHECK(world.state.of(stays).tasks.size() == 1);
  }
  SECTION("draining violates nothing") {
    const std::string arn = model::arn_of(world.state, world.state.get(stays));
    world.ok("UpdateContainerInstancesState", {{"containerInstances", {arn}}, {"status", "DRAINING"}});
    world.run("web");
    CHECK(named(world.sent(kAction, before), kEvent).empty());
  }
  SECTION("neither does the end of the service") {
    world.ok("DeleteService", {{"service", "web"}, {"force", true}});
    world.settle();
    CHECK(named(world.sent(kAction, before), kEvent).empty());
  }
}

TEST_CASE("An unhealthy task of a service with a registry is an event of its service", "[events]") {
  EventWorld world;
  world.add_instance("a");
  Json definition = ServiceWorld::definition("checked");
  definition["networkMode"] = "awsvpc";
  definition["containerDefinitions"][0]["healthCheck"] = {{"command", {"CMD", "true"}}};
  definition["containerDefinitions"][0]["portMappings"] = {{{"containerPort", 80}}};
  world.ok("RegisterTaskDefinition", definition);
  const bool registered = GENERATE(true, false);
  CAPTURE(registered);
  Json body = {{"serviceName", "web"},
               {"taskDefinition", "checked"},
               {"desiredCount", 1},
               {"networkConfiguration", ServiceWorld::network()}};
  if (registered) body["serviceRegistries"] = Json::array({ServiceWorld::registry()});
  world.create(body);
  world.run("web");
  const auto tasks = world.tasks("web", &model::DeploymentTasks::healthy);
  const auto evaluating = world.tasks("web", &model::DeploymentTasks::evaluating);
  REQUIRE(tasks.size() + evaluating.size() == 1);
  const model::TaskId task = tasks.empty() ? *evaluating.begin() : *tasks.begin();
  const std::string arn = model::arn_of(world.state, world.state.get(task));
  const std::uint64_t before = world.latest();
  for (int i = 0; i < 2; ++i) {
    world.edit([&](model::Transaction& tx) { model::apply_health(tx, task, "app", model::Health::kUnhealthy); });
  }
  const auto told = named(world.sent(kAction, before), "SERVICE_DISCOVERY_INSTANCE_UNHEALTHY");
  REQUIRE(told.size() == (registered ? 1 : 0));
  if (!registered) return;
  CHECK(told[0]["eventType"] == "WARN");
  CHECK(told[0]["taskArns"] == Json::array({arn}));
  CHECK(told[0]["serviceRegistryArns"].size() == 1);
}

TEST_CASE("A daemon's task that finds no room is told of once per instance", "[events][daemons]") {
  DaemonWorld world;
  events::Recorder recorder(1000);
  world.before_commit = [&](model::Transaction& tx) { recorder.record(tx); };
  const auto impaired = [&] {
    std::vector<Json> found;
    for (const model::EventId id : world.state.events()) {
      const model::Event& event = world.state.get(id);
      if (event.detail_type == "ECS Daemon Service Action") found.push_back(Json::parse(event.json));
    }
    return found;
  };
  const model::InstanceId full = world.add_instance("a", 4096, 32);
  world.put_provider(full, "one");
  world.create();
  world.run_daemons();
  REQUIRE(impaired().size() == 1);
  const Json event = impaired()[0];
  CHECK(event["resources"] == Json::array());
  const Json& detail = event["detail"];
  CHECK(detail["eventName"] == "DAEMON_TASK_START_IMPAIRED");
  CHECK(detail["eventType"] == "WARNING");
  CHECK(detail["failureType"] == "TASK_CREATION_FAILED");
  CHECK(detail["reason"] == "RESOURCE:MEMORY - Unable to place daemon task on container instance: insufficient memory");
  CHECK(detail["containerInstanceArn"] == model::arn_of(world.state, world.state.get(full)));
  CHECK(detail["capacityProviderName"] == "one");
  CHECK(detail["daemonArn"] == world.daemon_arn());
  CHECK(detail["daemonTaskDefinitionArn"] == world.definition_arn(1));
  CHECK_FALSE(detail.contains("taskArn"));
  world.clock.advance(std::chrono::minutes(10));
  world.run_daemons();
  CHECK(impaired().size() == 1);
  world.add_instance_of("one");
  world.run_daemons();
  CHECK(impaired().size() == 1);
  world.check_stored();
}

}  // namespace drydock::test
