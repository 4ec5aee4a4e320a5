// Service deployments and revisions: what is recorded of a deployment, how it ends, and how it is stopped
// (spec/services.md sections 5 and 9).
#include <algorithm>

#include "tests/unit/operations/services/service_fixture.hpp"

namespace drydock::test {
namespace {

using model::DeploymentTasks;
using model::TaskStatus;

const std::string kBad = "InvalidParameterException: ";

struct HistoryWorld : ServiceWorld {
  HistoryWorld() {
    ok("RegisterTaskDefinition", definition("web"));  // web:2
    add_instance("a", 40000, 40000);
  }

  Json list(const Json& more = Json::object()) {
    return ok("ListServiceDeployments", with({{"service", "web"}}, more))["serviceDeployments"];
  }

  Json described(const std::string& arn) {
    const Json answer = ok("DescribeServiceDeployments", {{"serviceDeploymentArns", {arn}}});
    REQUIRE(answer["failures"] == Json::array());
    return answer["serviceDeployments"][0];
  }
  /// The newest deployment of the service `web`.
  Json latest() { return described(list()[0]["serviceDeploymentArn"]); }

  Json revision(const std::string& arn) {
    return ok("DescribeServiceRevisions", {{"serviceRevisionArns", {arn}}})["serviceRevisions"][0];
  }

  /// A service `web` of two tasks of web:1, deployed.
  void deploy_first(const Json& more = Json::object()) {
    create(with(with(web(), {{"taskDefinition", "web:1"}, {"desiredCount", 2}}), more));
    run("web");
    clock.advance(std::chrono::seconds(1));
  }

  std::string stop(const Json& deployment, const Json& more = Json::object()) {
    const Json body = with({{"serviceDeploymentArn", deployment["serviceDeploymentArn"]}}, more);
    return ok("StopServiceDeployment", body)["serviceDeploymentArn"];
  }

  void fail_starts() {
    settle();
    for (const model::TaskId task : tasks("web", &DeploymentTasks::starting)) {
      report(task, TaskStatus::kStopped, std::nullopt, "CannotPullContainerError: no such image");
    }
  }
};

const Json kBreaker = {
    {"deploymentConfiguration", {{"deploymentCircuitBreaker", {{"enable", true}, {"rollback", true}}}}}};

TEST_CASE("a new service has a PENDING deployment with its revision", "[operations][deployments]") {
  HistoryWorld world;
  const Json service = world.create(with(ServiceWorld::fargate(), {{"loadBalancers", {ServiceWorld::balancer()}}}));
  const Json brief = world.list();
  REQUIRE(brief.size() == 1);
  CHECK(brief[0]["status"] == "PENDING");
  CHECK(brief[0]["serviceArn"] == service["serviceArn"]);
  CHECK(brief[0]["clusterArn"] == service["clusterArn"]);
  CHECK_FALSE(brief[0].contains("startedAt"));
  const std::string arn = brief[0]["serviceDeploymentArn"];
  const std::string prefix = world.arn("service-deployment/default/web/");
  CHECK(arn.starts_with(prefix));
  CHECK(arn.size() == prefix.size() + 21);
  CHECK(service["currentServiceDeployment"] == arn);
  const Json deployment = world.described(arn);
  CHECK(deployment["sourceServiceRevisions"] == Json::array());
  CHECK(deployment["deploymentConfiguration"] == service["deploymentConfiguration"]);
  CHECK(deployment["deploymentCircuitBreaker"] == Json{{"status", "DISABLED"}, {"failureCount", 0}, {"threshold", 3}});
  CHECK(deployment["alarms"]["status"] == "DISABLED");
  const Json& target = deployment["targetServiceRevision"];
  CHECK(target["requestedTaskCount"] == 1);
  CHECK(target["runningTaskCount"] == 0);
  CHECK(target["pendingTaskCount"] == 0);
  const std::string id = service["deployments"][0]["id"];
  std::string digits = id.substr(8);
  digits.erase(0, digits.find_first_not_of('0'));
  CHECK(target["arn"] == world.arn("service-revision/default/web/" + digits));
  CHECK(brief[0]["targetServiceRevisionArn"] == target["arn"]);
  CHECK(service["currentServiceRevisions"].size() == 1);
  CHECK(service["currentServiceRevisions"][0]["arn"] == target["arn"]);

  const Json revision = world.revision(target["arn"]);
  CHECK(revision["serviceRevisionArn"] == target["arn"]);
  CHECK(revision["serviceArn"] == service["serviceArn"]);
  CHECK(revision["clusterArn"] == service["clusterArn"]);
  CHECK(revision["taskDefinition"] == service["taskDefinition"]);
  CHECK(revision["launchType"] == "FARGATE");
  CHECK(revision["platformVersion"] == "1.4.0");
  CHECK(revision["platformFamily"] == "Linux");
  CHECK(revision["loadBalancers"] == service["loadBalancers"]);
  CHECK(revision["networkConfiguration"] == service["networkConfiguration"]);
  CHECK(revision["guardDutyEnabled"] == false);
  CHECK(revision["containerImages"] == Json::parse(R"([{"containerName": "app", "image": "busybox"}])"));
  CHECK(revision["createdAt"] == deployment["createdAt"]);
}

TEST_CASE("a deployment goes from PENDING through IN_PROGRESS to SUCCESSFUL", "[operations][deployments]") {
  HistoryWorld world;
  world.create(with(ServiceWorld::web(), {{"desiredCount", 2}}));
  world.clock.advance(std::chrono::seconds(1));
  world.settle();
  Json deployment = world.latest();
  CHECK(deployment["status"] == "IN_PROGRESS");
  CHECK(deployment["startedAt"] > deployment["createdAt"]);
  CHECK(deployment["targetServiceRevision"]["pendingTaskCount"] == 2);
  CHECK(world.service("web")["currentServiceRevisions"][0]["pendingTaskCount"] == 2);
  world.clock.advance(std::chrono::seconds(1));
  world.run("web");
  deployment = world.latest();
  CHECK(deployment["status"] == "SUCCESSFUL");
  CHECK(deployment["finishedAt"] > deployment["startedAt"]);
  CHECK_FALSE(deployment.contains("stoppedAt"));
  CHECK(deployment["targetServiceRevision"]["requestedTaskCount"] == 2);
  CHECK(deployment["targetServiceRevision"]["runningTaskCount"] == 2);

  world.update({{"desiredCount", 1}});
  world.run("web");
  CHECK(world.latest() == deployment);  // counts of its end
  CHECK(world.list().size() == 1);
  CHECK(world.service("web")["currentServiceRevisions"][0]["runningTaskCount"] == 1);
}

TEST_CASE("only what starts a deployment makes a revision, and its sources are what ran before",
          "[operations][deployments]") {
  HistoryWorld world;
  world.deploy_first();
  const Json first = world.latest();
  world.update({{"desiredCount", 3}});
  world.run("web");
  CHECK(world.list().size() == 1);
  world.update({{"forceNewDeployment", true}});
  world.settle();
  Json second = world.latest();
  REQUIRE(second["sourceServiceRevisions"].size() == 1);
  CHECK(second["sourceServiceRevisions"][0]["arn"] == first["targetServiceRevision"]["arn"]);
  CHECK(second["sourceServiceRevisions"][0]["runningTaskCount"] == 3);
  CHECK(second["targetServiceRevision"]["arn"] != first["targetServiceRevision"]["arn"]);
  world.run("web");
  second = world.latest();
  CHECK(second["status"] == "SUCCESSFUL");
  CHECK(second["sourceServiceRevisions"][0]["runningTaskCount"] == 0);
  CHECK(second["sourceServiceRevisions"][0]["requestedTaskCount"] == 0);
  // The first one's revision is as it was.
  CHECK(world.revision(first["targetServiceRevision"]["arn"])["taskDefinition"] == world.arn("task-definition/web:1"));
}

TEST_CASE("a newer deployment stops the one under way", "[operations][deployments]") {
  HistoryWorld world;
  world.deploy_first();
  world.update({{"taskDefinition", "web:2"}});
  world.settle();
  const std::string superseded = world.latest()["serviceDeploymentArn"];
  world.update({{"forceNewDeployment", true}});
  CHECK(world.described(superseded)["status"] == "STOP_REQUESTED");
  world.clock.advance(std::chrono::seconds(1));
  world.settle();
  const Json stopped = world.described(superseded);
  CHECK(stopped["status"] == "STOPPED");
  CHECK(stopped["stoppedAt"] == stopped["finishedAt"]);
  CHECK(stopped.contains("statusReason"));
  world.run("web");
  CHECK(world.latest()["status"] == "SUCCESSFUL");
  CHECK(world.described(superseded) == stopped);
}

TEST_CASE("StopServiceDeployment rolls back to the last completed revision, by default", "[operations][deployments]") {
  for (const char* type : {"", "ROLLBACK"}) {
    HistoryWorld world;
    world.deploy_first();
    const Json before = world.service("web");
    const Json good = world.latest();
    world.update({{"taskDefinition", "web:2"}, {"loadBalancers", {ServiceWorld::balancer()}}});
    world.settle();
    const Json bad = world.service("web");
    const Json stop = *type == 0 ? Json::object() : Json{{"stopType", type}};
    const std::string arn = world.stop(world.latest(), stop);
    CHECK(world.described(arn)["status"] == "ROLLBACK_REQUESTED");
    CHECK(world.stop(world.latest(), stop) == arn);
    world.settle();
    Json deployment = world.described(arn);
    CHECK(deployment["status"] == "ROLLBACK_IN_PROGRESS");
    CHECK(deployment["rollback"]["serviceRevisionArn"] == good["targetServiceRevision"]["arn"]);
    CHECK(deployment["rollback"].contains("startedAt"));
    CHECK(deployment["rollback"].contains("reason"));
    CHECK(world.stop(deployment) == arn);
    Json service = world.service("web");
    CHECK(service["deployments"][0]["id"] == before["deployments"][0]["id"]);
    CHECK(service["deployments"][0]["rolloutState"] == "IN_PROGRESS");
    CHECK(service["deployments"][1]["id"] == bad["deployments"][0]["id"]);
    CHECK(service["deployments"][1]["rolloutState"] == "FAILED");
    world.run("web");
    deployment = world.described(arn);
    CHECK(deployment["status"] == "ROLLBACK_SUCCESSFUL");
    CHECK(deployment.contains("finishedAt"));
    CHECK_FALSE(deployment.contains("stoppedAt"));
    service = world.service("web");
    for (const char* member : {"taskDefinition", "loadBalancers", "currentServiceRevisions", "runningCount",
                               "deploymentConfiguration", "launchType"}) {
      CAPTURE(member);
      CHECK(service[member] == before[member]);
    }
    REQUIRE(service["deployments"].size() == 1);
    CHECK(service["deployments"][0]["rolloutState"] == "COMPLETED");
    CHECK(world.no("StopServiceDeployment", {{"serviceDeploymentArn", arn}}) ==
          "ConflictException: The service deployment cannot be stopped because it is in the state "
          "ROLLBACK_SUCCESSFUL.");
  }
}

TEST_CASE("a rollback brings back a deployment of which nothing runs any more", "[operations][deployments]") {
  HistoryWorld world;
  world.deploy_first({{"deploymentConfiguration", {{"minimumHealthyPercent", 0}, {"maximumPercent", 100}}}});
  const std::string good = world.service("web")["deployments"][0]["id"];
  world.update({{"taskDefinition", "web:2"}});
  world.settle();
  for (const model::TaskId task : world.tasks("web", &DeploymentTasks::stopping)) {
    world.report(task, TaskStatus::kStopped, 0);
  }
  world.settle();
  REQUIRE(world.service("web")["deployments"].size() == 1);
  world.stop(world.latest());
  world.run("web");
  const Json service = world.service("web");
  CHECK(service["deployments"][0]["id"] == good);
  CHECK(service["taskDefinition"] == world.arn("task-definition/web:1"));
  CHECK(service["runningCount"] == 2);
  CHECK(world.latest()["status"] == "ROLLBACK_SUCCESSFUL");
}

TEST_CASE("without anything to go back to, and with ABORT, a deployment stops where it is",
          "[operations][deployments]") {
  HistoryWorld world;
  world.create(with(ServiceWorld::web(), {{"taskDefinition", "web:1"}}));
  world.settle();
  world.stop(world.latest());
  world.run("web");
  CHECK(world.latest()["status"] == "STOPPED");
  CHECK(world.latest()["statusReason"] == "No rollback candidate was found to run the rollback.");
  Json service = world.service("web");
  CHECK(service["deployments"][0]["status"] == "PRIMARY");
  CHECK(service["deployments"][0]["rolloutState"] == "FAILED");
  CHECK(service["runningCount"] == 0);
  CHECK(service["pendingCount"] == 0);

  HistoryWorld other;
  other.deploy_first();
  other.update({{"taskDefinition", "web:2"}});
  other.settle();
  other.stop(other.latest(), {{"stopType", "ABORT"}});
  CHECK(other.latest()["status"] == "STOP_REQUESTED");
  other.run("web");
  CHECK(other.latest()["status"] == "STOPPED");
  service = other.service("web");
  REQUIRE(service["deployments"].size() == 2);
  CHECK(service["deployments"][0]["rolloutState"] == "FAILED");
  CHECK(service["deployments"][0]["runningCount"] == 0);
  CHECK(service["deployments"][1]["runningCount"] == 2);  // the old tasks go on
  other.update({{"forceNewDeployment", true}});
  other.run("web");
  CHECK(other.latest()["status"] == "SUCCESSFUL");
  CHECK(other.service("web")["deployments"].size() == 1);
  CHECK(other.service("web")["runningCount"] == 2);
}

TEST_CASE("a halted deployment scales in, and down to nothing", "[operations][deployments]") {
  HistoryWorld world;
  world.deploy_first();
  world.update({{"taskDefinition", "web:2"}});
  world.settle();
  world.stop(world.latest(), {{"stopType", "ABORT"}});
  world.run("web");
  world.update({{"desiredCount", 5}});
  world.run("web");
  CHECK(world.service("web")["runningCount"] == 2);
  world.update({{"desiredCount", 1}});
  world.run("web");
  CHECK(world.service("web")["runningCount"] == 1);
  world.update({{"desiredCount", 0}});
  world.run("web");
  CHECK(world.service("web")["runningCount"] == 0);
}

TEST_CASE("the circuit breaker's thresholds", "[operations][deployments][breaker]") {
  const std::vector<std::pair<int, int>> rows = {{1, 3},   {5, 3},    {6, 3},     {7, 4},     {10, 5},
                                                 {25, 13}, {100, 50}, {399, 200}, {400, 200}, {800, 200}};
  for (const auto& [desired, threshold] : rows) {
    CAPTURE(desired);
    HistoryWorld world;
    world.create(with(with(ServiceWorld::web(), kBreaker), {{"desiredCount", desired}}));
    CHECK(world.latest()["deploymentCircuitBreaker"] ==
          Json{{"status", "MONITORING"}, {"failureCount", 0}, {"threshold", threshold}});
  }
}

TEST_CASE("the circuit breaker rolls back under the old deployment's id", "[operations][deployments][breaker]") {
  HistoryWorld world;
  world.deploy_first(kBreaker);
  CHECK(world.latest()["deploymentCircuitBreaker"]["status"] == "MONITORING_COMPLETE");
  const std::string good = world.service("web")["deployments"][0]["id"];
  world.update({{"taskDefinition", "web:2"}});
  const std::string bad = world.service("web")["deployments"][0]["id"];
  world.fail_starts();
  CHECK(world.latest()["deploymentCircuitBreaker"]["failureCount"] == 2);
  world.fail_starts();
  world.settle();
  const Json deployment = world.latest();
  // Nothing of the failed one is left, and the old tasks never stopped: it is back at once.
  CHECK(deployment["status"] == "ROLLBACK_SUCCESSFUL");
  CHECK(deployment["statusReason"] ==
        "Service deployment rolled back because the circuit breaker threshold was exceeded.");
  CHECK(deployment["deploymentCircuitBreaker"] == Json{{"status", "TRIGGERED"}, {"failureCount", 4}, {"threshold", 3}});
  const Json service = world.service("web");
  REQUIRE(service["deployments"].size() == 1);
  CHECK(service["deployments"][0]["id"] == good);
  CHECK(service["taskDefinition"] == world.arn("task-definition/web:1"));
  const auto events = world.events("web");
  const std::string failed = "(deployment " + bad + ") deployment failed: tasks failed to start.";
  const auto at = std::ranges::find(events, failed);
  REQUIRE(at != events.end());
  CHECK(*(at + 1) == "rolling back to deployment " + good + ".");
  CHECK(events[events.size() - 2] == "(deployment " + good + ") deployment completed.");
  CHECK(events.back() == "has reached a steady state.");
}

TEST_CASE("without rollback, or without anything to go back to, the breaker leaves the deployment FAILED",
          "[operations][deployments][breaker]") {
  for (const bool rollback : {false, true}) {
    HistoryWorld world;
    world.create(with(
        ServiceWorld::web(),
        {{"desiredCount", 3},
         {"deploymentConfiguration", {{"deploymentCircuitBreaker", {{"enable", true}, {"rollback", rollback}}}}}}));
    world.fail_starts();
    world.run("web");
    const Json deployment = world.latest();
    CHECK(deployment["status"] == "STOPPED");
    CHECK(deployment["statusReason"] ==
          (rollback ? "No rollback candidate was found to run the rollback."
                    : "Service deployment stopped because the circuit breaker threshold was exceeded."));
    const Json service = world.service("web");
    CHECK(service["deployments"][0]["status"] == "PRIMARY");
    CHECK(service["deployments"][0]["rolloutState"] == "FAILED");
    CHECK(service["deployments"][0]["rolloutStateReason"] == "ECS deployment circuit breaker: tasks failed to start.");
    CHECK(service["runningCount"] == 0);
    CHECK(service["pendingCount"] == 0);
  }
}

TEST_CASE("once a task has run, tasks replaced for their health count and start failures do not",
          "[operations][deployments][breaker]") {
  HistoryWorld world;
  Json body = ServiceWorld::definition("checked");
  body["containerDefinitions"][0]["healthCheck"] = {{"command", {"CMD", "true"}}};
  world.ok("RegisterTaskDefinition", body);
  world.create(with(with(ServiceWorld::web(), kBreaker), {{"taskDefinition", "checked"}}));
  world.settle();
  for (int failures = 1; failures <= 3; ++failures) {
    CAPTURE(failures);
    CHECK(world.latest()["status"] == "IN_PROGRESS");
    for (int round = 0; round < 2; ++round) {
      for (const model::TaskId task : world.tasks("web", &DeploymentTasks::starting)) {
        world.report(task, TaskStatus::kRunning);
      }
      for (const model::TaskId task : world.tasks("web", &DeploymentTasks::evaluating)) {
        world.edit([&](model::Transaction& tx) { model::apply_health(tx, task, "app", model::Health::kUnhealthy); });
        break;
      }
      world.settle();
      for (const model::TaskId task : world.tasks("web", &DeploymentTasks::stopping)) {
        world.report(task, TaskStatus::kStopped, 137);
      }
      world.settle();
      if (world.latest()["status"] != "IN_PROGRESS") break;
    }
    if (world.latest()["status"] != "IN_PROGRESS") break;
  }
  CHECK(world.latest()["status"] == "STOPPED");
  CHECK(world.latest()["deploymentCircuitBreaker"]["status"] == "TRIGGERED");
}

TEST_CASE("ListServiceDeployments filters by status and time, and pages newest first", "[operations][deployments]") {
  HistoryWorld world;
  world.deploy_first();
  std::vector<Json> times = {world.list()[0]["createdAt"]};
  for (int i = 0; i < 24; ++i) {
    world.update({{"forceNewDeployment", true}});
    times.push_back(world.list()[0]["createdAt"]);
    world.clock.advance(std::chrono::seconds(1));
    if (i % 2 == 0) world.run("web");
  }
  Json page = world.ok("ListServiceDeployments", {{"service", "web"}});
  CHECK(page["serviceDeployments"].size() == 20);
  CHECK(page["serviceDeployments"][0]["createdAt"] == times[24]);
  page = world.ok("ListServiceDeployments", {{"service", "web"}, {"nextToken", page["nextToken"]}});
  CHECK(page["serviceDeployments"].size() == 5);
  CHECK_FALSE(page.contains("nextToken"));
  CHECK(page["serviceDeployments"][4]["createdAt"] == times[0]);
  CHECK(world.list({{"maxResults", 3}}).size() == 3);
  CHECK(world.list({{"maxResults", 100}, {"status", {"SUCCESSFUL"}}}).size() == 13);
  CHECK(world.list({{"maxResults", 100}, {"status", {"SUCCESSFUL", "PENDING", "STOP_REQUESTED", "STOPPED"}}}).size() ==
        25);
  CHECK(world.list({{"createdAt", {{"after", times[23]}}}}).size() == 2);
  CHECK(world.list({{"createdAt", {{"before", times[1]}}}}).size() == 2);
  CHECK(world.list({{"createdAt", {{"after", times[2]}, {"before", times[4]}}}}).size() == 3);
  const std::string arn = world.service("web")["serviceArn"];
  CHECK(world.list({{"service", arn}, {"maxResults", 1}}).size() == 1);
}

TEST_CASE("what reading and stopping deployments refuses", "[operations][deployments]") {
  HistoryWorld world;
  world.deploy_first();
  const Json first = world.latest();
  const std::string separators = kBad + "Invalid identifier: Unexpected number of separators";
  CHECK(world.no("ListServiceDeployments", {{"service", "nobody"}}) == "ServiceNotFoundException: Service not found.");
  CHECK(world.no("ListServiceDeployments", {{"service", "web"}, {"cluster", "nowhere"}}) ==
        "ClusterNotFoundException: Cluster not found.");
  CHECK(world.no("ListServiceDeployments", {{"service", "web"}, {"nextToken", "x"}}) == kBad + "Invalid token.");
  CHECK(world.no("ListServiceDeployments", {{"service", "web"}, {"maxResults", 101}}).starts_with(kBad));
  CHECK(world.no("ListServiceDeployments", {{"service", "web"}, {"status", {"DONE"}}}).starts_with(kBad));

  const std::string unknown = world.arn("service-deployment/default/web/AAAAAAAAAAAAAAAAAAAAA");
  const std::string arn = first["serviceDeploymentArn"];
  Json answer = world.ok("DescribeServiceDeployments", {{"serviceDeploymentArns", {unknown, arn, arn}}});
  CHECK(answer["serviceDeployments"].size() == 1);
  CHECK(answer["failures"] == Json{{{"arn", unknown}, {"reason", "MISSING"}}});
  std::string elsewhere = arn;
  elsewhere.replace(elsewhere.find("/web/"), 5, "/wob/");
  CHECK(world.no("DescribeServiceDeployments", {{"serviceDeploymentArns", {elsewhere}}}) ==
        "ServiceNotFoundException: Service not found.");
  elsewhere = arn;
  elsewhere.replace(elsewhere.find("/default/"), 9, "/no-such/");
  CHECK(world.no("DescribeServiceDeployments", {{"serviceDeploymentArns", {elsewhere}}}) ==
        "ClusterNotFoundException: Cluster not found.");
  CHECK(world.no("DescribeServiceDeployments", {{"serviceDeploymentArns", {"web"}}}) == separators);
  CHECK(world.no("DescribeServiceDeployments", {{"serviceDeploymentArns", Json::array()}}).starts_with(kBad));
  CHECK(world.no("DescribeServiceDeployments", {{"serviceDeploymentArns", std::vector<std::string>(21, arn)}})
            .starts_with(kBad));

  const std::string nothing = world.arn("service-revision/default/web/1");
  answer =
      world.ok("DescribeServiceRevisions", {{"serviceRevisionArns", {nothing, first["targetServiceRevision"]["arn"]}}});
  CHECK(answer["serviceRevisions"].size() == 1);
  CHECK(answer["failures"] == Json{{{"arn", nothing}, {"reason", "MISSING"}}});
  CHECK(world.no("DescribeServiceRevisions", {{"serviceRevisionArns", {arn}}}) == separators);
  CHECK(world.no("DescribeServiceRevisions", {{"serviceRevisionArns", std::vector<std::string>(21, nothing)}})
            .starts_with(kBad));

  CHECK(world.no("StopServiceDeployment", {{"serviceDeploymentArn", unknown}})
            .starts_with("ServiceDeploymentNotFoundException: "));
  CHECK(world.no("StopServiceDeployment", {{"serviceDeploymentArn", "web"}}) == separators);
  CHECK(world.no("StopServiceDeployment", {{"serviceDeploymentArn", arn}, {"stopType", "NOW"}}).starts_with(kBad));
  CHECK(world.no("StopServiceDeployment", {{"serviceDeploymentArn", arn}}).starts_with("ConflictException: "));

  CHECK(world.no("ContinueServiceDeployment", {{"serviceDeploymentArn", unknown}, {"hookId", "ecs-pause-1"}})
            .starts_with("ServiceDeploymentNotFoundException: "));
  CHECK(world.no("ContinueServiceDeployment", {{"serviceDeploymentArn", arn}, {"hookId", "ecs-pause-1"}})
            .starts_with(kBad));
  CHECK(world
            .no("ContinueServiceDeployment",
                {{"serviceDeploymentArn", arn}, {"hookId", "ecs-pause-1"}, {"action", "WAIT"}})
            .starts_with(kBad));
}

TEST_CASE("a deleted service's deployment stops, and its history goes with it", "[operations][deployments]") {
  HistoryWorld world;
  world.deploy_first();
  world.update({{"forceNewDeployment", true}});
  world.settle();
  const std::string arn = world.latest()["serviceDeploymentArn"];
  const std::string revision = world.latest()["targetServiceRevision"]["arn"];
  world.ok("DeleteService", {{"service", "web"}, {"force", true}});
  CHECK(world.described(arn)["status"] == "STOPPED");
  world.run("web");
  CHECK(world.service("web")["status"] == "INACTIVE");
  CHECK(world.described(arn)["status"] == "STOPPED");
  world.clock.advance(std::chrono::hours(2));
  world.settle();
  CHECK(world.no("DescribeServiceDeployments", {{"serviceDeploymentArns", {arn}}}) ==
        "ServiceNotFoundException: Service not found.");
  CHECK(world.ok("DescribeServiceRevisions", {{"serviceRevisionArns", {revision}}})["failures"].size() == 1);
}

TEST_CASE("history is kept for 90 days, and what a rollback needs for longer", "[operations][deployments]") {
  HistoryWorld world;
  world.deploy_first();
  const std::string first = world.latest()["targetServiceRevision"]["arn"];
  world.update({{"forceNewDeployment", true}});
  world.run("web");
  const std::string second = world.latest()["targetServiceRevision"]["arn"];
  world.clock.advance(std::chrono::hours(24 * 91));
  world.settle();
  CHECK(world.list() == Json::array());
  const Json answer = world.ok("DescribeServiceRevisions", {{"serviceRevisionArns", {first, second}}});
  REQUIRE(answer["serviceRevisions"].size() == 1);
  CHECK(answer["serviceRevisions"][0]["serviceRevisionArn"] == second);
  CHECK_FALSE(world.service("web").contains("currentServiceDeployment"));
  world.update({{"forceNewDeployment", true}});
  world.settle();
  world.stop(world.latest());
  world.run("web");
  CHECK(world.latest()["status"] == "ROLLBACK_SUCCESSFUL");
}

TEST_CASE("images are told by digest once they run", "[operations][deployments]") {
  HistoryWorld world;
  world.create(ServiceWorld::web());
  world.settle();
  const model::TaskId task = world.tasks("web", &DeploymentTasks::starting).front();
  world.edit([&](model::Transaction& tx) {
    tx.update(task, [](model::Task& entity) { entity.containers[0].image_digest = "sha256:0123"; });
  });
  world.run("web");
  const Json revision = world.revision(world.latest()["targetServiceRevision"]["arn"]);
  CHECK(revision["containerImages"][0]["imageDigest"] == "sha256:0123");
}

}  // namespace
}  // namespace drydock::test
