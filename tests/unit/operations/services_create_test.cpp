// CreateService: what it shows (spec/resources.md section 6) and what it refuses (spec/operations.md).
#include "server/operations/services.hpp"
#include "tests/unit/operations/service_fixture.hpp"

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
  const Json code_deploy = world.create(with(ServiceWorld::web(), {{"deploymentController", {{"type", "CODE_DEPLOY"}}},
                                                                   {"loadBalancers", {ServiceWorld::balancer()}}}));
  CHECK(code_deploy["deployments"] == Json::array());
  CHECK(code_deploy["taskSets"] == Json::array());
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

struct Refusal {
  const char* what;
  Json request;
  std::string answer;
};

void check_refusals(const std::vector<Refusal>& table) {
  ServiceWorld world;
  world.ok("CreateCluster", {{"clusterName", "gone"}});
  world.ok("DeleteCluster", {{"cluster", "gone"}});
  world.ok("RegisterTaskDefinition", ServiceWorld::definition("old"));
  world.ok("DeregisterTaskDefinition", {{"taskDefinition", "old:1"}});
  world.ok("RegisterTaskDefinition", with(ServiceWorld::definition("vpc"), {{"networkMode", "awsvpc"}}));
  for (const Refusal& row : table) {
    CAPTURE(row.what);
    CHECK(world.no("CreateService", row.request) == row.answer);
    CHECK(world.state.services().empty());
  }
}

TEST_CASE("CreateService refuses bad names, counts and references", "[operations][services]") {
  const Json web = ServiceWorld::web();
  check_refusals({
      {"cluster", with(web, {{"cluster", "nowhere"}}), "ClusterNotFoundException: Cluster not found."},
      {"inactive cluster", with(web, {{"cluster", "gone"}}), "ClientException: The referenced cluster was inactive."},
      {"name", with(web, {{"serviceName", "a b"}}),
       kBad + "ServiceName must match ^[a-zA-Z0-9\\-_]{1,255}$, but was a b"},
      {"long name", with(web, {{"serviceName", std::string(256, 'a')}}),
       kBad + "ServiceName must match ^[a-zA-Z0-9\\-_]{1,255}$, but was " + std::string(256, 'a')},
      {"no count", with(web, {{"desiredCount", nullptr}}), kBad + "DesiredCount is missing"},
      {"negative count", with(web, {{"desiredCount", -1}}), kBad + "DesiredCount can not be lesser than 0"},
      {"too many tasks", with(web, {{"desiredCount", 5001}}), kBad + "DesiredCount can be at most 5000"},
      {"no task definition", with(web, {{"taskDefinition", nullptr}}),
       "ClientException: TaskDefinition can not be blank."},
      {"unknown task definition", with(web, {{"taskDefinition", "nothing"}}),
       "ClientException: TaskDefinition not found."},
      {"inactive task definition", with(web, {{"taskDefinition", "old:1"}}),
       "ClientException: TaskDefinition is inactive"},
      {"token", with(web, {{"clientToken", std::string(37, 't')}}), kBad + "idempotency token longer than 36."},
      {"launch type", with(web, {{"launchType", "MOON"}}),
       kBad + "launch type should be one of [EC2,FARGATE,EXTERNAL,FMI,MANAGED_INSTANCES]"},
      {"scheduling strategy", with(web, {{"schedulingStrategy", "OFTEN"}}),
       kBad + "Scheduling strategy should be one of [REPLICA,DAEMON]"},
      {"tags", with(web, {{"tags", {{{"key", "aws:x"}, {"value", "y"}}}}}),
       kBad + "Tag keys can not start with 'aws:', which is reserved."},
  });
}

TEST_CASE("CreateService refuses what DAEMON services cannot have", "[operations][services]") {
  const Json daemon = {{"serviceName", "d"}, {"taskDefinition", "web"}, {"schedulingStrategy", "DAEMON"}};
  const std::string count = kBad +
                            "The daemon scheduling strategy does not support a desired count for services. Remove the "
                            "desired count value and "
                            "try again";
  const std::string fargate =
      kBad +
      "The daemon scheduling strategy does not support the FARGATE launch type. Change the launch type and try again";
  check_refusals({
      {"count", with(daemon, {{"desiredCount", 2}}), count},
      {"count 0", with(daemon, {{"desiredCount", 0}}), count},
      {"Fargate", with(daemon, {{"launchType", "FARGATE"}, {"taskDefinition", "fargate"}}), fargate},
      {"strategy", with(daemon, {{"capacityProviderStrategy", {{{"capacityProvider", "FARGATE"}}}}}), fargate},
      {"maximum", with(daemon, {{"deploymentConfiguration", {{"maximumPercent", 101}}}}),
       kBad + "The daemon scheduling strategy does not support values above 100 for maximumPercent"},
      {"controller", with(daemon, {{"deploymentController", {{"type", "EXTERNAL"}}}, {"taskDefinition", nullptr}}),
       kBad + "The daemon scheduling strategy does not support the EXTERNAL deployment controller."},
  });
}

TEST_CASE("CreateService refuses deployment configurations that cannot work", "[operations][services]") {
  const auto configured = [](const Json& configuration) {
    return with(ServiceWorld::web(), {{"deploymentConfiguration", configuration}});
  };
  check_refusals({
      {"both 100", configured({{"maximumPercent", 100}, {"minimumHealthyPercent", 100}}),
       kBad + "Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments."},
      {"maximum alone", configured({{"maximumPercent", 100}}),
       kBad + "Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments."},
      {"maximum below minimum", configured({{"maximumPercent", 90}, {"minimumHealthyPercent", 95}}),
       kBad + "maximumPercent must be greater than or equal to minimumHealthyPercent"},
      {"maximum 0", configured({{"maximumPercent", 0}, {"minimumHealthyPercent", 0}}),
       kBad + "maximumPercent must be greater than 0"},
      {"rebalancing",
       with(configured({{"maximumPercent", 100}, {"minimumHealthyPercent", 50}}),
            {{"availabilityZoneRebalancing", "ENABLED"}}),
       kBad + "Availability Zone rebalancing requires a maximumPercent greater than 100."},
      {"breaker with task sets",
       {{"serviceName", "s"},
        {"deploymentController", {{"type", "EXTERNAL"}}},
        {"deploymentConfiguration", {{"deploymentCircuitBreaker", {{"enable", true}, {"rollback", true}}}}}},
       kBad + "The deployment circuit breaker is not supported with the EXTERNAL deployment controller."},
      {"CODE_DEPLOY alone", with(ServiceWorld::web(), {{"deploymentController", {{"type", "CODE_DEPLOY"}}}}),
       kBad +
           "With the CODE_DEPLOY deployment controller, the service requires an Application Load Balancer or Network "
           "Load Balancer"},
      {"EXTERNAL with task definition", with(ServiceWorld::web(), {{"deploymentController", {{"type", "EXTERNAL"}}}}),
       kBad + "TaskDefinition must be blank"},
      {"blue/green", configured({{"strategy", "BLUE_GREEN"}}),
       "UnsupportedFeatureException: The deployment strategy BLUE_GREEN is not supported."},
  });
}

TEST_CASE("CreateService checks minimumHealthyPercent against 100", "[operations][services]") {
  ServiceWorld world;
  const std::string answer = world.no(
      "CreateService", with(ServiceWorld::web(), {{"deploymentConfiguration", {{"minimumHealthyPercent", 101}}}}));
  CHECK(answer.starts_with(kBad + "minimumHealthyPercent must be at most 100"));
}

TEST_CASE("CreateService refuses placement that Fargate or placement itself does not know", "[operations][services]") {
  const auto strategy = [](const Json& base, const Json& item) { return with(base, {{"placementStrategy", {item}}}); };
  const auto constraint = [](const Json& base, const Json& item) {
    return with(base, {{"placementConstraints", {item}}});
  };
  const Json web = ServiceWorld::web();
  const Json spread = {{"type", "spread"}, {"field", "instanceId"}};
  check_refusals({
      {"Fargate strategy", strategy(ServiceWorld::fargate(), spread),
       kBad + "Placement strategies are not supported with FARGATE launch type."},
      {"Fargate constraint", constraint(ServiceWorld::fargate(), {{"type", "distinctInstance"}}),
       kBad + "Placement constraints are not supported with FARGATE launch type."},
      {"six strategies", with(web, {{"placementStrategy", Json(6, spread)}}),
       kBad + "Maximum number of strategies is 5"},
      {"binpack", strategy(web, {{"type", "binpack"}, {"field", "disk"}}), kBad + "binpack field 'disk' is invalid"},
      {"spread without field", strategy(web, {{"type", "spread"}}), kBad + "spread field can not be blank."},
      {"distinctInstance", constraint(web, {{"type", "distinctInstance"}, {"expression", ""}}),
       kBad + "distinctInstance expression should not be specified."},
      {"memberOf", constraint(web, {{"type", "memberOf"}}), kBad + "memberOf expression can not be blank."},
      {"not yet", constraint(web, {{"type", "distinctInstance"}}),
       "UnsupportedFeatureException: Placement constraints are not supported."},
      {"binpack not yet", strategy(web, {{"type", "binpack"}, {"field", "memory"}}),
       "UnsupportedFeatureException: This placement strategy is not supported."},
  });
}

TEST_CASE("the strategy that placement follows anyhow may be spelled out", "[operations][services]") {
  ServiceWorld world;
  const Json strategies = {{{"type", "spread"}, {"field", "attribute:ecs.availability-zone"}},
                           {{"type", "spread"}, {"field", "instanceId"}}};
  CHECK(world.create(with(ServiceWorld::web(), {{"placementStrategy", strategies}}))["placementStrategy"] ==
        strategies);
}

TEST_CASE("CreateService refuses networks and platforms that do not fit", "[operations][services]") {
  const Json fargate = ServiceWorld::fargate();
  const Json web = ServiceWorld::web();
  check_refusals({
      {"no network", with(fargate, {{"networkConfiguration", nullptr}}),
       kBad + "Network Configuration must be provided when networkMode 'awsvpc' is specified."},
      {"network with bridge", with(web, {{"networkConfiguration", ServiceWorld::network()}}),
       kBad + "Network Configuration is not valid for the given networkMode of this task definition."},
      {"no subnet", with(fargate, {{"networkConfiguration", {{"awsvpcConfiguration", {{"subnets", Json::array()}}}}}}),
       kBad + "subnets can not be empty."},
      {"public address on EC2",
       with(web, {{"taskDefinition", "vpc"},
                  {"networkConfiguration",
                   {{"awsvpcConfiguration", {{"subnets", {"subnet-1"}}, {"assignPublicIp", "ENABLED"}}}}}}),
       kBad + "Assign public IP is not supported for this launch type."},
      {"platform with EC2", with(web, {{"platformVersion", "1.4.0"}}),
       kBad + "The platform version must be null when specifying an EC2 launch type."},
      {"unknown platform", with(fargate, {{"platformVersion", "9.9.9"}}),
       "PlatformUnknownException: The specified platform does not exist."},
      {"not for Fargate", with(fargate, {{"taskDefinition", "web"}, {"networkConfiguration", nullptr}}),
       kBad + "Task definition does not support launch_type FARGATE."},
  });
}

TEST_CASE("CreateService refuses capacity provider strategies that name no usable provider", "[operations][services]") {
  const auto strategy = [](const Json& items) {
    return with(ServiceWorld::fargate(), {{"launchType", nullptr}, {"capacityProviderStrategy", items}});
  };
  const auto item = [](const char* name, int weight, int base) {
    return Json{{"capacityProvider", name}, {"weight", weight}, {"base", base}};
  };
  Json both = strategy(Json::array({item("FARGATE", 1, 0)}));
  both["launchType"] = "FARGATE";
  check_refusals({
      {"both", both,
       kBad +
           "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again."},
      {"unknown", strategy(Json::array({item("mine", 1, 0)})),
       kBad + "The specified capacity provider strategy cannot contain a capacity provider that is not associated with "
              "the cluster."},
      {"two bases", strategy({item("FARGATE", 1, 1), item("FARGATE_SPOT", 1, 1)}),
       kBad + "There are multiple capacity providers in the specified capacity provider strategy with a base value "
              "defined"},
      {"no weight", strategy({item("FARGATE", 0, 0), item("FARGATE_SPOT", 0, 0)}),
       kBad +
           "There are no capacity providers in the capacity provider strategy with a weight value greater than zero"},
  });
}

TEST_CASE("CreateService refuses load balancers and registries that do not fit", "[operations][services]") {
  const Json web = ServiceWorld::web();
  const auto balanced = [](const Json& base, const Json& balancer) {
    return with(base, {{"loadBalancers", {balancer}}});
  };
  const Json classic = {{"loadBalancerName", "old"}, {"containerName", "app"}, {"containerPort", 80}};
  Json with_port = ServiceWorld::registry();
  with_port["containerPort"] = 80;
  check_refusals({
      {"both ids", balanced(web, with(ServiceWorld::balancer(), {{"loadBalancerName", "old"}})),
       kBad + "loadBalancerName and targetGroupArn cannot both be specified"},
      {"container", balanced(web, ServiceWorld::balancer("nobody")),
       kBad + "The container nobody does not exist in the task definition."},
      {"port", balanced(web, ServiceWorld::balancer("app", 81)),
       kBad + "The container app did not have a container port 81 defined."},
      {"blank container", balanced(web, with(ServiceWorld::balancer(), {{"containerName", nullptr}})),
       kBad + "Container Name can not be blank."},
      {"Classic on Fargate", balanced(ServiceWorld::fargate(), classic),
       kBad + "Classic Load Balancers are not supported with Fargate"},
      {"role alone", with(web, {{"role", "r"}}),
       kBad + "IAM roles are only valid for services configured to use load balancers"},
      {"role with awsvpc", with(balanced(ServiceWorld::fargate(), ServiceWorld::balancer()), {{"role", "r"}}),
       kBad + "You cannot specify an IAM role for services that require a service linked role"},
      {"grace period", with(web, {{"healthCheckGracePeriodSeconds", 60}}),
       kBad + "Health check grace period is only valid for services configured to use load balancers"},
      {"two registries", with(web, {{"serviceRegistries", {ServiceWorld::registry(), ServiceWorld::registry()}}}),
       kBad + "service registries can have at most 1 items"},
      {"registry port", with(ServiceWorld::fargate(), {{"serviceRegistries", {with_port}}}),
       kBad + "The values specified for serviceRegistries do not require a value for 'containerPort'"},
  });
}

TEST_CASE("CreateService refuses Service Connect, volumes and exec that cannot work", "[operations][services]") {
  const Json web = ServiceWorld::web();
  const auto connect = [&](const Json& configuration) {
    return with(web, {{"serviceConnectConfiguration", configuration}});
  };
  const auto alias = [&](const Json& aliases) {
    return connect(
        {{"enabled", true}, {"namespace", "n"}, {"services", {{{"portName", "http"}, {"clientAliases", aliases}}}}});
  };
  const Json ebs = {{"roleArn", "arn:aws:iam::1:role/r"}, {"sizeInGiB", 5}};
  check_refusals({
      {"namespace", connect({{"enabled", true}}), kBad + "Namespace is missing"},
      {"port name", connect({{"enabled", true}, {"namespace", "n"}, {"services", {{{"portName", "grpc"}}}}}),
       kBad + "portName(grpc) does not refer to any named PortMapping in the container definitions"},
      {"two aliases", alias({{{"port", 80}}, {{"port", 81}}}), kBad + "2 clientAliases exceeds the max limit of 1"},
      {"alias", alias({{{"port", 80}, {"dnsName", "not a name"}}}), kBad + "The DNS name that you provided is invalid"},
      {"volume", with(web, {{"volumeConfigurations", {{{"name", "data"}, {"managedEBSVolume", ebs}}}}}),
       kBad + "The volume name 'data' in your request does not have a matching volume in your Task Definition"},
      {"exec", with(web, {{"enableExecuteCommand", true}}),
       kBad +
           "The service couldn't be created because a valid taskRoleArn is not being used. Specify a valid task role "
           "in your task definition and try again."},
  });
}

TEST_CASE("a managed volume needs a size or a snapshot", "[operations][services]") {
  ServiceWorld world;
  world.ok("RegisterTaskDefinition", ServiceWorld::disk_definition());
  const Json volume = {{"name", "data"}, {"managedEBSVolume", {{"roleArn", "arn:aws:iam::1:role/r"}}}};
  CHECK(world.no("CreateService", {{"serviceName", "web"},
                                   {"taskDefinition", "disk"},
                                   {"desiredCount", 1},
                                   {"volumeConfigurations", {volume}}}) ==
        kBad + "ECS managed EBS volume configuration was invalid");
}

TEST_CASE("a grace period is fine where a container checks its health", "[operations][services]") {
  ServiceWorld world;
  Json definition = ServiceWorld::definition("checked");
  definition["containerDefinitions"][0]["healthCheck"] = {{"command", {"CMD", "true"}}};
  world.ok("RegisterTaskDefinition", definition);
  const Json service =
      world.create(with(ServiceWorld::web(), {{"taskDefinition", "checked"}, {"healthCheckGracePeriodSeconds", 60}}));
  CHECK(service["healthCheckGracePeriodSeconds"] == 60);
}

TEST_CASE("a refusal that only Drydock can explain names the next step", "[operations][services]") {
  ServiceWorld world;
  world.create(ServiceWorld::web());
  const auto answer = world.api("CreateService", ServiceWorld::web());
  REQUIRE_FALSE(answer.has_value());
  CHECK(answer.error().explanation.find("update-service") != std::string::npos);
}

}  // namespace
}  // namespace drydock::test
