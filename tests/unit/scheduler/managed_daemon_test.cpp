// What daemons do on instances: spec/services.md section 14.1.
#include <algorithm>

#include "model/task_content.hpp"
#include "tests/unit/operations/daemons/daemon_fixture.hpp"

namespace drydock::test {
namespace {

using model::TaskStatus;

struct Fixture : DaemonWorld {
  std::vector<model::InstanceId> instances;
  void add(int count, const std::string& provider = "one") {
    for (int i = 0; i < count; ++i) instances.push_back(add_instance_of(provider));
  }
  /// Every instance has exactly one wanted task of the daemon.
  void check_one_each() const {
    std::map<model::InstanceId, int> counts;
    for (const model::TaskId task : wanted()) ++counts[state.get(task).instance];
    CHECK(counts.size() == instances.size());
    for (const auto& [instance, count] : counts) CHECK(count == 1);
  }
  void fail(model::TaskId task) { report(task, TaskStatus::kStopped, std::nullopt, "CannotPullContainerError: no"); }
  int count_revision(int revision) const {
    const auto all = revisions();
    return static_cast<int>(std::ranges::count(all, revision));
  }
  /// Fails every start of the newest revision until the scheduler has nothing more to start, time included.
  void fail_all(int revision) {
    for (int round = 0; round < 200; ++round) {
      settle();
      bool acted = false;
      for (const model::TaskId one : daemon_tasks()) {
        const model::Task& task = state.get(one);
        const bool bad = model::content_revision(state, task) == revision;
        if (task.stop_wanted) {
          report(one, TaskStatus::kStopped, 0);
        } else if (task.last_status == TaskStatus::kPending && bad) {
          fail(one);
        } else if (task.last_status == TaskStatus::kPending) {
          report(one, TaskStatus::kRunning);
        } else {
          continue;
        }
        acted = true;
      }
      clock.advance(std::chrono::minutes(1));
      if (!acted && round > 20) return;
    }
  }
};

TEST_CASE("a daemon has one task on every instance of its providers and on no other", "[daemons]") {
  Fixture world;
  world.add(2);
  world.add(1, "two");
  world.add_instance("b");
  const Json created = world.create({{"capacityProviderArns", {world.provider_arn("one"), world.provider_arn("two")}},
                                     {"enableExecuteCommand", true}});
  world.settle();
  world.check_one_each();
  CHECK(world.status(created) == "IN_PROGRESS");
  const model::Task& task = world.state.get(world.wanted()[0]);
  CHECK(task.group == "daemon:logs");
  CHECK(task.capacity_provider == "one");
  CHECK(task.execute_command);
  const std::string deployment_arn = created["deploymentArn"];
  CHECK(deployment_arn.ends_with("/" + task.started_by));
  world.run_daemons();
  CHECK(world.status(created) == "SUCCESSFUL");
  const Json deployment = world.deployment(deployment_arn);
  CHECK(deployment["statusReason"] == "Deployment completed successfully.");
  CHECK(deployment["targetDaemonRevision"]["totalRunningInstanceCount"] == 3);
  CHECK(deployment["circuitBreaker"]["status"] == "MONITORING_COMPLETE");
  CHECK(deployment.contains("startedAt"));
  CHECK(deployment.contains("finishedAt"));
  const Json revision = world.daemon()["currentRevisions"][0];
  CHECK(revision["totalRunningCount"] == 3);
  CHECK(revision["capacityProviders"] == Json{{{"arn", world.provider_arn("one")}, {"runningCount", 2}},
                                              {{"arn", world.provider_arn("two")}, {"runningCount", 1}}});
  const Json listed = world.ok("ListTasks", {{"daemonName", "logs"}})["taskArns"];
  CHECK(listed.size() == 3);
  CHECK(world.ok("ListTasks", {{"daemonName", "other"}})["taskArns"].empty());
  CHECK(world.ok("ListTasks", {{"daemonName", "logs"}, {"desiredStatus", "STOPPED"}})["taskArns"].empty());
  CHECK(world.ok("ListTasks", {{"family", "agent"}})["taskArns"].size() == 3);
  const Json shown = world.ok("DescribeTasks", {{"tasks", {listed[0]}}})["tasks"][0];
  CHECK(shown["taskDefinitionArn"] == world.definition_arn(1));
  CHECK(shown["capacityProviderName"] == "one");
  world.check_stored();
}

TEST_CASE("without instances a daemon's deployment is complete at once", "[daemons]") {
  Fixture world;
  const Json created = world.create({{"deploymentConfiguration", {{"bakeTimeInMinutes", 5}}}});
  world.settle();
  CHECK(world.status(created) == "SUCCESSFUL");
  world.add(1);
  world.settle();
  world.check_one_each();
}

TEST_CASE("a daemon task that stops is replaced, also one that a user stops or that turns unhealthy", "[daemons]") {
  Fixture world;
  Json checked = world.agent();
  checked["containerDefinitions"][0]["healthCheck"] = {{"command", {"CMD", "true"}}};
  world.ok("RegisterDaemonTaskDefinition", checked);
  world.add(2);
  world.create({{"daemonTaskDefinitionArn", world.definition_arn(2)}});
  world.run_daemons();
  const auto health = [&](model::Health verdict) {
    for (const model::TaskId id : world.wanted()) {
      world.edit([&](model::Transaction& tx) { model::apply_health(tx, id, "app", verdict); });
    }
    world.settle();
  };
  health(model::Health::kHealthy);
  auto before = world.wanted();
  world.report(before[0], TaskStatus::kStopped, 1);
  world.settle();
  world.check_one_each();
  CHECK(world.wanted()[0] == before[1]);
  world.ok("StopTask", {{"task", model::arn_of(world.state, world.state.get(before[1]))}});
  world.settle();
  CHECK(world.wanted().size() == 1);  // the instance is free again only when the old task has stopped
  world.run_daemons();
  world.check_one_each();
  health(model::Health::kHealthy);
  before = world.wanted();
  world.edit([&](model::Transaction& tx) { model::apply_health(tx, before[0], "app", model::Health::kUnhealthy); });
  world.settle();
  CHECK(world.state.get(before[0]).stop_wanted);
  CHECK(world.state.get(before[0]).stopped_reason == "Task failed container health checks");
  world.run_daemons();
  world.check_one_each();
}

struct Step {
  int instances;
  double percent;
  int batch;
};

TEST_CASE("an update replaces drainPercent of the instances at a time, and at least one", "[daemons]") {
  const Step rows[] = {{4, 25, 1}, {4, 50, 2}, {4, 100, 4}, {4, 0, 1}, {5, 50, 2}, {3, 25, 1}, {10, 33.3, 3}};
  for (const Step& row : rows) {
    INFO(row.instances << " instances, " << row.percent << " percent");
    Fixture world;
    world.add(row.instances);
    world.create();
    world.run_daemons();
    world.register_agent();
    const Json updated = world.update(2, {{"drainPercent", row.percent}});
    int most = 0;
    int steps = 0;
    for (int round = 0; round < 100; ++round) {
      world.settle();
      int leaving = 0;
      for (const model::TaskId id : world.daemon_tasks()) leaving += world.state.get(id).stop_wanted ? 1 : 0;
      most = std::max(most, leaving);
      steps += leaving > 0 ? 1 : 0;
      if (leaving > 0) {
        const Json source = world.deployment(updated["deploymentArn"])["sourceDaemonRevisions"][0];
        CHECK(source["totalDrainingInstanceCount"] == leaving);
      }
      if (!world.obey()) break;
    }
    CHECK(most == row.batch);
    CHECK(steps == (row.instances + row.batch - 1) / row.batch);
    CHECK(world.status(updated) == "SUCCESSFUL");
    CHECK(world.count_revision(2) == row.instances);
    world.check_one_each();
    CHECK(world.daemon()["currentRevisions"].size() == 1);
    world.check_stored();
  }
}

TEST_CASE("every step of a deployment bakes before the next, and the last before success", "[daemons]") {
  Fixture world;
  world.add(2);
  const Json created = world.create({{"deploymentConfiguration", {{"bakeTimeInMinutes", 10}}}});
  world.run_daemons();
  CHECK(world.status(created) == "IN_PROGRESS");
  world.clock.advance(std::chrono::minutes(10));
  world.run_daemons();
  CHECK(world.status(created) == "SUCCESSFUL");
  world.register_agent();
  const Json updated = world.update(2, {{"drainPercent", 50}, {"bakeTimeInMinutes", 10}});
  for (int step = 1; step <= 2; ++step) {
    world.run_daemons();
    CHECK(world.count_revision(2) == step);
    CHECK(world.status(updated) == "IN_PROGRESS");
    world.clock.advance(std::chrono::minutes(9));
    world.run_daemons();
    CHECK(world.count_revision(2) == step);
    world.clock.advance(std::chrono::minutes(1));
  }
  world.run_daemons();
  CHECK(world.status(updated) == "SUCCESSFUL");
}

TEST_CASE("a new deployment stops the one under way", "[daemons]") {
  Fixture world;
  world.add(4);
  world.create();
  world.run_daemons();
  world.register_agent();
  world.register_agent();
  const Json second = world.update(2);
  world.obey();
  const Json third = world.update(3);
  CHECK(world.status(second) == "STOP_REQUESTED");
  world.settle();
  CHECK(world.status(second) == "STOPPED");
  CHECK(world.deployment(second["deploymentArn"]).contains("stoppedAt"));
  world.run_daemons();
  CHECK(world.status(third) == "SUCCESSFUL");
  CHECK(world.count_revision(3) == 4);
  CHECK(world.deployment(third["deploymentArn"])["sourceDaemonRevisions"].size() >= 1);
}

TEST_CASE("tasks that fail to start trip the breaker, and the daemon goes back to what ran before", "[daemons]") {
  Fixture world;
  world.add(4);
  world.create();
  world.run_daemons();
  const std::string good = world.daemon()["currentRevisions"][0]["arn"];
  world.register_agent();
  const Json updated = world.update(2, {{"drainPercent", 50}});
  world.fail_all(2);
  const Json deployment = world.deployment(updated["deploymentArn"]);
  CHECK(deployment["status"] == "ROLLBACK_SUCCESSFUL");
  CHECK(deployment["circuitBreaker"] == Json{{"failureCount", 3}, {"status", "TRIGGERED"}, {"threshold", 3}});
  CHECK(deployment["rollback"]["rollbackTargetDaemonRevisionArn"] == good);
  CHECK(deployment["rollback"]["rollbackCapacityProviders"] == Json{world.provider_arn("one")});
  CHECK(world.count_revision(1) == 4);
  world.check_one_each();
  CHECK(world.daemon()["currentRevisions"][0]["arn"] == good);
  world.check_stored();
}

TEST_CASE("a first deployment that fails stops, and an update starts again", "[daemons]") {
  Fixture world;
  world.add(2);
  const Json created = world.create();
  world.fail_all(1);
  const Json deployment = world.deployment(created["deploymentArn"]);
  CHECK(deployment["status"] == "STOPPED");
  CHECK(deployment["statusReason"] == "Deployment failed: tasks failed to start.");
  CHECK(world.wanted().empty());
  world.register_agent();
  const Json updated = world.update(2);
  world.run_daemons();
  CHECK(world.status(updated) == "SUCCESSFUL");
  world.check_one_each();
}

TEST_CASE("starts that fail again and again wait longer and longer", "[daemons]") {
  Fixture world;
  world.add(1);
  world.create();
  world.run_daemons();
  world.report(world.wanted()[0], TaskStatus::kStopped, 1);
  for (int i = 0; i < 3; ++i) {
    world.settle();
    REQUIRE(world.wanted().size() == 1);
    world.fail(world.wanted()[0]);
  }
  world.settle();
  CHECK(world.wanted().empty());
  world.clock.advance(std::chrono::seconds(1));  // 10 s at AWS's pace
  world.settle();
  CHECK(world.wanted().size() == 1);
}

TEST_CASE("a deleted daemon gives its instances up in steps, and is gone", "[daemons]") {
  Fixture world;
  world.add(4);
  world.create({{"deploymentConfiguration", {{"drainPercent", 50}}}});
  world.run_daemons();
  const Json deleted = world.ok("DeleteDaemon", {{"daemonArn", world.daemon_arn()}});
  world.settle();
  CHECK(world.wanted().size() == 2);
  CHECK(world.status(deleted) == "IN_PROGRESS");
  CHECK(world.daemon()["status"] == "DELETE_IN_PROGRESS");
  CHECK(world.no("CreateDaemon", world.creation()).starts_with("InvalidParameterException"));
  world.run_daemons();
  CHECK(world.daemon_tasks().empty());
  CHECK(world.no("DescribeDaemon", {{"daemonArn", world.daemon_arn()}}).starts_with("DaemonNotFoundException"));
  CHECK(world.ok("ListDaemons", Json::object())["daemonSummariesList"].empty());
  const Json deployment = world.deployment(deleted["deploymentArn"]);
  CHECK(deployment["status"] == "SUCCESSFUL");
  CHECK_FALSE(deployment.contains("targetDaemonRevision"));
  CHECK(deployment["sourceDaemonRevisions"].size() == 1);
  const Json again = world.create();
  world.run_daemons();
  CHECK(world.status(again) == "SUCCESSFUL");
  world.check_stored();
  world.clock.advance(std::chrono::hours(2));
  world.settle();
  CHECK(world.ok("DescribeDaemonDeployments", {{"daemonDeploymentArns", {deleted["deploymentArn"]}}})["failures"]
            .size() == 1);
  world.check_stored();
}

TEST_CASE("a definition is DELETED when no daemon runs it any more", "[daemons]") {
  Fixture world;
  world.add(1);
  world.create();
  world.run_daemons();
  const auto status = [&] {
    return world.ok("DescribeDaemonTaskDefinition",
                    {{"daemonTaskDefinition", "agent:1"}})["daemonTaskDefinition"]["status"];
  };
  world.ok("DeleteDaemonTaskDefinition", {{"daemonTaskDefinition", "agent:1"}});
  world.settle();
  CHECK(status() == "DELETE_IN_PROGRESS");
  world.report(world.wanted()[0], TaskStatus::kStopped, 1);
  world.run_daemons();
  world.check_one_each();  // the daemon goes on with it
  world.register_agent();
  world.update(2);
  world.settle();
  CHECK(status() == "DELETE_IN_PROGRESS");
  world.run_daemons();
  CHECK(status() == "DELETED");
}

TEST_CASE("instances that drain, or leave the daemon's providers, give the task up", "[daemons]") {
  Fixture world;
  world.add(3);
  world.create();
  world.run_daemons();
  world.ok("UpdateContainerInstancesState",
           {{"containerInstances", {model::arn_of(world.state, world.state.get(world.instances[0]))}},
            {"status", "DRAINING"}});
  world.put_provider(world.instances[1], "two");
  world.run_daemons();
  REQUIRE(world.wanted().size() == 1);
  CHECK(world.state.get(world.wanted()[0]).instance == world.instances[2]);
  world.ok("UpdateContainerInstancesState",
           {{"containerInstances", {model::arn_of(world.state, world.state.get(world.instances[0]))}},
            {"status", "ACTIVE"}});
  world.put_provider(world.instances[1], "one");
  world.run_daemons();
  world.check_one_each();
}

TEST_CASE("other tasks come to an instance after its daemons", "[daemons]") {
  Fixture world;
  world.ok("RegisterTaskDefinition", ServiceWorld::definition("web"));
  world.create();
  world.ok("CreateService", ServiceWorld::web());
  world.settle();
  world.add(1);
  world.settle();
  CHECK(world.tasks("web", &model::DeploymentTasks::starting).empty());
  CHECK(world.state.explanations.services.at(world.service_id("web")).refusals[0].reason == "DAEMON");
  const Json refused = world.ok("RunTask", {{"taskDefinition", "web"}});
  CHECK(refused["failures"][0]["reason"] == "DAEMON");
  REQUIRE(world.obey());
  world.settle();
  CHECK(world.tasks("web", &model::DeploymentTasks::starting).size() == 1);
  CHECK(world.ok("RunTask", {{"taskDefinition", "web"}})["failures"].empty());
}

TEST_CASE("a daemon that finds no room says so and starts when there is some", "[daemons]") {
  Fixture world;
  Json big = ServiceWorld::definition("big");
  big["containerDefinitions"][0]["memory"] = 8192;
  world.ok("RegisterTaskDefinition", big);
  world.add(1);
  const Json task = world.ok("RunTask", {{"taskDefinition", "big"}})["tasks"][0];
  const Json created = world.create();
  world.settle();
  CHECK(world.wanted().empty());
  CHECK(world.status(created) == "IN_PROGRESS");
  const model::Daemon& daemon = *world.state.daemon_named(world.state.cluster_named(world.id, "default")->id, "logs");
  CHECK(world.state.explanations.daemons.at(daemon.id).refusals[0].reason == "RESOURCE:MEMORY");
  const std::string arn = task["taskArn"];
  world.report(world.state.task_with(*model::parse_uuid(arn.substr(arn.rfind('/') + 1)))->id, TaskStatus::kStopped, 0);
  world.run_daemons();
  CHECK(world.status(created) == "SUCCESSFUL");
}

TEST_CASE("a daemon's tasks have its tags and those that ECS gives", "[daemons]") {
  Fixture world;
  world.add(1);
  world.create(
      {{"tags", {{{"key", "k"}, {"value", "v"}}}}, {"propagateTags", "DAEMON"}, {"enableECSManagedTags", true}});
  world.settle();
  const Json arns = world.ok("ListTasks", {{"daemonName", "logs"}})["taskArns"];
  const Json task = world.ok("DescribeTasks", {{"tasks", arns}, {"include", {"TAGS"}}})["tasks"][0];
  CHECK(task["tags"] == Json{{{"key", "k"}, {"value", "v"}},
                             {{"key", "aws:ecs:clusterName"}, {"value", "default"}},
                             {{"key", "aws:ecs:daemonName"}, {"value", "logs"}}});
}

TEST_CASE("a capacity provider that a daemon uses cannot be deleted", "[daemons]") {
  Fixture world;
  world.create();
  world.ok("DeleteCapacityProvider", {{"capacityProvider", "one"}});
  world.settle();
  CHECK(world.describe("one")["updateStatus"] == "DELETE_FAILED");
}

}  // namespace
}  // namespace drydock::test
