#include "model/task_definitions/compatibility.hpp"

#include <set>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/unit/model/task_definitions/requests.hpp"

using namespace drydock;
using namespace drydock::test;

namespace {

using Set = std::set<std::string>;

Set compatibilities(const Json& base, const std::string& task, const std::string& container = "{}") {
  const auto names = model::compatibilities_of(request_of(patched(base, task, container)));
  CHECK(Set(names.begin(), names.end()).size() == names.size());
  return {names.begin(), names.end()};
}

}  // namespace

TEST_CASE("Compatibilities follow the network mode") {
  for (const auto* mode : {R"({"networkMode":null})", R"({"networkMode":"bridge"})", R"({"networkMode":"host"})",
                           R"({"networkMode":"none"})"}) {
    CAPTURE(mode);
    CHECK(compatibilities(bridge_json(), mode) == Set{"EXTERNAL", "EC2"});
  }
  CHECK(compatibilities(awsvpc_json(), "{}") == Set{"EC2", "MANAGED_INSTANCES"});
  CHECK(compatibilities(awsvpc_json(), R"({"cpu":"256","memory":"512"})") ==
        Set{"EC2", "MANAGED_INSTANCES", "FARGATE"});
  CHECK(compatibilities(fargate_json(), "{}") == Set{"EC2", "MANAGED_INSTANCES", "FARGATE"});
  CHECK(compatibilities(bridge_json(), R"({"networkMode":"host","requiresCompatibilities":["MANAGED_INSTANCES"]})") ==
        Set{"EXTERNAL", "EC2", "MANAGED_INSTANCES"});
}

TEST_CASE("Windows tasks run on EC2 and, from one vCPU up, on Fargate") {
  const std::string windows = R"("runtimePlatform":{"operatingSystemFamily":"WINDOWS_SERVER_2022_CORE"})";
  CHECK(compatibilities(awsvpc_json(), R"({"cpu":"1024","memory":"2048",)" + windows + "}") == Set{"EC2", "FARGATE"});
  CHECK(compatibilities(awsvpc_json(), R"({"cpu":"512","memory":"1024",)" + windows + "}") == Set{"EC2"});
}

TEST_CASE("What Fargate cannot do takes FARGATE out of the compatibilities") {
  const std::string sizes = R"("cpu":"256","memory":"512")";
  const auto fargate = [&](const std::string& task, const std::string& container) {
    return compatibilities(awsvpc_json(), "{" + sizes + task + "}", container).contains("FARGATE");
  };
  CHECK(fargate("", "{}"));
  CHECK_FALSE(fargate("", R"({"privileged":true})"));
  CHECK_FALSE(fargate("", R"({"resourceRequirements":[{"type":"GPU","value":"1"}]})"));
  CHECK_FALSE(fargate("", R"({"logConfiguration":{"logDriver":"json-file"}})"));
  CHECK_FALSE(fargate("", R"({"stopTimeout":121})"));
  CHECK_FALSE(fargate(R"(,"volumes":[{"name":"v","host":{"sourcePath":"/x"}}])", "{}"));
  CHECK_FALSE(fargate(R"(,"pidMode":"host")", "{}"));
  CHECK_FALSE(fargate(R"(,"memory":"4096")", "{}"));
}

TEST_CASE("A task definition runs only where it is compatible and while it is ACTIVE") {
  api::TaskDefinition definition = definition_of(bridge_json().dump());
  CHECK_FALSE(model::check_launch_type(definition, "EC2").has_value());
  CHECK_FALSE(model::check_launch_type(definition, "EXTERNAL").has_value());
  const auto fargate = model::check_launch_type(definition, "FARGATE");
  REQUIRE(fargate.has_value());
  CHECK(fargate->code == "InvalidParameterException");
  CHECK(fargate->message == "Task definition does not support launch_type FARGATE.");

  definition.status = "ACTIVE";
  CHECK_FALSE(model::check_usable(definition).has_value());
  for (const auto* status : {"INACTIVE", "DELETE_IN_PROGRESS"}) {
    definition.status = status;
    const auto refusal = model::check_usable(definition);
    REQUIRE(refusal.has_value());
    CHECK(refusal->code == "ClientException");
    CHECK(refusal->message == "TaskDefinition is inactive");
  }
}
