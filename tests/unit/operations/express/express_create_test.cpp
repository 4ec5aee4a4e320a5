// CreateExpressGatewayService (spec/operations.md; spec/services.md section 14.2; spec/resources.md section 13).
#include "tests/unit/operations/express/express_fixture.hpp"

namespace drydock::test {
namespace {

using Catch::Matchers::Matches;

const std::string kBad = "InvalidParameterException: ";

Json option(const Json& container, const std::string& name) {
  return container["logConfiguration"]["options"].value(name, Json());
}

TEST_CASE("an Express service that says the least gets every default", "[operations][express]") {
  ExpressWorld world;
  const Json service = world.create();
  CHECK(service["cluster"] == "default");
  CHECK(service["serviceName"] == "shop");
  CHECK(service["serviceArn"] == world.shop_arn());
  CHECK(service["infrastructureRoleArn"] == ExpressWorld::kInfrastructureRole);
  CHECK(service["status"]["statusCode"] == "ACTIVE");
  CHECK(service.contains("createdAt"));
  CHECK(service["updatedAt"] == service["createdAt"]);
  CHECK_FALSE(service.contains("tags"));
  REQUIRE(service["activeConfigurations"].size() == 1);
  const Json& configuration = service["activeConfigurations"][0];
  CHECK_THAT(configuration["serviceRevisionArn"].get<std::string>(),
             StartsWith(world.arn("service-revision/default/shop/")));
  CHECK(configuration["executionRoleArn"] == ExpressWorld::kExecutionRole);
  CHECK_FALSE(configuration.contains("taskRoleArn"));
  CHECK(configuration["cpu"] == "256");
  CHECK(configuration["memory"] == "512");
  CHECK(configuration["healthCheckPath"] == "/ping");
  CHECK(configuration["scalingTarget"] == Json::object({{"minTaskCount", 1},
                                                        {"maxTaskCount", 20},
                                                        {"autoScalingMetric", "AVERAGE_CPU"},
                                                        {"autoScalingTargetValue", 60}}));
  CHECK(configuration["networkConfiguration"]["subnets"].size() == 2);
  CHECK(configuration["primaryContainer"]["image"] == "registry.example:5000/team/shop:1.0");
  CHECK(configuration["primaryContainer"]["containerPort"] == 80);
  const Json& logs = configuration["primaryContainer"]["awsLogsConfiguration"];
  CHECK_THAT(logs["logGroup"].get<std::string>(), Matches("/aws/ecs/default/shop-[0-9a-f]{4}"));
  CHECK(logs["logStreamPrefix"] == "ecs");
  CHECK(configuration["createdAt"] == service["createdAt"]);
  CHECK(world.describe() == service);
}

TEST_CASE("an Express service is an ordinary service with a task definition", "[operations][express]") {
  ExpressWorld world;
  const Json express = world.create({{"scalingTarget", {{"minTaskCount", 2}}}, {"healthCheckPath", "/health"}});
  const Json service = world.service("shop");
  CHECK(service["resourceManagementType"] == "ECS");
  CHECK(service["taskDefinition"] == world.arn("task-definition/default-shop:1"));
  CHECK(service["desiredCount"] == 2);
  CHECK(service["schedulingStrategy"] == "REPLICA");
  CHECK(service["deploymentController"]["type"] == "ECS");
  CHECK(service["healthCheckGracePeriodSeconds"] == 300);
  CHECK(service["propagateTags"] == "SERVICE");
  CHECK(service["availabilityZoneRebalancing"] == "ENABLED");
  CHECK(service["capacityProviderStrategy"] ==
        Json::array({{{"capacityProvider", "FARGATE"}, {"base", 1}, {"weight", 1}}}));
  CHECK_FALSE(service.contains("launchType"));
  CHECK(service["deploymentConfiguration"]["strategy"] == "ROLLING");
  CHECK(service["deploymentConfiguration"]["deploymentCircuitBreaker"] ==
        Json::object({{"enable", true}, {"rollback", true}}));
  CHECK(service["networkConfiguration"]["awsvpcConfiguration"]["assignPublicIp"] == "ENABLED");
  CHECK(world.ok("ListServices", {{"resourceManagementType", "ECS"}})["serviceArns"] ==
        Json::array({world.shop_arn()}));
  CHECK(world.ok("ListServices", {{"resourceManagementType", "CUSTOMER"}})["serviceArns"] == Json::array());

  const Json definition = world.definition("default-shop");
  CHECK(definition["revision"] == 1);
  CHECK(definition["networkMode"] == "awsvpc");
  CHECK(definition["requiresCompatibilities"] == Json::array({"FARGATE"}));
  CHECK(definition["executionRoleArn"] == ExpressWorld::kExecutionRole);
  CHECK(definition["cpu"] == "256");
  CHECK(definition["memory"] == "512");
  CHECK(definition["runtimePlatform"] ==
        Json::object({{"cpuArchitecture", "X86_64"}, {"operatingSystemFamily", "LINUX"}}));
  REQUIRE(definition["containerDefinitions"].size() == 1);
  const Json& container = definition["containerDefinitions"][0];
  CHECK(container["name"] == "Main");
  CHECK(container["essential"] == true);
  CHECK(container["portMappings"][0]["containerPort"] == 80);
  CHECK(container["portMappings"][0]["protocol"] == "tcp");
  CHECK(container["logConfiguration"]["logDriver"] == "awslogs");
  CHECK(option(container, "awslogs-group") ==
        express["activeConfigurations"][0]["primaryContainer"]["awsLogsConfiguration"]["logGroup"]);
  CHECK(option(container, "awslogs-region") == TestWorld::kRegion);
  CHECK(option(container, "awslogs-stream-prefix") == "ecs");
  CHECK(option(container, "mode") == "non-blocking");
  CHECK(option(container, "max-buffer-size") == "25m");
}

TEST_CASE("what the caller says reaches the task definition and the service", "[operations][express]") {
  ExpressWorld world;
  const Json primary = {
      {"image", "web"},
      {"containerPort", 8080},
      {"command", {"serve", "--all"}},
      {"environment", {{{"name", "A"}, {"value", "1"}}}},
      {"secrets", {{{"name", "S"}, {"valueFrom", "arn:aws:ssm:eu-west-1:123456789012:parameter/s"}}}},
      {"repositoryCredentials", {{"credentialsParameter", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:r"}}},
      {"awsLogsConfiguration", {{"logGroup", "mine"}, {"logStreamPrefix", "p"}}}};
  const Json network = {{"subnets", {"subnet-1"}}, {"securityGroups", {"sg-1"}}};
  const Json service = world.create({{"primaryContainer", primary},
                                     {"networkConfiguration", network},
                                     {"taskRoleArn", "arn:aws:iam::123456789012:role/task"},
                                     {"cpu", "1024"},
                                     {"memory", "2048"},
                                     {"tags", {{{"key", "k"}, {"value", "v"}}}}});
  const Json& configuration = service["activeConfigurations"][0];
  CHECK(configuration["primaryContainer"] == primary);
  CHECK(configuration["networkConfiguration"] == network);
  CHECK(configuration["taskRoleArn"] == "arn:aws:iam::123456789012:role/task");
  CHECK(service["tags"] == Json::array({{{"key", "k"}, {"value", "v"}}}));
  CHECK_FALSE(world.describe().contains("tags"));
  const Json tagged =
      world.ok("DescribeExpressGatewayService", {{"serviceArn", world.shop_arn()}, {"include", {"TAGS"}}});
  CHECK(tagged["service"]["tags"] == service["tags"]);

  const Json definition = world.definition("default-shop");
  CHECK(definition["cpu"] == "1024");
  CHECK(definition["memory"] == "2048");
  CHECK(definition["taskRoleArn"] == "arn:aws:iam::123456789012:role/task");
  const Json& container = definition["containerDefinitions"][0];
  for (const char* member : {"image", "command", "environment", "secrets", "repositoryCredentials"}) {
    CAPTURE(member);
    CHECK(container[member] == primary[member]);
  }
  CHECK(container["portMappings"][0]["containerPort"] == 8080);
  CHECK(option(container, "awslogs-group") == "mine");
  CHECK(option(container, "awslogs-stream-prefix") == "p");
  const Json vpc = world.service("shop")["networkConfiguration"]["awsvpcConfiguration"];
  CHECK(vpc == with(network, {{"assignPublicIp", "DISABLED"}}));
}

TEST_CASE("a name is made up from the image", "[operations][express]") {
  struct Row {
    const char* image;
    const char* name;
  };
  const std::vector<Row> rows = {
      {"nginx", "nginx-[0-9a-f]{4}"},
      {"registry.example:5000/team/shop:1.0", "shop-[0-9a-f]{4}"},
      {"a/my.web_app@sha256:0000000000000000000000000000000000000000000000000000000000000000", "myweb_app-[0-9a-f]{4}"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.image);
    ExpressWorld world;
    const Json request = {{"serviceName", nullptr}, {"primaryContainer", {{"image", row.image}}}};
    const std::string name = world.create(request)["serviceName"];
    CHECK_THAT(name, Matches(row.name));
    CHECK(world.create(request)["serviceName"] != name);
    CHECK(world.definition("default-" + name)["revision"] == 1);
  }
}

TEST_CASE("the cluster of an Express service has FARGATE afterwards", "[operations][express]") {
  const auto providers = [](DrydockWorld& world, const std::string& cluster) {
    return world.ok("DescribeClusters", {{"clusters", {cluster}}})["clusters"][0]["capacityProviders"];
  };
  SECTION("default is made") {
    ExpressWorld world;
    world.create();
    CHECK(providers(world, "default") == Json::array({"FARGATE"}));
  }
  SECTION("also where it is not made on demand otherwise") {
    ExpressWorld world;
    world.settings.strict = true;
    world.create();
    CHECK(providers(world, "default") == Json::array({"FARGATE"}));
  }
  SECTION("default is made again after it was deleted") {
    ExpressWorld world;
    world.ok("CreateCluster", Json::object());
    world.ok("DeleteCluster", {{"cluster", "default"}});
    world.create();
    CHECK(providers(world, "default") == Json::array({"FARGATE"}));
  }
  SECTION("a cluster keeps what it has") {
    ExpressWorld world;
    world.ok("CreateCluster", {{"clusterName", "mine"}, {"capacityProviders", {"FARGATE_SPOT"}}});
    const Json service = world.create({{"cluster", world.arn("cluster/mine")}});
    CHECK(service["cluster"] == "mine");
    CHECK(service["serviceArn"] == world.shop_arn("mine"));
    CHECK(providers(world, "mine") == Json::array({"FARGATE_SPOT", "FARGATE"}));
    CHECK(world.definition("mine-shop")["revision"] == 1);
  }
}

TEST_CASE("CreateExpressGatewayService refuses", "[operations][express]") {
  struct Row {
    const char* what;
    Json changes;
    std::string answer;  // its beginning
  };
  const std::string client = "ClientException: ";
  const std::vector<Row> rows = {
      {"a bad name", {{"serviceName", "my shop"}}, kBad + "ServiceName must match"},
      {"an unknown cluster", {{"cluster", "other"}}, "ClusterNotFoundException: Cluster not found."},
      {"a bad cluster name", {{"cluster", "a b"}}, kBad + "Cluster must match"},
      {"no execution role", {{"executionRoleArn", nullptr}}, kBad},
      {"no infrastructure role", {{"infrastructureRoleArn", nullptr}}, kBad},
      {"a role that is none", {{"infrastructureRoleArn", "me"}}, kBad + "The infrastructure role ARN me is not valid."},
      {"an execution role that is none", {{"executionRoleArn", "arn:aws:s3:::b"}}, client + "Role is not valid"},
      {"no container", {{"primaryContainer", nullptr}}, kBad},
      {"no image", {{"primaryContainer", {{"image", nullptr}}}}, kBad},
      {"an empty image", {{"primaryContainer", {{"image", ""}}}}, client},
      {"a bad port", {{"primaryContainer", {{"containerPort", 70000}}}}, client},
      {"a size that Fargate does not have", {{"cpu", "256"}, {"memory", "8192"}}, client},
      {"a relative path", {{"healthCheckPath", "ping"}}, kBad + "healthCheckPath must start with '/'."},
      {"fewer than no tasks", {{"scalingTarget", {{"minTaskCount", -1}}}}, kBad + "minTaskCount"},
      {"a minimum above the maximum", {{"scalingTarget", {{"minTaskCount", 21}}}}, kBad + "minTaskCount"},
      {"a maximum of none", {{"scalingTarget", {{"minTaskCount", 0}, {"maxTaskCount", 0}}}}, kBad + "maxTaskCount"},
      {"a metric that is none", {{"scalingTarget", {{"autoScalingMetric", "LUCK"}}}}, kBad},
      {"a target of nothing", {{"scalingTarget", {{"autoScalingTargetValue", 0}}}}, kBad + "autoScalingTargetValue"},
      {"a bad subnet", {{"networkConfiguration", {{"subnets", {"x"}}}}}, kBad + "Error retrieving subnet"},
      {"a reserved tag", {{"tags", {{{"key", "aws:x"}}}}}, kBad + "Tag keys "},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    ExpressWorld world;
    const RowMap before = world.rows();
    CHECK_THAT(world.no("CreateExpressGatewayService", with(ExpressWorld::shop(), row.changes)),
               StartsWith(row.answer));
    CHECK(world.rows() == before);
  }
}

TEST_CASE("the name of an Express service is taken like that of any service", "[operations][express]") {
  ExpressWorld world;
  world.create();
  CHECK(world.no("CreateExpressGatewayService", ExpressWorld::shop()) ==
        kBad + "Creation of service was not idempotent.");
  CHECK(world.no("DescribeTaskDefinition", {{"taskDefinition", "default-shop:2"}}) ==
        "ClientException: Unable to describe task definition.");
  world.settle();
  world.ok("DeleteExpressGatewayService", {{"serviceArn", world.shop_arn()}});
  CHECK(world.no("CreateExpressGatewayService", ExpressWorld::shop()) ==
        kBad + "Unable to Start a service that is still Draining.");
  world.run("shop");
  CHECK(world.create()["status"]["statusCode"] == "ACTIVE");
  CHECK(world.service("shop")["taskDefinition"] == world.arn("task-definition/default-shop:2"));
}

TEST_CASE("an Express service is made as a whole or not at all", "[operations][express]") {
  TestWorld world;
  api::CreateExpressGatewayServiceRequest request;
  request.serviceName = "shop";
  request.executionRoleArn = ExpressWorld::kExecutionRole;
  request.infrastructureRoleArn = ExpressWorld::kInfrastructureRole;
  request.primaryContainer.emplace().image = "shop";
  CHECK(check_atomic(world, operations::create_express_gateway_service, request) > 4);
}

TEST_CASE("what Drydock does not make for an Express service is said", "[operations][express]") {
  ExpressWorld world;
  const Json service = world.create();
  CHECK_THAT(service["status"]["statusReason"].get<std::string>(), StartsWith("Drydock runs the tasks"));
  CHECK(service["activeConfigurations"][0]["ingressPaths"] == Json::array());
  const Json revisions =
      world.ok("DescribeServiceRevisions",
               {{"serviceRevisionArns", {service["activeConfigurations"][0]["serviceRevisionArn"]}}});
  const Json managed = revisions["serviceRevisions"][0]["ecsManagedResources"];
  const auto failed = [](const Json& resource) {
    CHECK(resource["status"] == "FAILED");
    CHECK_THAT(resource["statusReason"].get<std::string>(), StartsWith("Drydock does not make "));
    CHECK(resource.contains("updatedAt"));
    CHECK_FALSE(resource.contains("arn"));
  };
  REQUIRE(managed["ingressPaths"].size() == 1);
  const Json& path = managed["ingressPaths"][0];
  CHECK(path["accessType"] == "PUBLIC");
  CHECK(path["endpoint"] == "");
  for (const char* member : {"loadBalancer", "certificate", "listener", "rule"}) failed(path[member]);
  failed(path["loadBalancerSecurityGroups"][0]);
  failed(path["targetGroups"][0]);
  CHECK(path["targetGroups"][0]["healthCheckPath"] == "/ping");
  CHECK(path["targetGroups"][0]["port"] == 80);
  failed(managed["autoScaling"]["scalableTarget"]);
  CHECK(managed["autoScaling"]["scalableTarget"]["maxCapacity"] == 20);
  failed(managed["autoScaling"]["applicationAutoScalingPolicies"][0]);
  CHECK(managed["autoScaling"]["applicationAutoScalingPolicies"][0]["metric"] == "AVERAGE_CPU");
  failed(managed["metricAlarms"][0]);
  failed(managed["serviceSecurityGroups"][0]);
  CHECK(managed["logGroups"][0]["status"] == "ACTIVE");
}

}  // namespace
}  // namespace drydock::test
