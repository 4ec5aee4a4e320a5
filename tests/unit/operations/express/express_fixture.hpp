#pragma once
// Requests that tests of Express services start from.

#include "server/operations/express/express_gateway_services.hpp"
#include "tests/support/drydock_world.hpp"

namespace drydock::test {

struct ExpressWorld : DrydockWorld {
  static constexpr const char* kExecutionRole = "arn:aws:iam::123456789012:role/execution";
  static constexpr const char* kInfrastructureRole = "arn:aws:iam::123456789012:role/infrastructure";

  /// The smallest request, with a name.
  static Json shop() {
    return {{"serviceName", "shop"},
            {"executionRoleArn", kExecutionRole},
            {"infrastructureRoleArn", kInfrastructureRole},
            {"primaryContainer", {{"image", "registry.example:5000/team/shop:1.0"}}}};
  }

  std::string shop_arn(const std::string& cluster = "default") const { return arn("service/" + cluster + "/shop"); }

  Json create(const Json& changes = Json::object()) {
    return ok("CreateExpressGatewayService", with(shop(), changes))["service"];
  }
  Json update(const Json& changes) {
    return ok("UpdateExpressGatewayService", with({{"serviceArn", shop_arn()}}, changes))["service"];
  }
  Json describe() { return ok("DescribeExpressGatewayService", {{"serviceArn", shop_arn()}})["service"]; }
  Json definition(const std::string& name) {
    return ok("DescribeTaskDefinition", {{"taskDefinition", name}})["taskDefinition"];
  }
};

}  // namespace drydock::test
