// spec/events.md sections 1 to 3, and the tests that section 9 asks for.

#include <chrono>
#include <cmath>
#include <cstdio>

#include "server/operations/container_instances/instance_session.hpp"
#include "tests/unit/events/event_world.hpp"

namespace drydock::test {
namespace {

constexpr const char* kTask = "ECS Task State Change";
constexpr const char* kInstance = "ECS Container Instance State Change";

int remaining(const Json& event, const std::string& name) {
  for (const Json& resource : event["detail"]["remainingResources"]) {
    if (resource["name"] == name) return resource["integerValue"];
  }
  return -1;
}

/// Seconds since the epoch with milliseconds, from the form that details have.
double seconds_of(const std::string& text) {
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  double second = 0;
  REQUIRE(std::sscanf(text.c_str(), "%d-%d-%dT%d:%d:%lfZ", &year, &month, &day, &hour, &minute, &second) == 6);
  const std::chrono::sys_days date = std::chrono::year(year) / month / day;
  return static_cast<double>(date.time_since_epoch().count()) * 86400 + hour * 3600 + minute * 60 + second;
}

struct TaskWorld : EventWorld {
  TaskWorld() {
    instance = add_instance("eu-west-1a");
    started = latest();
  }
  model::TaskId run_task(const Json& more = Json::object()) {
    const Json answer = ok("RunTask", with({{"taskDefinition", "web"}}, more));
    REQUIRE(answer["tasks"].size() == 1);
    const std::string arn = answer["tasks"][0]["taskArn"];
    return state.task_with(*model::parse_uuid(arn.substr(arn.rfind('/') + 1)))->id;
  }
  Json describe(model::TaskId task) {
    return ok("DescribeTasks", {{"tasks", {model::to_hex(state.get(task).uuid)}}})["tasks"][0];
  }
  model::InstanceId instance;
  std::uint64_t started = 0;
};

}  // namespace

TEST_CASE("A task's life is told state by state, with versions that grow and end where DescribeTasks is", "[events]") {
  TaskWorld world;
  const model::TaskId task = world.run_task({{"startedBy", "me"}, {"tags", {{{"key", "a"}, {"value", "b"}}}}});
  world.settle();
  world.clock.advance(std::chrono::milliseconds(1520));
  world.report(task, model::TaskStatus::kRunning);
  world.settle();
  world.clock.advance(std::chrono::seconds(3));
  world.report(task, model::TaskStatus::kStopped, 3, "Essential container in task exited");
  world.settle();
  const auto events = world.sent(kTask, world.started);
  REQUIRE(events.size() >= 3);
  std::int64_t version = 0;
  std::vector<std::string> statuses;
  for (const Json& event : events) {
    CHECK(event["detail"]["version"].get<std::int64_t>() > version);
    version = event["detail"]["version"];
    statuses.push_back(event["detail"]["lastStatus"]);
    CHECK(event["resources"] == Json::array({event["detail"]["taskArn"]}));
    CHECK_FALSE(event["detail"].contains("healthStatus"));
    CHECK_FALSE(event["detail"].contains("tags"));
    CHECK_FALSE(event["detail"]["containers"][0].contains("healthStatus"));
    CHECK(event["detail"]["overrides"] == Json::parse(R"({"containerOverrides":[{"name":"app"}]})"));
    CHECK(event["detail"]["startedBy"] == "me");
    CHECK(event["detail"]["attachments"] == Json::array());
    CHECK(event["version"] == "0");
    CHECK(event["source"] == "aws.ecs");
    CHECK(event["account"] == TestWorld::kAccount);
    CHECK(event["region"] == TestWorld::kRegion);
    CHECK(event["id"].get<std::string>().size() == 36);
  }
  CHECK(statuses.front() == "PENDING");
  CHECK(statuses.back() == "STOPPED");
  CHECK(std::ranges::find(statuses, "RUNNING") != statuses.end());
  const Json described = world.describe(task);
  const Json& last = events.back()["detail"];
  CHECK(version == described["version"].get<std::int64_t>());
  CHECK(last["stopCode"] == described["stopCode"]);
  CHECK(last["stoppedReason"] == described["stoppedReason"]);
  CHECK(last["containers"][0]["exitCode"] == 3);
  CHECK(last.contains("executionStoppedAt") == described.contains("executionStoppedAt"));
  for (const char* name : {"createdAt", "startedAt", "stoppingAt", "stoppedAt"}) {
    INFO(name);
    REQUIRE(last.contains(name));
    CHECK(std::abs(seconds_of(last[name]) - described[name].get<double>()) < 0.0005);
  }
  CHECK(last["startedAt"] == "2023-11-14T22:13:21.52Z");
  CHECK(events.back()["time"] == "2023-11-14T22:13:24Z");
}

TEST_CASE("Starting a task takes from its instance's remaining resources, and stopping gives back", "[events]") {
  TaskWorld world;
  const model::TaskId task = world.run_task();
  world.settle();
  auto events = world.sent(kInstance, world.started);
  REQUIRE(events.size() == 1);
  CHECK(remaining(events[0], "MEMORY") == 8192 - 64);
  CHECK_FALSE(events[0]["detail"]["remainingResources"][0].contains("doubleValue"));
  CHECK_FALSE(events[0]["detail"]["remainingResources"][2].contains("integerValue"));
  const std::int64_t version = events[0]["detail"]["version"];
  CHECK(world.state.get(world.instance).version == version);
  const std::uint64_t before = world.latest();
  world.report(task, model::TaskStatus::kRunning);
  world.report(task, model::TaskStatus::kStopped, 0);
  world.settle();
  events = world.sent(kInstance, before);
  REQUIRE_FALSE(events.empty());
  CHECK(remaining(events.back(), "MEMORY") == 8192);
  CHECK(events.back()["detail"]["version"].get<std::int64_t>() > version);
}

TEST_CASE("An agent that comes or goes is an event of its instance", "[events]") {
  TaskWorld world;
  world.edit([&](model::Transaction& tx) { operations::set_agent_connected(tx, world.instance, false); });
  const auto events = world.sent(kInstance, world.started);
  REQUIRE(events.size() == 1);
  CHECK(events[0]["detail"]["agentConnected"] == false);
  CHECK(events[0]["detail"]["clusterArn"] == world.arn("cluster/default"));
  const auto health = world.sent("ECS Container Instance Health Change", world.started);
  REQUIRE(health.size() == 1);
  CHECK(health[0]["detail"]["overallStatus"] == "INSUFFICIENT_DATA");
}

TEST_CASE("Health is no event", "[events]") {
  TaskWorld world;
  Json definition = ServiceWorld::definition("checked");
  definition["containerDefinitions"][0]["healthCheck"] = {{"command", {"CMD", "true"}}};
  world.ok("RegisterTaskDefinition", definition);
  const model::TaskId task = world.run_task({{"taskDefinition", "checked"}});
  world.settle();
  world.report(task, model::TaskStatus::kRunning);
  world.settle();
  const std::uint64_t before = world.latest();
  world.edit([&](model::Transaction& tx) { model::apply_health(tx, task, "app", model::Health::kHealthy); });
  CHECK(world.state.get(task).health == model::Health::kHealthy);
  CHECK(world.sent(kTask, before).empty());
}

TEST_CASE("What is not committed has no event, and the kept ones are the latest", "[events]") {
  EventWorld world(5);
  world.add_instance("eu-west-1a");
  const std::uint64_t before = world.latest();
  world.no("RunTask", {{"taskDefinition", "unknown"}});
  CHECK(world.latest() == before);
  for (int i = 0; i < 10; ++i) world.ok("RunTask", {{"taskDefinition", "web"}});
  CHECK(world.state.events().size() == 5);
  CHECK(world.state.events().rbegin()->value == world.latest());
  CHECK(world.rows() == world.stored);
  CHECK(indexes_after_restart(world.stored) == indexes_of(world.state));
}

TEST_CASE("Without room for events none are made", "[events]") {
  EventWorld world(0);
  const model::InstanceId instance = world.add_instance("eu-west-1a");
  world.ok("RunTask", {{"taskDefinition", "web"}});
  CHECK(world.latest() == 0);
  CHECK(world.state.get(instance).version == 1);
}

}  // namespace drydock::test
