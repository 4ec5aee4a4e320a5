#include "model/task_definitions/network_configuration.hpp"

#include <string>

#include "tests/support/catch.hpp"
#include "tests/unit/model/task_definitions/requests.hpp"

using namespace drydock;
using namespace drydock::test;

namespace {

std::string refusal(const Json& definition, const std::string& network, const std::string& launch_type = "EC2") {
  const auto configuration = decoded<api::NetworkConfiguration>(network);
  const auto error = model::check_network_configuration(definition_of(definition.dump()), &configuration, launch_type);
  if (!error) return {};
  CHECK(error->code == "InvalidParameterException");
  return error->message;
}

std::string vpc(const std::string& members) { return R"({"awsvpcConfiguration":{)" + members + "}}"; }

std::string list(const std::string& name, const std::string& prefix, int count) {
  std::string ids;
  for (int i = 0; i < count; ++i) ids += (i ? ",\"" : "\"") + prefix + std::to_string(i) + "\"";
  return "\"" + name + "\":[" + ids + "]";
}

const std::string kNeeded = "Network Configuration must be provided when networkMode 'awsvpc' is specified.";

}  // namespace

TEST_CASE("awsvpc needs a network configuration and other modes refuse it") {
  const auto error = model::check_network_configuration(definition_of(awsvpc_json().dump()), nullptr, "EC2");
  REQUIRE(error.has_value());
  CHECK(error->message == kNeeded);
  CHECK(refusal(awsvpc_json(), "{}") == kNeeded);
  CHECK_FALSE(model::check_network_configuration(definition_of(bridge_json().dump()), nullptr, "EC2").has_value());
  CHECK(refusal(bridge_json(), "{}").empty());
  CHECK(refusal(bridge_json(), vpc(list("subnets", "subnet-", 1))) ==
        "Network Configuration is not valid for the given networkMode of this task definition.");
}

TEST_CASE("Subnets and security groups are counted and must look like ids") {
  CHECK(refusal(awsvpc_json(), vpc(list("subnets", "subnet-", 16) + "," + list("securityGroups", "sg-", 5))).empty());
  CHECK(refusal(awsvpc_json(), vpc("\"subnets\":[]")) == "subnets can not be empty.");
  CHECK(refusal(awsvpc_json(), vpc("")) == "subnets can not be empty.");
  CHECK(refusal(awsvpc_json(), vpc(list("subnets", "subnet-", 17))) == "subnets can have at most 16 items");
  CHECK(refusal(awsvpc_json(), vpc(list("subnets", "subnet-", 1) + "," + list("securityGroups", "sg-", 6))) ==
        "security groups can have at most 5 items");
  CHECK(refusal(awsvpc_json(), vpc(R"("subnets":["subnet-1","net-2"])")) ==
        "Error retrieving subnet information for [subnet-1, net-2]: The subnet ID 'net-2' does not exist (ErrorCode: "
        "InvalidSubnetID.NotFound)");
  CHECK(refusal(awsvpc_json(), vpc(R"("subnets":["subnet-1"],"securityGroups":["default"])")) ==
        "Error retrieving security group information for [default]: The security group 'default' does not exist "
        "(ErrorCode: InvalidGroup.NotFound)");
}

TEST_CASE("EC2 tasks get no public address") {
  const std::string subnet = list("subnets", "subnet-", 1);
  CHECK(refusal(awsvpc_json(), vpc(subnet + R"(,"assignPublicIp":"ENABLED")")) ==
        "Assign public IP is not supported for this launch type.");
  CHECK(refusal(awsvpc_json(), vpc(subnet + R"(,"assignPublicIp":"DISABLED")")).empty());
  CHECK(refusal(fargate_json(), vpc(subnet + R"(,"assignPublicIp":"ENABLED")"), "FARGATE").empty());
}
