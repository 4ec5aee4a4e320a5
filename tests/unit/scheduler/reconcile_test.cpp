// The reconciler from CreateService to a steady state, and back: deployments, replacement, draining, daemons, events.
#include <algorithm>

#include "tests/unit/operations/services/service_fixture.hpp"

namespace drydock::test {
namespace {

using model::DeploymentTasks;
using model::TaskStatus;

struct SchedulerWorld : ServiceWorld {
  Json sized(int desired, int minimum = 100, int maximum = 200) const {
    return with(web(),
                {{"desiredCount", desired},
                 {"deploymentConfiguration", {{"minimumHealthyPercent", minimum}, {"maximumPercent", maximum}}}});
  }

  int healthy() const { return static_cast<int>(tasks("web", &DeploymentTasks::healthy).size()); }
  int wanted() const {
    int count = 0;
    for (const auto group : {&DeploymentTasks::starting, &DeploymentTasks::healthy, &DeploymentTasks::evaluating,
                             &DeploymentTasks::unhealthy}) {
      count += static_cast<int>(tasks("web", group).size());
    }
    return count;
  }

  std::string hex(model::TaskId task) const { return model::to_hex(state.get(task).uuid); }

  Json checked_definition() const {
    Json body = definition("checked");
    body["containerDefinitions"][0]["healthCheck"] = {{"command", {"CMD", "true"}}};
    return body;
  }

  void health(model::TaskId task, model::Health verdict) {
    edit([&](model::Transaction& tx) { model::apply_health(tx, task, "app", verdict); });
  }

  void set_status(model::InstanceId instance, model::InstanceStatus status) {
    edit([&](model::Transaction& tx) {
      tx.update(instance, [&](model::ContainerInstance& entity) { entity.status = status; });
    });
  }
};

TEST_CASE("a new service goes from PENDING tasks to a completed deployment and a steady state",
          "[scheduler][reconcile]") {
  SchedulerWorld world;
  world.add_instance("a");
  world.add_instance("b");
  world.create(world.sized(2));
  world.settle();
  Json service = world.service("web");
  CHECK(service["pendingCount"] == 2);
  CHECK(service["deployments"][0]["rolloutState"] == "IN_PROGRESS");
  const auto tasks = world.tasks("web", &DeploymentTasks::starting);
  REQUIRE(tasks.size() == 2);
  CHECK(world.state.get(tasks[0]).last_status == TaskStatus::kPending);
  CHECK(world.state.get(tasks[0]).instance != world.state.get(tasks[1]).instance);
  CHECK(world.state.get(tasks[0]).group == "service:web");
  CHECK(world.state.get(tasks[0]).started_by == service["deployments"][0]["id"].get<std::string>());
  for (const model::TaskId task : tasks) world.report(task, TaskStatus::kRunning);
  world.settle();
  service = world.service("web");
  const std::string id = service["deployments"][0]["id"];
  CHECK(service["runningCount"] == 2);
  CHECK(service["deployments"].size() == 1);
  CHECK(service["deployments"][0]["rolloutState"] == "COMPLETED");
  CHECK(service["deployments"][0]["rolloutStateReason"] == "ECS deployment " + id + " completed.");
  CHECK(world.events("web") ==
        std::vector<std::string>{
            "has started 2 tasks: (task " + world.hex(tasks[0]) + ") (task " + world.hex(tasks[1]) + ").",
            "(deployment " + id + ") deployment completed.", "has reached a steady state."});
}

struct Row {
  int desired, minimum, maximum, peak, low;
  bool stuck;
};

TEST_CASE("deployments keep the bounds of the worked examples and end as they say", "[scheduler][reconcile]") {
  const std::vector<Row> rows = {
      {1, 100, 200, 2, 1, false},  {1, 50, 200, 2, 1, false},     {1, 0, 100, 1, 0, false},
      {1, 0, 200, 2, 0, false},    {1, 100, 150, 1, 1, true},     {1, 50, 100, 1, 1, true},
      {2, 100, 200, 4, 2, false},  {2, 50, 200, 4, 1, false},     {2, 100, 150, 3, 2, false},
      {2, 50, 100, 2, 1, false},   {2, 0, 100, 2, 0, false},      {2, 75, 100, 2, 2, true},
      {2, 66, 133, 2, 2, true},    {3, 100, 200, 6, 3, false},    {3, 50, 200, 6, 2, false},
      {3, 100, 150, 4, 3, false},  {3, 0, 100, 3, 0, false},      {3, 100, 125, 3, 3, true},
      {3, 66, 133, 3, 2, false},   {4, 100, 200, 8, 4, false},    {4, 50, 200, 8, 2, false},
      {4, 50, 100, 4, 2, false},   {4, 100, 150, 6, 4, false},    {4, 100, 125, 5, 4, false},
      {4, 75, 100, 4, 3, false},   {4, 66, 133, 5, 3, false},     {10, 100, 200, 20, 10, false},
      {10, 50, 200, 20, 5, false}, {10, 100, 150, 15, 10, false}, {10, 0, 100, 10, 0, false},
      {10, 75, 100, 10, 8, false}, {10, 100, 110, 11, 10, false}, {10, 66, 133, 13, 7, false},
      {0, 100, 200, 0, 0, false}};
  for (const Row& row : rows) {
    CAPTURE(row.desired, row.minimum, row.maximum);
    SchedulerWorld world;
    for (int i = 0; i < 3; ++i) world.add_instance("a", 40000, 40000);
    world.create(world.sized(row.desired, row.minimum, row.maximum));
    world.run("web");
    REQUIRE(world.healthy() == row.desired);
    const std::string old = world.service("web")["deployments"][0]["id"];
    world.update({{"forceNewDeployment", true}});
    world.run("web", [&] {
      CHECK(world.wanted() <= row.peak);
      CHECK(world.healthy() >= row.low);
    });
    const Json service = world.service("web");
    CHECK(service["runningCount"] == row.desired);
    const auto events = world.events("web");
    const std::string stuck =
        "was unable to stop or start tasks during a deployment because of the service deployment configuration. Update "
        "the minimumHealthyPercent or maximumPercent value and try again.";
    CHECK(std::ranges::count(events, stuck) == (row.stuck ? 1 : 0));
    if (row.stuck) {
      CHECK(service["deployments"].size() == 2);
      CHECK(service["deployments"][1]["id"] == old);
      CHECK(service["deployments"][1]["runningCount"] == row.desired);
      CHECK(world.state.explanations.services.at(world.service_id("web")).code == "DEPLOYMENT_BOUNDS");
    } else {
      CHECK(service["deployments"].size() == 1);
      CHECK(service["deployments"][0]["id"] != old);
      CHECK(service["deployments"][0]["rolloutState"] == "COMPLETED");
      CHECK(events.back() == "has reached a steady state.");
      CHECK(events[events.size() - 2] ==
            "(deployment " + service["deployments"][0]["id"].get<std::string>() + ") deployment completed.");
    }
    CHECK(indexes_after_restart(world.stored) == indexes_of(world.state));
  }
}

TEST_CASE("a task that dies is replaced", "[scheduler][reconcile]") {
  SchedulerWorld world;
  world.add_instance("a");
  world.create(world.sized(1));
  world.run("web");
  const auto before = world.tasks("web", &DeploymentTasks::healthy);
  world.report(before[0], TaskStatus::kStopped, 137);
  CHECK(world.state.get(before[0]).stop_code == model::StopCode::kEssentialContainerExited);
  world.settle();
  const auto after = world.tasks("web", &DeploymentTasks::starting);
  REQUIRE(after.size() == 1);
  CHECK(after[0] != before[0]);
  world.run("web");
  CHECK(world.service("web")["deployments"].size() == 1);
  CHECK(world.events("web").back() == "has reached a steady state.");
}

TEST_CASE("scaling out and in follows the desired count", "[scheduler][reconcile]") {
  SchedulerWorld world;
  world.add_instance("a");
  world.add_instance("b");
  world.create(world.sized(1));
  world.run("web");
  for (const int desired : {5, 2, 0, 3}) {
    world.update({{"desiredCount", desired}});
    world.run("web");
    CHECK(world.service("web")["runningCount"] == desired);
    CHECK(world.events("web").back() == "has reached a steady state.");
  }
  const auto events = world.events("web");
  CHECK(std::ranges::any_of(events,
                            [](const std::string& text) { return text.starts_with("has stopped 3 running tasks: "); }));
}

TEST_CASE("a steady state is announced once", "[scheduler][reconcile]") {
  SchedulerWorld world;
  world.add_instance("a");
  world.create(world.sized(1));
  world.run("web");
  const auto events = world.events("web");
  for (int i = 0; i < 5; ++i) {
    world.clock.advance(std::chrono::minutes(10));
    world.settle();
  }
  CHECK(world.events("web") == events);
}

TEST_CASE("without instances the service says so once and places when one comes", "[scheduler][reconcile]") {
  SchedulerWorld world;
  world.create(world.sized(1));
  world.settle();
  world.clock.advance(std::chrono::minutes(1));
  world.settle();
  const std::string text =
      "was unable to place a task because no container instance met all of its requirements. Reason: No Container "
      "Instances were found in your cluster. For more information, see the Troubleshooting section of the Amazon ECS "
      "Developer Guide.";
  CHECK(world.events("web") == std::vector<std::string>{text});
  const auto& why = world.state.explanations.services.at(world.service_id("web"));
  CHECK(why.code == "NO_INSTANCES");
  CHECK_FALSE(why.next_step.empty());
  world.clock.advance(std::chrono::hours(6));
  world.settle();
  CHECK(world.events("web") == std::vector<std::string>{text, text});
  world.add_instance("a");
  world.run("web");
  CHECK(world.service("web")["runningCount"] == 1);
  CHECK(world.state.explanations.services.empty());
}

TEST_CASE("what no instance can take is explained by the closest match", "[scheduler][reconcile]") {
  const auto text = [](const SchedulerWorld& world, model::InstanceId instance, const std::string& why) {
    return "was unable to place a task because no container instance met all of its requirements. The closest matching "
           "(container-instance " +
           model::to_hex(world.state.get(instance).uuid) + ") " + why +
           " For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.";
  };
  SECTION("memory") {
    SchedulerWorld world;
    const auto instance = world.add_instance("a", 4096, 100);
    world.create(world.sized(2));
    world.settle();
    CHECK(world.events("web").back() == text(world, instance, "has insufficient memory available."));
    CHECK(world.service("web")["pendingCount"] == 1);
    const auto& why = world.state.explanations.services.at(world.service_id("web"));
    CHECK(why.code == "PLACEMENT");
    REQUIRE(why.refusals.size() == 1);
    CHECK(why.refusals[0].reason == "RESOURCE:MEMORY");
    // Another instance resolves it; the same trouble later is said again.
    world.add_instance("a", 4096, 100);
    world.run("web");
    CHECK(world.state.explanations.services.empty());
  }
  SECTION("ports") {
    SchedulerWorld world;
    Json body = ServiceWorld::definition("fixed");
    body["containerDefinitions"][0]["portMappings"][0]["hostPort"] = 80;
    world.ok("RegisterTaskDefinition", body);
    const auto instance = world.add_instance("a");
    world.create(with(world.sized(2), {{"taskDefinition", "fixed"}}));
    world.settle();
    CHECK(world.events("web").back() == text(world, instance, "is already using a port required by your task."));
  }
  SECTION("agent") {
    SchedulerWorld world;
    const auto instance = world.add_instance("a");
    world.edit([&](model::Transaction& tx) {
      tx.update(instance, [](model::ContainerInstance& entity) { entity.agent_connected = false; });
    });
    world.create(world.sized(1));
    world.settle();
    CHECK(world.events("web").back() == text(world, instance, "encountered error \"AGENT\"."));
  }
}

TEST_CASE("a fixed host port waits for the old task to be gone", "[scheduler][reconcile]") {
  SchedulerWorld world;
  Json body = ServiceWorld::definition("fixed");
  body["containerDefinitions"][0]["portMappings"][0]["hostPort"] = 80;
  world.ok("RegisterTaskDefinition", body);
  world.add_instance("a");
  world.create(with(world.sized(1, 0, 100), {{"taskDefinition", "fixed"}}));
  world.run("web");
  world.update({{"forceNewDeployment", true}});
  world.run("web");
  CHECK(world.service("web")["deployments"].size() == 1);
  for (const std::string& event : world.events("web")) CHECK_FALSE(event.starts_with("was unable"));
}

TEST_CASE("an unhealthy task is replaced before it is stopped", "[scheduler][reconcile]") {
  SchedulerWorld world;
  world.ok("RegisterTaskDefinition", world.checked_definition());
  world.add_instance("a");
  world.create(with(world.sized(1), {{"taskDefinition", "checked"}}));
  world.settle();
  const model::TaskId first = world.tasks("web", &DeploymentTasks::starting).at(0);
  world.report(first, TaskStatus::kRunning);
  world.settle();
  CHECK(world.service("web")["deployments"][0]["rolloutState"] == "IN_PROGRESS");  // no verdict yet
  world.health(first, model::Health::kHealthy);
  world.settle();
  CHECK(world.service("web")["deployments"][0]["rolloutState"] == "COMPLETED");
  world.health(first, model::Health::kUnhealthy);
  world.settle();
  const model::TaskId second = world.tasks("web", &DeploymentTasks::starting).at(0);
  CHECK(world.events("web").back() == "has started 1 tasks: (task " + world.hex(second) +
                                          "). Amazon ECS replaced 1 tasks due to an unhealthy status.");
  world.report(second, TaskStatus::kRunning);
  world.settle();
  CHECK_FALSE(world.state.get(first).stop_wanted);
  world.health(second, model::Health::kHealthy);
  world.settle();
  CHECK(world.state.get(first).stop_wanted);
  CHECK(world.state.get(first).stopped_reason == "Task failed container health checks");
  const auto events = world.events("web");
  const auto failed = std::ranges::find(events, "(task " + world.hex(first) + ") failed container health checks.");
  REQUIRE(failed != events.end());
  CHECK(*(failed + 1) == "has stopped 1 running tasks: (task " + world.hex(first) + ").");
}

TEST_CASE("a failed health check does not count within the grace period", "[scheduler][reconcile]") {
  SchedulerWorld world;
  world.ok("RegisterTaskDefinition", world.checked_definition());
  world.add_instance("a");
  world.create(with(world.sized(1), {{"taskDefinition", "checked"}, {"healthCheckGracePeriodSeconds", 60}}));
  world.settle();
  const model::TaskId first = world.tasks("web", &DeploymentTasks::starting).at(0);
  world.report(first, TaskStatus::kRunning);
  world.health(first, model::Health::kUnhealthy);
  world.settle();
  CHECK(world.state.task_count() == 1);
  world.clock.advance(std::chrono::seconds(61));
  world.settle();
  CHECK(world.state.task_count() == 2);
}

TEST_CASE("with AWS's pace a task counts as healthy after forty seconds", "[scheduler][reconcile]") {
  SchedulerWorld world;
  world.pace = scheduler::aws_pace();
  world.add_instance("a");
  world.create(world.sized(1));
  world.run("web");
  CHECK(world.service("web")["deployments"][0]["rolloutState"] == "IN_PROGRESS");
  world.clock.advance(std::chrono::seconds(40));
  world.settle();
  CHECK(world.service("web")["deployments"][0]["rolloutState"] == "COMPLETED");
}

TEST_CASE("tasks of a draining instance move within the percentages", "[scheduler][reconcile]") {
  SchedulerWorld world;
  const auto leaving = world.add_instance("a");
  const auto staying = world.add_instance("b");
  world.create(world.sized(4));
  world.run("web");
  CHECK(world.state.of(leaving).tasks.size() == 2);
  world.set_status(leaving, model::InstanceStatus::kDraining);
  world.run("web", [&] {
    CHECK(world.healthy() >= 4);
    CHECK(world.wanted() <= 8);
  });
  CHECK(world.state.of(leaving).tasks.empty());
  CHECK(world.state.of(staying).tasks.size() == 4);
  CHECK(world.service("web")["runningCount"] == 4);
  CHECK(world.events("web").back() == "has reached a steady state.");
}

TEST_CASE("PENDING tasks of a draining instance are stopped at once", "[scheduler][reconcile]") {
  SchedulerWorld world;
  const auto leaving = world.add_instance("a");
  world.create(world.sized(2));
  world.settle();
  const auto pending = world.tasks("web", &DeploymentTasks::starting);
  world.set_status(leaving, model::InstanceStatus::kDraining);
  world.settle();
  for (const model::TaskId task : pending) CHECK(world.state.get(task).stop_wanted);
}

TEST_CASE("start failures slow launches down, and a task that runs forgets them", "[scheduler][reconcile]") {
  SchedulerWorld world;
  world.pace = scheduler::aws_pace();
  world.add_instance("a");
  world.create(world.sized(1));
  const auto fail_all = [&] {
    world.settle();
    for (const model::TaskId task : world.tasks("web", &DeploymentTasks::starting)) {
      world.report(task, TaskStatus::kStopped, std::nullopt, "CannotPullContainerError: no such image");
    }
    world.settle();
  };
  for (int i = 0; i < 3; ++i) fail_all();
  CHECK(world.state.task_count() == 3);
  for (const int seconds : {10, 20, 40}) {
    world.clock.advance(std::chrono::seconds(seconds) - std::chrono::milliseconds(1));
    world.settle();
    CHECK(world.tasks("web", &DeploymentTasks::starting).empty());
    world.clock.advance(std::chrono::milliseconds(1));
    world.settle();
    CHECK(world.tasks("web", &DeploymentTasks::starting).size() == 1);
    fail_all();
  }
  const auto events = world.events("web");
  CHECK(std::ranges::count(events, "is unable to consistently start tasks successfully.") == 1);
  CHECK(world.service("web")["deployments"][0]["failedTasks"] == 6);
  CHECK(world.state.explanations.services.at(world.service_id("web")).code == "START_THROTTLED");
  world.clock.advance(std::chrono::seconds(80));
  world.settle();
  world.report(world.tasks("web", &DeploymentTasks::starting).at(0), TaskStatus::kRunning);
  CHECK(world.service("web")["deployments"][0]["failedTasks"] == 0);
}

TEST_CASE("a crash loop after RUNNING is not slowed down", "[scheduler][reconcile]") {
  SchedulerWorld world;
  world.pace = scheduler::aws_pace();
  world.add_instance("a");
  world.create(world.sized(1));
  for (int i = 0; i < 10; ++i) {
    world.settle();
    const model::TaskId task = world.tasks("web", &DeploymentTasks::starting).at(0);
    world.report(task, TaskStatus::kRunning);
    world.report(task, TaskStatus::kStopped, 1);
  }
  CHECK(world.service("web")["deployments"][0]["failedTasks"] == 0);
}

TEST_CASE("a DAEMON service follows the instances", "[scheduler][reconcile]") {
  SchedulerWorld world;
  const auto first = world.add_instance("a");
  const auto second = world.add_instance("b");
  world.create({{"serviceName", "web"}, {"taskDefinition", "web"}, {"schedulingStrategy", "DAEMON"}});
  world.run("web");
  CHECK(world.service("web")["desiredCount"] == 2);
  CHECK(world.service("web")["runningCount"] == 2);
  CHECK(world.events("web").back() == "has reached a steady state.");
  const auto third = world.add_instance("c");
  world.run("web");
  for (const auto instance : {first, second, third}) CHECK(world.state.of(instance).tasks.size() == 1);
  world.set_status(first, model::InstanceStatus::kDraining);
  world.run("web");
  CHECK(world.state.of(first).tasks.empty());
  CHECK(world.service("web")["desiredCount"] == 2);
  world.set_status(first, model::InstanceStatus::kActive);
  world.run("web");
  CHECK(world.service("web")["runningCount"] == 3);

  const std::string old = world.service("web")["deployments"][0]["id"];
  world.update({{"forceNewDeployment", true}});
  world.run("web", [&] {
    // maximumPercent is 100: never two tasks of the service on one instance.
    for (const auto instance : {first, second, third}) CHECK(world.state.of(instance).tasks.size() <= 1);
  });
  const Json service = world.service("web");
  CHECK(service["runningCount"] == 3);
  CHECK(service["deployments"].size() == 1);
  CHECK(service["deployments"][0]["id"] != old);
}

TEST_CASE("a DAEMON deployment that its lower bound holds back says so once and explains it",
          "[scheduler][reconcile]") {
  SchedulerWorld world;
  for (int i = 0; i < 2; ++i) world.add_instance("a");
  const Json bounds = {{"minimumHealthyPercent", 100}, {"maximumPercent", 100}};
  world.create({{"serviceName", "web"},
                {"taskDefinition", "web"},
                {"schedulingStrategy", "DAEMON"},
                {"deploymentConfiguration", bounds}});
  world.run("web");
  const std::string stuck =
      "was unable to stop or start tasks during a deployment because of the service deployment configuration. Update "
      "the minimumHealthyPercent or maximumPercent value and try again.";
  const auto said = [&] { return std::ranges::count(world.events("web"), stuck); };
  CHECK(said() == 0);
  world.update({{"forceNewDeployment", true}});
  world.run("web");
  CHECK(said() == 1);
  const auto& explained = world.state.explanations.services.at(world.service_id("web"));
  CHECK(explained.code == "DEPLOYMENT_BOUNDS");
  CHECK(explained.message == stuck);
  CHECK(explained.next_step.find("minimumHealthyPercent") != std::string::npos);
  world.clock.advance(std::chrono::hours(5));
  world.run("web");
  CHECK(said() == 1);
  world.clock.advance(std::chrono::hours(1));
  world.run("web");
  CHECK(said() == 2);

  world.update({{"deploymentConfiguration", {{"minimumHealthyPercent", 50}}}});
  world.run("web");
  CHECK(world.service("web")["deployments"].size() == 1);
  CHECK(world.state.explanations.services.empty());
  CHECK(said() == 2);
}

TEST_CASE("a second update during a deployment leaves one PRIMARY and drains all others", "[scheduler][reconcile]") {
  SchedulerWorld world;
  world.add_instance("a");
  world.create(world.sized(4, 100, 150));
  world.run("web");
  world.update({{"forceNewDeployment", true}});
  world.settle();
  world.report(world.tasks("web", &DeploymentTasks::starting).at(0), TaskStatus::kRunning);
  const Json service = world.update({{"forceNewDeployment", true}});
  REQUIRE(service["deployments"].size() == 3);
  CHECK(service["deployments"][0]["status"] == "PRIMARY");
  CHECK(service["deployments"][1]["status"] == "ACTIVE");
  CHECK(service["deployments"][2]["status"] == "ACTIVE");
  const std::string last = service["deployments"][0]["id"];
  world.run("web", [&] {
    CHECK(world.healthy() >= 4);
    CHECK(world.wanted() <= 6);
  });
  const Json after = world.service("web");
  REQUIRE(after["deployments"].size() == 1);
  CHECK(after["deployments"][0]["id"] == last);
  CHECK(after["runningCount"] == 4);
}

TEST_CASE("tags reach tasks as the service says", "[scheduler][reconcile]") {
  SchedulerWorld world;
  world.add_instance("a");
  world.create(with(world.sized(1), {{"tags", {{{"key", "team"}, {"value", "blue"}}}},
                                     {"propagateTags", "SERVICE"},
                                     {"enableECSManagedTags", true}}));
  world.settle();
  std::map<std::string, std::string> tags;
  for (const auto& tag : world.state.get(world.tasks("web", &DeploymentTasks::starting).at(0)).tags) {
    tags[*tag.key] = *tag.value;
  }
  CHECK(tags == std::map<std::string, std::string>{
                    {"team", "blue"}, {"aws:ecs:clusterName", "default"}, {"aws:ecs:serviceName", "web"}});
}

}  // namespace
}  // namespace drydock::test
