#pragma once
// Task definitions and requests that tests of services start from.

#include "tests/support/drydock_world.hpp"

namespace drydock::test {

struct ServiceWorld : DrydockWorld {
  ServiceWorld() {
    ok("CreateCluster", {{"clusterName", "default"}, {"capacityProviders", {"FARGATE", "FARGATE_SPOT"}}});
    ok("RegisterTaskDefinition", definition("web"));
    ok("RegisterTaskDefinition", with(definition("fargate"), {{"networkMode", "awsvpc"},
                                                              {"requiresCompatibilities", {"FARGATE"}},
                                                              {"cpu", "256"},
                                                              {"memory", "512"},
                                                              {"taskRoleArn", "arn:aws:iam::123456789012:role/app"}}));
  }

  static Json definition(const std::string& family) {
    return {{"family", family},
            {"containerDefinitions",
             {{{"name", "app"},
               {"image", "busybox"},
               {"memory", 64},
               {"portMappings", {{{"containerPort", 80}, {"name", "http"}}}}}}}};
  }

  /// With a volume `data` that is made when a task starts.
  static Json disk_definition() {
    Json body = definition("disk");
    body["volumes"] = Json::parse(R"([{"name": "data", "configuredAtLaunch": true}])");
    body["containerDefinitions"][0]["mountPoints"] =
        Json::parse(R"([{"sourceVolume": "data", "containerPath": "/data"}])");
    return body;
  }

  /// The smallest request: an EC2 service of one task.
  static Json web() { return {{"serviceName", "web"}, {"taskDefinition", "web"}, {"desiredCount", 1}}; }

  static Json network() { return {{"awsvpcConfiguration", {{"subnets", {"subnet-1"}}}}}; }

  static Json fargate() {
    return {{"serviceName", "web"},
            {"taskDefinition", "fargate"},
            {"desiredCount", 1},
            {"launchType", "FARGATE"},
            {"networkConfiguration", network()}};
  }

  static Json balancer(const std::string& container = "app", int port = 80) {
    return {{"targetGroupArn", "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/0123456789abcdef"},
            {"containerName", container},
            {"containerPort", port}};
  }

  static Json registry() {
    return {{"registryArn", "arn:aws:servicediscovery:eu-west-1:123456789012:service/srv-abc"}};
  }

  Json create(const Json& body) { return ok("CreateService", body)["service"]; }
  Json update(const Json& changes) { return ok("UpdateService", with({{"service", "web"}}, changes))["service"]; }
};

}  // namespace drydock::test
