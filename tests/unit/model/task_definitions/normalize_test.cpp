#include "model/task_definitions/normalize.hpp"

#include <string>

#include "api-spec/runtime/encode.hpp"
#include "model/task_definitions/validate.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/model/task_definitions/requests.hpp"

using namespace drydock;
using namespace drydock::test;

namespace {

Json described(const std::string& request) { return Json::parse(api::encode(definition_of(request))); }

/// The described definition as a user sends it again: without what only ECS writes.
std::string registrable(Json definition) {
  for (const auto* member : {"taskDefinitionArn", "revision", "status", "requiresAttributes", "compatibilities",
                             "registeredAt", "registeredBy", "deregisteredAt"}) {
    definition.erase(member);
  }
  return definition.dump();
}

const std::string kEverything = R"({
  "family":"all","networkMode":"awsvpc","cpu":".5 vCPU","memory":"1 GB","requiresCompatibilities":["FARGATE"],
  "taskRoleArn":"arn:aws:iam::123456789012:role/t","executionRoleArn":"arn:aws:iam::123456789012:role/e",
  "ephemeralStorage":{"sizeInGiB":30},"runtimePlatform":{"operatingSystemFamily":"LINUX","cpuArchitecture":"X86_64"},
  "pidMode":"task","enableFaultInjection":true,
  "volumes":[{"name":"data","efsVolumeConfiguration":{"fileSystemId":"fs-1"}},{"name":"scratch","host":{}}],
  "containerDefinitions":[
    {"name":"web","image":"nginx","cpu":100,"memory":256,"command":[],"entryPoint":["sh","-c"],
     "environment":[{"name":"B","value":"2"},{"name":"A","value":""}],
     "portMappings":[{"containerPort":80,"name":"http","appProtocol":"http"},{"containerPort":53,"protocol":"udp"}],
     "healthCheck":{"command":["CMD","true"],"startPeriod":10},
     "restartPolicy":{"enabled":true},
     "mountPoints":[{"sourceVolume":"data","containerPath":"/data"}],
     "dependsOn":[{"containerName":"side","condition":"START"}],
     "logConfiguration":{"logDriver":"awslogs","secretOptions":[],
       "options":{"awslogs-group":"g","awslogs-region":"eu-west-1","awslogs-stream-prefix":"s"}},
     "secrets":[{"name":"KEY","valueFrom":"p"}],"dockerLabels":{"z":"1","a":"2"},
     "ulimits":[{"name":"nofile","softLimit":1024,"hardLimit":2048}]},
    {"name":"side","image":"busybox","essential":false}]})";

}  // namespace

TEST_CASE("A registered task definition has the defaults of ECS and nothing else") {
  const Json expected = Json::parse(R"({
    "family":"web","volumes":[],"placementConstraints":[],"compatibilities":["EXTERNAL","EC2"],
    "enableFaultInjection":false,
    "containerDefinitions":[{"name":"web","image":"nginx","memory":128,"cpu":0,"essential":true,"environment":[],
      "mountPoints":[],"volumesFrom":[],"portMappings":[],"systemControls":[]}]})");
  CHECK(described(bridge_json().dump()) == expected);
}

TEST_CASE("Task sizes lose their unit and empty texts are left out") {
  const Json json = described(patched(
      bridge_json(), R"({"cpu":"1 vCPU","memory":"2GB","taskRoleArn":"","executionRoleArn":"","networkMode":""})"));
  CHECK(json["cpu"] == "1024");
  CHECK(json["memory"] == "2048");
  for (const auto* member : {"taskRoleArn", "executionRoleArn", "networkMode"}) CHECK_FALSE(json.contains(member));
}

TEST_CASE("A host port defaults by network mode and a protocol to tcp") {
  struct Row {
    std::string mode;
    std::string mapping;
    std::string expected;
  };
  const Row rows[] = {
      {"null", R"({"containerPort":80})", R"({"containerPort":80,"hostPort":0,"protocol":"tcp"})"},
      {"\"bridge\"", R"({"containerPort":80})", R"({"containerPort":80,"hostPort":0,"protocol":"tcp"})"},
      {"\"bridge\"", R"({"containerPort":53,"hostPort":5353,"protocol":"udp"})",
       R"({"containerPort":53,"hostPort":5353,"protocol":"udp"})"},
      {"\"host\"", R"({"containerPort":80})", R"({"containerPort":80,"hostPort":80,"protocol":"tcp"})"},
      {"\"awsvpc\"", R"({"containerPort":80})", R"({"containerPort":80,"hostPort":80,"protocol":"tcp"})"},
      {"\"bridge\"", R"({"containerPortRange":"80-90"})", R"({"containerPortRange":"80-90","protocol":"tcp"})"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.mode, row.mapping);
    const Json json = described(
        patched(bridge_json(), R"({"networkMode":)" + row.mode + "}", R"({"portMappings":[)" + row.mapping + "]}"));
    CHECK(json["containerDefinitions"][0]["portMappings"] == Json::array({Json::parse(row.expected)}));
  }
}

TEST_CASE("Health checks, restart policies and volumes get their defaults") {
  const Json json =
      described(patched(bridge_json(), R"({"volumes":[
      {"name":"e","efsVolumeConfiguration":{"fileSystemId":"fs-1"}},
      {"name":"d","dockerVolumeConfiguration":{"autoprovision":true}},
      {"name":"s","dockerVolumeConfiguration":{"scope":"shared","driver":"x"}},
      {"name":"h","host":{}},{"name":"n"}]})",
                        R"({"healthCheck":{"command":["CMD","true"]},"restartPolicy":{"enabled":true}})"));
  const Json& container = json["containerDefinitions"][0];
  CHECK(container["healthCheck"] == Json::parse(R"({"command":["CMD","true"],"interval":30,"timeout":5,"retries":3})"));
  CHECK(container["restartPolicy"] == Json::parse(R"({"enabled":true,"restartAttemptPeriod":300})"));
  CHECK(json["volumes"] == Json::parse(R"([
      {"name":"e","efsVolumeConfiguration":{"fileSystemId":"fs-1","rootDirectory":"/"}},
      {"name":"d","dockerVolumeConfiguration":{"autoprovision":true,"scope":"task","driver":"local"}},
      {"name":"s","dockerVolumeConfiguration":{"scope":"shared","driver":"x"}},
      {"name":"h","host":{}},{"name":"n"}])"));
}

TEST_CASE("What was given is kept as it was given") {
  const Json json = described(patched(bridge_json(), R"({"ipcMode":"host"})",
                                      R"({"command":[],"links":["b"],"essential":true,"mountPoints":[],"healthCheck":
          {"command":["CMD","true"],"interval":7,"timeout":8,"retries":9,"startPeriod":0}})"));
  const Json& container = json["containerDefinitions"][0];
  CHECK(container["command"] == Json::array());
  CHECK(container["links"] == Json::array({"b"}));
  CHECK(container["healthCheck"] ==
        Json::parse(R"({"command":["CMD","true"],"interval":7,"timeout":8,"retries":9,"startPeriod":0})"));
  CHECK(json["ipcMode"] == "host");
}

TEST_CASE("Registering a described task definition again gives the same one") {
  for (const auto& text : {bridge_json().dump(), awsvpc_json().dump(), fargate_json().dump(), kEverything}) {
    CAPTURE(text);
    REQUIRE_FALSE(model::validate_task_definition(request_of(text)).has_value());
    const Json first = described(text);
    const std::string again = registrable(first);
    CHECK_FALSE(model::validate_task_definition(request_of(again)).has_value());
    CHECK(described(again) == first);
  }
}
