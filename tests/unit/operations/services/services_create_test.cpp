// CreateService: what it makes and shows (spec/resources.md section 6).
#include "server/operations/services/services.hpp"
#include "tests/unit/operations/services/service_fixture.hpp"

namespace drydock::test {
namespace {

const std::string kBad = "InvalidParameterException: ";

TEST_CASE("a new service shows its defaults and one deployment in progress", "[operations][services]") {
  ServiceWorld world;
  const Json service = world.create(ServiceWorld::web());
  CHECK(service["serviceArn"] == world.arn("service/default/web"));
  CHECK(service["serviceName"] == "web");
  CHECK(service["clusterArn"] == world.arn("cluster/default"));
  CHECK(service["status"] == "ACTIVE");
  CHECK(service["desiredCount"] == 1);
  CHECK(service["runningCount"] == 0);
  CHECK(service["pendingCount"] == 0);
  CHECK(service["launchType"] == "EC2");
  CHECK_FALSE(service.contains("capacityProviderStrategy"));
  CHECK_FALSE(service.contains("platformVersion"));
  CHECK_FALSE(service.contains("networkConfiguration"));
  CHECK_FALSE(service.contains("roleArn"));
  CHECK_FALSE(service.contains("tags"));
  CHECK_FALSE(service.contains("taskSets"));
  CHECK(service["taskDefinition"] == world.arn("task-definition/web:1"));
  const Json configuration = {{"deploymentCircuitBreaker", {{"enable", false}, {"rollback", false}}},
                              {"maximumPercent", 200},
                              {"minimumHealthyPercent", 100},
                              {"strategy", "ROLLING"},
                              {"bakeTimeInMinutes", 0}};
  CHECK(service["deploymentConfiguration"] == configuration);
  for (const char* list :
       {"loadBalancers", "serviceRegistries", "events", "placementConstraints", "placementStrategy"}) {
    CHECK(service[list] == Json::array());
  }
  CHECK(service["schedulingStrategy"] == "REPLICA");
  CHECK(service["deploymentController"] == Json{{"type", "ECS"}});
  CHECK(service["enableECSManagedTags"] == false);
  CHECK(service["enableExecuteCommand"] == false);
  CHECK(service["propagateTags"] == "NONE");
  CHECK(service["healthCheckGracePeriodSeconds"] == 0);
  CHECK(service["availabilityZoneRebalancing"] == "ENABLED");
  CHECK(service["resourceManagementType"] == "CUSTOMER");
  CHECK(service["createdBy"] == "arn:aws:iam::123456789012:root");
  CHECK(service["createdAt"] == 1'700'000'000);

  REQUIRE(service["deployments"].size() == 1);
  const Json& deployment = service["deployments"][0];
  const std::string id = deployment["id"];
  CHECK(id.size() == std::string("ecs-svc/").size() + 19);
  CHECK(deployment["status"] == "PRIMARY");
  CHECK(deployment["taskDefinition"] == service["taskDefinition"]);
  CHECK(deployment["desiredCount"] == 1);
  CHECK(deployment["runningCount"] == 0);
  CHECK(deployment["pendingCount"] == 0);
  CHECK(deployment["failedTasks"] == 0);
  CHECK(deployment["launchType"] == "EC2");
  CHECK(deployment["rolloutState"] == "IN_PROGRESS");
  CHECK(deployment["rolloutStateReason"] == "ECS deployment " + id + " in progress.");
  CHECK(deployment["createdAt"] == 1'700'000'000);
  CHECK(deployment["updatedAt"] == 1'700'000'000);
}

TEST_CASE("creating a service starts no task by itself", "[operations][services]") {
  ServiceWorld world;
  world.add_instance("a");
  world.create(ServiceWorld::web());
  CHECK(world.state.task_count() == 0);
  world.settle();
  CHECK(world.state.task_count() == 1);
}

TEST_CASE("a Fargate service shows its platform and network", "[operations][services]") {
  ServiceWorld world;
  const Json service = world.create(ServiceWorld::fargate());
  CHECK(service["launchType"] == "FARGATE");
  CHECK(service["platformVersion"] == "LATEST");
  CHECK(service["platformFamily"] == "Linux");
  const Json network = {{"awsvpcConfiguration", {{"subnets", {"subnet-1"}}, {"assignPublicIp", "DISABLED"}}}};
  CHECK(service["networkConfiguration"] == network);
  CHECK(service["roleArn"] == "arn:aws:iam::123456789012:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS");
  const Json& deployment = service["deployments"][0];
  CHECK(deployment["launchType"] == "FARGATE");
  CHECK(deployment["platformVersion"] == "1.4.0");
  CHECK(deployment["platformFamily"] == "Linux");
  CHECK(deployment["networkConfiguration"] == network);
}

TEST_CASE("a service with a capacity provider strategy shows it instead of a launch type", "[operations][services]") {
  ServiceWorld world;
  Json request = with(ServiceWorld::fargate(), {{"launchType", nullptr}});
  request["capacityProviderStrategy"] = {{{"capacityProvider", "FARGATE_SPOT"}, {"weight", 1}}};
  const Json service = world.create(request);
  const Json strategy = {{{"capacityProvider", "FARGATE_SPOT"}, {"weight", 1}, {"base", 0}}};
  for (const Json& shown : {service, service["deployments"][0]}) {
    CHECK_FALSE(shown.contains("launchType"));
    CHECK(shown["capacityProviderStrategy"] == strategy);
  }
  CHECK(service["platformVersion"] == "LATEST");
  world.settle();
  const auto tasks = world.tasks("web", &model::DeploymentTasks::starting);
  REQUIRE(tasks.size() == 1);
  CHECK(world.state.get(tasks[0]).capacity_provider == "FARGATE_SPOT");
}

TEST_CASE("the cluster's default strategy counts when the request names neither", "[operations][services]") {
  ServiceWorld world;
  world.ok("CreateCluster",
           {{"clusterName", "spot"},
            {"capacityProviders", {"FARGATE_SPOT"}},
            {"defaultCapacityProviderStrategy", {{{"capacityProvider", "FARGATE_SPOT"}, {"weight", 1}}}}});
  const Json service = world.create(with(ServiceWorld::fargate(), {{"launchType", nullptr}, {"cluster", "spot"}}));
  CHECK_FALSE(service.contains("launchType"));
  CHECK(service["capacityProviderStrategy"][0]["capacityProvider"] == "FARGATE_SPOT");
  const Json ec2 =
      world.create(with(ServiceWorld::web(), {{"launchType", "EC2"}, {"cluster", "spot"}, {"serviceName", "ec2"}}));
  CHECK(ec2["launchType"] == "EC2");
}

TEST_CASE("a DAEMON service has the defaults of its strategy", "[operations][services]") {
  ServiceWorld world;
  const Json service =
      world.create({{"serviceName", "agent"}, {"taskDefinition", "web"}, {"schedulingStrategy", "DAEMON"}});
  CHECK(service["schedulingStrategy"] == "DAEMON");
  CHECK(service["desiredCount"] == 0);
  CHECK(service["deploymentConfiguration"]["maximumPercent"] == 100);
  CHECK(service["deploymentConfiguration"]["minimumHealthyPercent"] == 0);
  CHECK(service["availabilityZoneRebalancing"] == "DISABLED");
}

TEST_CASE("services with task sets begin without deployments", "[operations][services]") {
  ServiceWorld world;
  const Json external = world.create({{"serviceName", "external"}, {"deploymentController", {{"type", "EXTERNAL"}}}});
  CHECK(external["deployments"] == Json::array());
  CHECK(external["taskSets"] == Json::array());
  CHECK(external["desiredCount"] == 0);
  CHECK_FALSE(external.contains("taskDefinition"));
  world.settle();
  CHECK(world.state.task_count() == 0);
}

TEST_CASE("what the caller sets is stored and shown", "[operations][services]") {
  ServiceWorld world;
  const Json service = world.create(with(
      ServiceWorld::fargate(), {{"deploymentConfiguration", {{"maximumPercent", 150}, {"minimumHealthyPercent", 50}}},
                                {"loadBalancers", {ServiceWorld::balancer()}},
                                {"serviceRegistries", {ServiceWorld::registry()}},
                                {"healthCheckGracePeriodSeconds", 30},
                                {"enableECSManagedTags", true},
                                {"enableExecuteCommand", true},
                                {"propagateTags", "SERVICE"},
                                {"platformVersion", "1.3.0"},
                                {"availabilityZoneRebalancing", "DISABLED"},
                                {"tags", {{{"key", "team"}, {"value", "blue"}}}}}));
  CHECK(service["deploymentConfiguration"]["maximumPercent"] == 150);
  CHECK(service["deploymentConfiguration"]["minimumHealthyPercent"] == 50);
  CHECK(service["loadBalancers"][0] == ServiceWorld::balancer());
  CHECK(service["serviceRegistries"][0] == ServiceWorld::registry());
  CHECK(service["healthCheckGracePeriodSeconds"] == 30);
  CHECK(service["enableECSManagedTags"] == true);
  CHECK(service["enableExecuteCommand"] == true);
  CHECK(service["propagateTags"] == "SERVICE");
  CHECK(service["platformVersion"] == "1.3.0");
  CHECK(service["deployments"][0]["platformVersion"] == "1.3.0");
  CHECK(service["availabilityZoneRebalancing"] == "DISABLED");
  CHECK(service["tags"] == Json::parse(R"([{"key":"team","value":"blue"}])"));
}

TEST_CASE("Service Connect and volumes are the deployment's", "[operations][services]") {
  ServiceWorld world;
  world.ok("RegisterTaskDefinition", ServiceWorld::disk_definition());
  const Json connect = {{"enabled", true}, {"namespace", "local"}, {"services", {{{"portName", "http"}}}}};
  const Json volumes = {
      {{"name", "data"}, {"managedEBSVolume", {{"roleArn", "arn:aws:iam::1:role/r"}, {"sizeInGiB", 5}}}}};
  const Json service = world.create({{"serviceName", "web"},
                                     {"taskDefinition", "disk"},
                                     {"desiredCount", 1},
                                     {"serviceConnectConfiguration", connect},
                                     {"volumeConfigurations", volumes}});
  CHECK(service["deployments"][0]["serviceConnectConfiguration"] == connect);
  CHECK(service["deployments"][0]["volumeConfigurations"] == volumes);
}

TEST_CASE("an explicit role needs a load balancer outside awsvpc and is shown as an ARN", "[operations][services]") {
  ServiceWorld world;
  const Json service =
      world.create(with(ServiceWorld::web(), {{"role", "balance"}, {"loadBalancers", {ServiceWorld::balancer()}}}));
  CHECK(service["roleArn"] == "arn:aws:iam::123456789012:role/balance");
}

TEST_CASE("behind a Classic Load Balancer a deployment has no rollout state", "[operations][services]") {
  ServiceWorld world;
  Json balancer = {{"loadBalancerName", "old"}, {"containerName", "app"}, {"containerPort", 80}};
  const Json service = world.create(with(ServiceWorld::web(), {{"loadBalancers", {balancer}}}));
  CHECK_FALSE(service["deployments"][0].contains("rolloutState"));
}

TEST_CASE("the same token and parameters give the service that is there", "[operations][services]") {
  ServiceWorld world;
  const Json request = with(ServiceWorld::web(), {{"clientToken", "t1"}});
  const Json first = world.create(request);
  CHECK(world.create(request) == first);
  CHECK(world.create(with(request, {{"cluster", world.arn("cluster/default")}})) == first);
  const std::string refusal = kBad + "Creation of service was not idempotent.";
  CHECK(world.no("CreateService", with(request, {{"desiredCount", 2}})) == refusal);
  CHECK(world.no("CreateService", with(request, {{"clientToken", "t2"}})) == refusal);
  CHECK(world.no("CreateService", ServiceWorld::web()) == refusal);
}

TEST_CASE("a name is free again once its service is INACTIVE", "[operations][services]") {
  ServiceWorld world;
  world.add_instance("a");
  world.create(ServiceWorld::web());
  world.run("web");
  world.ok("DeleteService", {{"service", "web"}, {"force", true}});
  CHECK(world.no("CreateService", ServiceWorld::web()) == kBad + "Unable to Start a service that is still Draining.");
  const model::ServiceId old = world.service_id("web");
  world.run("web");
  CHECK(world.service("web")["status"] == "INACTIVE");

  world.clock.advance(std::chrono::seconds(5));
  const Json service = world.create(ServiceWorld::web());
  CHECK(service["status"] == "ACTIVE");
  CHECK(service["events"] == Json::array());
  CHECK(world.service_id("web") != old);
  world.run("web");
  CHECK(world.service("web")["runningCount"] == 1);
  CHECK(indexes_after_restart(world.stored) == indexes_of(world.state));

  // The old one is forgotten in its time, and its successor stays.
  world.clock.advance(world.pace.inactive_service_retention);
  world.settle();
  CHECK(world.state.find(old) == nullptr);
  CHECK(world.service("web")["status"] == "ACTIVE");
}

TEST_CASE("a deleted service can be made again and again, and every step can be taken back", "[operations][services]") {
  ServiceWorld world;
  for (int i = 0; i < 3; ++i) {
    api::CreateServiceRequest request;
    request.serviceName = "web";
    request.taskDefinition = "web";
    request.desiredCount = 0;
    check_atomic(world, operations::create_service, request);
    api::UpdateServiceRequest update;
    update.service = "web";
    update.forceNewDeployment = true;
    check_atomic(world, operations::update_service, update);
    api::DeleteServiceRequest removal;
    removal.service = "web";
    check_atomic(world, operations::delete_service, removal);
  }
  CHECK(world.state.services().size() == 3);
  CHECK(world.service("web")["status"] == "INACTIVE");
}

TEST_CASE("another cluster, account or region is another service", "[operations][services]") {
  ServiceWorld world;
  world.ok("CreateCluster", {{"clusterName", "other"}});
  world.create(ServiceWorld::web());
  CHECK(world.create(with(ServiceWorld::web(), {{"cluster", "other"}}))["serviceArn"] ==
        world.arn("service/other/web"));
}

}  // namespace
}  // namespace drydock::test
