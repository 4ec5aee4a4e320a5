// UpdateService: what starts a deployment (spec/services.md section 6), what stays, what is refused.
#include "tests/unit/operations/services/service_fixture.hpp"

namespace drydock::test {
namespace {

const std::string kBad = "InvalidParameterException: ";

struct UpdateWorld : ServiceWorld {
  UpdateWorld() { ok("RegisterTaskDefinition", definition("web")); }  // web:2
};

std::string primary(const Json& service) { return service["deployments"][0]["id"]; }

TEST_CASE("UpdateService starts a deployment for what a deployment fixes, and only when it differs",
          "[operations][services]") {
  struct Row {
    const char* what;
    Json base;
    Json changes;
    bool deploys;
  };
  const Json balancer = ServiceWorld::balancer();
  const Json web = with(ServiceWorld::web(), {{"taskDefinition", "web:1"}});
  const Json balanced = with(web, {{"loadBalancers", {balancer}}});
  const Json fargate = ServiceWorld::fargate();
  const Json connect = {{"enabled", true}, {"namespace", "local"}};
  const std::vector<Row> rows = {
      {"nothing", web, Json::object(), false},
      {"new revision", web, {{"taskDefinition", "web:2"}}, true},
      {"family with a newer revision", web, {{"taskDefinition", "web"}}, true},
      {"same revision", web, {{"taskDefinition", "web:1"}}, false},
      {"forced", web, {{"forceNewDeployment", true}}, true},
      {"not forced", web, {{"forceNewDeployment", false}}, false},
      {"other subnets",
       fargate,
       {{"networkConfiguration", {{"awsvpcConfiguration", {{"subnets", {"subnet-2"}}}}}}},
       true},
      {"same network, default spelled out",
       fargate,
       {{"networkConfiguration",
         {{"awsvpcConfiguration", {{"subnets", {"subnet-1"}}, {"assignPublicIp", "DISABLED"}}}}}},
       false},
      {"older platform", fargate, {{"platformVersion", "1.3.0"}}, true},
      {"what LATEST is", fargate, {{"platformVersion", "1.4.0"}}, false},
      {"new load balancer", web, {{"loadBalancers", {balancer}}}, true},
      {"same load balancer", balanced, {{"loadBalancers", {balancer}}}, false},
      {"no load balancer any more", balanced, {{"loadBalancers", Json::array()}}, true},
      {"new registry", fargate, {{"serviceRegistries", {ServiceWorld::registry()}}}, true},
      {"no registry as before", fargate, {{"serviceRegistries", Json::array()}}, false},
      {"Service Connect", web, {{"serviceConnectConfiguration", connect}}, true},
      {"same Service Connect",
       with(web, {{"serviceConnectConfiguration", connect}}),
       {{"serviceConnectConfiguration", connect}},
       false},
      {"desired count", web, {{"desiredCount", 3}}, false},
      {"percentages", web, {{"deploymentConfiguration", {{"maximumPercent", 150}}}}, false},
      {"rebalancing", web, {{"availabilityZoneRebalancing", "DISABLED"}}, false},
      {"placement constraints", web, {{"placementConstraints", Json::array()}}, false},
      {"placement strategy",
       web,
       {{"placementStrategy", {{{"type", "spread"}, {"field", "attribute:ecs.availability-zone"}}}}},
       false},
      {"grace period", balanced, {{"healthCheckGracePeriodSeconds", 60}}, false},
      {"execute command", fargate, {{"enableExecuteCommand", true}}, false},
      {"managed tags", web, {{"enableECSManagedTags", true}}, false},
      {"propagated tags", web, {{"propagateTags", "SERVICE"}}, false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    UpdateWorld world;
    const Json before = world.create(row.base);
    world.clock.advance(std::chrono::seconds(1));
    const Json after = world.update(row.changes);
    CHECK((primary(after) != primary(before)) == row.deploys);
    CHECK(after["deployments"].size() == (row.deploys ? 2 : 1));
    for (const auto& [member, value] : row.changes.items()) {
      if (after.contains(member) && !value.is_object() && member != "taskDefinition") CHECK(after[member] == value);
    }
  }
}

TEST_CASE("a new deployment pushes the old one to ACTIVE and begins afresh", "[operations][services]") {
  UpdateWorld world;
  world.add_instance("a");
  world.create(with(ServiceWorld::web(), {{"taskDefinition", "web:1"}, {"desiredCount", 2}}));
  world.run("web");
  const Json before = world.service("web");
  world.clock.advance(std::chrono::seconds(1));
  const Json after = world.update({{"taskDefinition", "web:2"}});
  CHECK(after["taskDefinition"] == world.arn("task-definition/web:2"));
  REQUIRE(after["deployments"].size() == 2);
  const Json& fresh = after["deployments"][0];
  const Json& old = after["deployments"][1];
  CHECK(fresh["status"] == "PRIMARY");
  CHECK(fresh["taskDefinition"] == world.arn("task-definition/web:2"));
  CHECK(fresh["rolloutState"] == "IN_PROGRESS");
  CHECK(fresh["failedTasks"] == 0);
  CHECK(fresh["runningCount"] == 0);
  CHECK(old["status"] == "ACTIVE");
  CHECK(old["id"] == primary(before));
  CHECK(old["taskDefinition"] == world.arn("task-definition/web:1"));
  CHECK(old["rolloutState"] == "COMPLETED");
  CHECK(old["runningCount"] == 2);
  CHECK(after["runningCount"] == 2);
  CHECK_FALSE(after.contains("tags"));
}

TEST_CASE("UpdateService keeps what is not given and clears what is given empty", "[operations][services]") {
  UpdateWorld world;
  const Json before =
      world.create(with(ServiceWorld::fargate(), {{"loadBalancers", {ServiceWorld::balancer()}},
                                                  {"serviceRegistries", {ServiceWorld::registry()}},
                                                  {"propagateTags", "SERVICE"},
                                                  {"enableECSManagedTags", true},
                                                  {"healthCheckGracePeriodSeconds", 7},
                                                  {"deploymentConfiguration", {{"maximumPercent", 150}}}}));
  Json after = world.update({{"desiredCount", 4}});
  for (const char* member : {"loadBalancers", "serviceRegistries", "propagateTags", "enableECSManagedTags",
                             "healthCheckGracePeriodSeconds", "deploymentConfiguration", "networkConfiguration",
                             "launchType", "platformVersion", "taskDefinition", "roleArn", "createdAt"}) {
    CAPTURE(member);
    CHECK(after[member] == before[member]);
  }
  CHECK(after["desiredCount"] == 4);
  CHECK(after["deployments"][0]["desiredCount"] == 4);
  after = world.update({{"deploymentConfiguration", {{"minimumHealthyPercent", 50}}}});
  CHECK(after["deploymentConfiguration"]["maximumPercent"] == 150);
  CHECK(after["deploymentConfiguration"]["minimumHealthyPercent"] == 50);
  after = world.update({{"loadBalancers", Json::array()}, {"serviceRegistries", Json::array()}});
  CHECK(after["loadBalancers"] == Json::array());
  CHECK(after["serviceRegistries"] == Json::array());
  after = world.update({{"desiredCount", 0}});
  CHECK(after["desiredCount"] == 0);
}

TEST_CASE("a capacity provider strategy changes with a forced deployment only", "[operations][services]") {
  UpdateWorld world;
  world.create(ServiceWorld::fargate());
  const Json spot = {{{"capacityProvider", "FARGATE_SPOT"}, {"weight", 1}}};
  const std::string forced =
      kBad +
      "When switching from launch type to capacity provider strategy on an existing service, or making a change to a "
      "capacity provider strategy on a service that is already using one, you must force a new deployment.";
  CHECK(world.no("UpdateService", {{"service", "web"}, {"capacityProviderStrategy", spot}}) == forced);
  Json service = world.update({{"capacityProviderStrategy", spot}, {"forceNewDeployment", true}});
  CHECK_FALSE(service.contains("launchType"));
  CHECK(service["capacityProviderStrategy"][0]["capacityProvider"] == "FARGATE_SPOT");
  CHECK(service["deployments"][0]["capacityProviderStrategy"][0]["capacityProvider"] == "FARGATE_SPOT");
  CHECK(service["deployments"][1]["launchType"] == "FARGATE");

  service = world.update({{"capacityProviderStrategy", spot}});  // the same again changes nothing
  CHECK(service["deployments"].size() == 2);
  const Json two = {{{"capacityProvider", "FARGATE_SPOT"}, {"weight", 2}}};
  CHECK(world.no("UpdateService", {{"service", "web"}, {"capacityProviderStrategy", two}}) == forced);

  CHECK(world.no("UpdateService", {{"service", "web"}, {"capacityProviderStrategy", Json::array()}}) == forced);
  service = world.update({{"capacityProviderStrategy", Json::array()}, {"forceNewDeployment", true}});
  CHECK(service["launchType"] == "FARGATE");
  CHECK_FALSE(service.contains("capacityProviderStrategy"));
}

TEST_CASE("UpdateService of a service that is not there or not ACTIVE", "[operations][services]") {
  UpdateWorld world;
  world.add_instance("a");
  world.create(ServiceWorld::web());
  CHECK(world.no("UpdateService", {{"service", "other"}}) == "ServiceNotFoundException: Service not found.");
  CHECK(world.no("UpdateService", {{"service", "web"}, {"cluster", "nowhere"}}) ==
        "ClusterNotFoundException: Cluster not found.");
  CHECK(world.no("UpdateService", {{"service", "a/b/c"}}) ==
        kBad + "Invalid identifier: Unexpected number of separators");
  world.run("web");
  world.ok("DeleteService", {{"service", "web"}, {"force", true}});
  CHECK(world.service("web")["status"] == "DRAINING");
  CHECK(world.no("UpdateService", {{"service", "web"}}) == "ServiceNotActiveException: Service was not ACTIVE.");
  world.run("web");
  CHECK(world.service("web")["status"] == "INACTIVE");
  CHECK(world.no("UpdateService", {{"service", "web"}}) == "ServiceNotActiveException: Service was not ACTIVE.");
}

TEST_CASE("UpdateService refuses what CreateService refuses", "[operations][services]") {
  UpdateWorld world;
  world.create(ServiceWorld::web());
  const std::vector<std::pair<Json, std::string>> rows = {
      {{{"taskDefinition", "nothing"}}, "ClientException: TaskDefinition not found."},
      {{{"desiredCount", -1}}, kBad + "DesiredCount can not be lesser than 0"},
      {{{"networkConfiguration", ServiceWorld::network()}},
       kBad + "Network Configuration is not valid for the given networkMode of this task definition."},
      {{{"platformVersion", "1.4.0"}}, kBad + "The platform version must be null when specifying an EC2 launch type."},
      {{{"loadBalancers", {ServiceWorld::balancer("nobody")}}},
       kBad + "The container nobody does not exist in the task definition."},
      {{{"deploymentConfiguration", {{"maximumPercent", 100}}}},
       kBad + "Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments."},
      {{{"capacityProviderStrategy", {{{"capacityProvider", "mine"}, {"weight", 1}}}}, {"forceNewDeployment", true}},
       kBad + "The specified capacity provider strategy cannot contain a capacity provider that is not associated with "
              "the cluster."},
      {{{"enableExecuteCommand", true}},
       kBad +
           "The service couldn't be updated because a valid taskRoleArn is not being used. Specify a valid task role "
           "in your task definition and try again."},
      {{{"deploymentController", {{"type", "EXTERNAL"}}}},
       "UnsupportedFeatureException: The deployment controller of a service cannot be changed."},
  };
  const Json before = world.service("web");
  for (const auto& [changes, answer] : rows) {
    CHECK(world.no("UpdateService", with({{"service", "web"}}, changes)) == answer);
    CHECK(world.service("web") == before);
  }
}

TEST_CASE("the desired count of a DAEMON service is not the caller's", "[operations][services]") {
  UpdateWorld world;
  world.create({{"serviceName", "web"}, {"taskDefinition", "web"}, {"schedulingStrategy", "DAEMON"}});
  CHECK(world.no("UpdateService", {{"service", "web"}, {"desiredCount", 2}}) ==
        kBad +
            "The daemon scheduling strategy does not support a desired count for services. Remove the desired count "
            "value and try again");
}

TEST_CASE("CODE_DEPLOY services leave deployments to CodeDeploy", "[operations][services]") {
  UpdateWorld world;
  world.create(with(ServiceWorld::web(), {{"deploymentController", {{"type", "CODE_DEPLOY"}}},
                                          {"loadBalancers", {ServiceWorld::balancer()}}}));
  const std::string end =
      " on services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy to trigger a new deployment.";
  const std::vector<std::pair<Json, std::string>> rows = {
      {{{"forceNewDeployment", true}}, "Cannot force a new deployment"},
      {{{"taskDefinition", "web:2"}}, "Unable to update task definition"},
      {{{"networkConfiguration", ServiceWorld::network()}}, "Unable to update network parameters"},
      {{{"loadBalancers", Json::array()}}, "Unable to update load balancers"},
      {{{"platformVersion", "LATEST"}}, "Unable to update platform version"},
  };
  for (const auto& [changes, beginning] : rows) {
    CHECK(world.no("UpdateService", with({{"service", "web"}}, changes)) == kBad + beginning + end);
  }
  const Json service = world.update({{"desiredCount", 5},
                                     {"deploymentConfiguration", {{"maximumPercent", 150}}},
                                     {"healthCheckGracePeriodSeconds", 9},
                                     {"enableECSManagedTags", true},
                                     {"propagateTags", "SERVICE"}});
  CHECK(service["desiredCount"] == 5);
  CHECK(service["deployments"] == Json::array());
}

TEST_CASE("EXTERNAL services change counts, placement and tags only", "[operations][services]") {
  UpdateWorld world;
  world.create({{"serviceName", "web"}, {"deploymentController", {{"type", "EXTERNAL"}}}});
  const std::string end =
      " on services with an EXTERNAL deployment controller. Use task sets to deploy a new revision.";
  CHECK(world.no("UpdateService", {{"service", "web"}, {"taskDefinition", "web:2"}}) ==
        kBad + "Unable to update task definition" + end);
  CHECK(world.no("UpdateService", {{"service", "web"}, {"deploymentConfiguration", {{"maximumPercent", 150}}}}) ==
        kBad + "Unable to update deployment configuration" + end);
  CHECK(world.update({{"desiredCount", 2}, {"propagateTags", "SERVICE"}})["desiredCount"] == 2);
}

TEST_CASE("a new deployment forgets start failures and says its messages anew", "[operations][services]") {
  UpdateWorld world;
  world.add_instance("a");
  world.create(with(ServiceWorld::web(), {{"taskDefinition", "web:1"}}));
  for (int i = 0; i < 3; ++i) {
    world.settle();
    for (const model::TaskId task : world.tasks("web", &model::DeploymentTasks::starting)) {
      world.report(task, model::TaskStatus::kStopped, std::nullopt, "CannotPullContainerError: no");
    }
  }
  world.settle();
  CHECK(world.service("web")["deployments"][0]["failedTasks"] == 3);
  CHECK(world.service("web")["pendingCount"] == 0);  // held back
  CHECK(world.events("web").back() == "is unable to consistently start tasks successfully.");
  CHECK(world.update({{"taskDefinition", "web:2"}})["deployments"][0]["failedTasks"] == 0);
  world.settle();
  CHECK(world.service("web")["pendingCount"] == 1);
}

}  // namespace
}  // namespace drydock::test
