// What CreateService refuses: the tables of spec/operations.md, row by row.
#include "tests/unit/operations/services/service_fixture.hpp"

namespace drydock::test {
namespace {

const std::string kBad = "InvalidParameterException: ";

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
      {"a hook of a rolling deployment where it shifts no traffic",
       configured({{"lifecycleHooks", {{{"targetType", "PAUSE"}, {"lifecycleStages", {"POST_TEST_TRAFFIC_SHIFT"}}}}}}),
       "UnsupportedFeatureException: Lifecycle hooks at the lifecycle stage POST_TEST_TRAFFIC_SHIFT are not supported "
       "with the deployment strategy ROLLING."},
      {"hooks of a daemon service",
       {{"serviceName", "d"},
        {"taskDefinition", "web"},
        {"schedulingStrategy", "DAEMON"},
        {"deploymentConfiguration",
         {{"lifecycleHooks", {{{"targetType", "PAUSE"}, {"lifecycleStages", {"PRE_SCALE_UP"}}}}}}}},
       "UnsupportedFeatureException: Lifecycle hooks are only supported with the ECS deployment controller and the "
       "REPLICA scheduling strategy."},
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
      {"bad expression", constraint(web, {{"type", "memberOf"}, {"expression", "attribute:a"}}),
       kBad + "Invalid expression: an operator is missing at position 12."},
  });
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
