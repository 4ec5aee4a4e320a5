#include "api-spec/runtime/validate.hpp"

#include "api-spec/generated/errors.hpp"
#include "api-spec/generated/operations.hpp"
#include "api-spec/runtime/decode.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace drydock::api;

/// "Code: message" of the refusal of a body, or "" when it passes.
std::string refusal(std::string_view operation_name, std::string_view body) {
  const OperationInfo* operation = find_operation(operation_name);
  REQUIRE(operation != nullptr);
  std::optional<ApiError> error;
  const auto run = [&]<class Request>(std::type_identity<Request>) {
    if (&schema_of<Request>() != operation->input) return;
    Request request;
    const auto decoded = decode(body, *operation->input, &request);
    if (!decoded) {
      error = decoded.error();
    } else {
      error = validate(*operation, &request);
    }
  };
#define DRYDOCK_OPERATION(name, function) run(std::type_identity<name##Request>{});
#include "api-spec/generated/operations.inc"
#undef DRYDOCK_OPERATION
  return error ? error->code + ": " + error->message : "";
}

const std::string kIpe = "InvalidParameterException: ";
const std::string kClient = "ClientException: ";

std::string many(const char* open, const char* item, int count, const char* close) {
  std::string out = open;
  for (int i = 0; i < count; ++i) out += (i == 0 ? "" : ",") + std::string(item);
  return out + close;
}

}  // namespace

TEST_CASE("A required member that is absent, null, empty or blank is refused by name") {
  CHECK(refusal("DescribeTasks", "{}") == kIpe + "Tasks cannot be empty.");
  CHECK(refusal("DescribeTasks", R"({"tasks":null})") == kIpe + "Tasks cannot be empty.");
  CHECK(refusal("DescribeTasks", R"({"tasks":[]})") == kIpe + "Tasks cannot be empty.");
  CHECK(refusal("DescribeServices", "{}") == kIpe + "Services cannot be empty.");
  CHECK(refusal("DescribeContainerInstances", "{}") == kClient + "Container Instances cannot be empty.");
  CHECK(refusal("StartTask", R"({"taskDefinition":"a"})") == kClient + "Container Instances cannot be empty.");
  // The operation checks it itself, after the family.
  CHECK(refusal("RegisterTaskDefinition", R"({"family":"a"})").empty());
  CHECK(refusal("DeleteTaskDefinitions", R"({"taskDefinitions":[]})") ==
        kIpe + "size of TaskDefinition references list must be greater than 0");
  CHECK(refusal("PutAttributes", R"({"attributes":[]})") == kIpe + "attributes can not be empty");
  CHECK(refusal("RunTask", R"({"taskDefinition":" "})") == kIpe + "TaskDefinition can not be blank.");
  CHECK(refusal("StopTask", R"({"task":""})") == kIpe + "Task can not be blank.");
  CHECK(refusal("ExecuteCommand", R"({"command":"sh","task":"t"})") == kIpe + "Interactive is missing");
}

TEST_CASE("Empty lists pass where they mean something") {
  CHECK(refusal("PutClusterCapacityProviders",
                R"({"cluster":"c","capacityProviders":[],"defaultCapacityProviderStrategy":[]})")
            .empty());
  CHECK(refusal("UpdateService", R"({"service":"s","loadBalancers":[],"placementStrategy":[]})").empty());
  CHECK(refusal("RegisterTaskDefinition", R"({"family":"a","containerDefinitions":[{}],"tags":[]})") ==
        kClient + "Tags can not be empty.");
}

TEST_CASE("A required member below the first level is refused with its path in the explanation") {
  CreateServiceRequest request{.serviceName = "s"};
  request.networkConfiguration.emplace().awsvpcConfiguration.emplace();
  const auto error = validate(*find_operation("CreateService"), &request);
  REQUIRE(error.has_value());
  CHECK(error->message == "subnets can not be empty.");
  CHECK(error->explanation == "See networkConfiguration.awsvpcConfiguration.subnets in the request.");
}

TEST_CASE("Values outside an enumeration are refused with the list of what is allowed") {
  const std::string launch = "launch type should be one of [EC2,FARGATE,EXTERNAL,FMI,MANAGED_INSTANCES]";
  CHECK(refusal("RunTask", R"({"taskDefinition":"a","launchType":"NOPE"})") == kIpe + launch);
  CHECK(refusal("ListServices", R"({"launchType":"ec2"})") == kIpe + launch);
  CHECK(refusal("ListServices", R"({"schedulingStrategy":"X"})") ==
        kIpe + "Scheduling strategy should be one of [REPLICA,DAEMON]");
  CHECK(refusal("DescribeTasks", R"({"tasks":["a"],"include":["TAGS","X"]})") ==
        kIpe + "include should be one of [TAGS]");
  CHECK(refusal("UpdateContainerInstancesState", R"({"containerInstances":["a"],"status":"REGISTERING"})") ==
        kIpe + "Container instance status should be one of [ACTIVE, DRAINING]");
  CHECK(refusal("RunTask", R"({"taskDefinition":"a","propagateTags":"SERVICE"})") ==
        kIpe + "Invalid value for propagateTags");
  CHECK(refusal("CreateCluster", R"({"settings":[{"name":"x","value":"enabled"}]})") ==
        kIpe + "Invalid setting 'name'");
  CHECK(refusal("CreateCluster", R"({"settings":[{"name":"containerInsights","value":"x"}]})") ==
        kIpe + "Invalid setting 'value'");
  CHECK_THAT(refusal("ListAccountSettings", R"({"name":"bogus"})"),
             drydock::test::StartsWith(kIpe + "bogus should be one of [serviceLongArnFormat,taskLongArnFormat,"));
  CHECK(refusal("RegisterTaskDefinition", R"({"family":"a","networkMode":"x","containerDefinitions":[{}]})") ==
        kClient + "network mode should be one of [bridge,host,awsvpc,none]");
}

TEST_CASE("Numbers outside their range are refused") {
  CHECK(refusal("RunTask", R"({"taskDefinition":"a","count":99})") == kIpe + "count must be at most 10");
  CHECK(refusal("RunTask", R"({"taskDefinition":"a","count":0})") == kIpe + "count must be at least 1");
  CHECK(refusal("RunTask", R"({"taskDefinition":"a","count":10})").empty());
  CHECK(refusal("ListTasks", R"({"maxResults":101})") == kIpe + "maxResults must be at most 100");
  CHECK(refusal("ListTasks", R"({"maxResults":0})") == kIpe + "maxResults must be at least 1");
  CHECK(refusal("ListAccountSettings", R"({"maxResults":11})") == kIpe + "maxResults must be at most 10");
  CHECK(refusal("CreateService", R"({"serviceName":"s","desiredCount":-1})") ==
        kIpe + "DesiredCount can not be lesser than 0");
  CHECK(refusal("CreateService", R"({"serviceName":"s","deploymentConfiguration":{"minimumHealthyPercent":101}})") ==
        kIpe + "minimumHealthyPercent must be at most 100");
  CHECK(refusal("CreateCluster", R"({"defaultCapacityProviderStrategy":[{"capacityProvider":"a","weight":1001}]})") ==
        kIpe + "weight must be at most 1000");
}

TEST_CASE("Lists over their maximum are refused") {
  CHECK(refusal("DescribeServices", many("{\"services\":[", "\"a\"", 11, "]}")) ==
        kIpe + "services can have at most 10 items");
  CHECK(refusal("DescribeTasks", many("{\"tasks\":[", "\"a\"", 100, "]}")).empty());
  CHECK(refusal("DescribeTasks", many("{\"tasks\":[", "\"a\"", 101, "]}")) ==
        kIpe + "tasks can have at most 100 items");
  CHECK(refusal("CreateService", R"({"serviceName":"s","serviceRegistries":[{},{}]})") ==
        kIpe + "service registries can have at most 1 items");
  CHECK(refusal("CreateService", many("{\"serviceName\":\"s\",\"placementStrategy\":[", "{}", 6, "]}")) ==
        kIpe + "Maximum number of strategies is 5");
  CHECK(refusal("DeleteTaskDefinitions", many("{\"taskDefinitions\":[", "\"a:1\"", 11, "]}")) ==
        kIpe + "Size of TaskDefinition references list cannot exceed 10");
}

TEST_CASE("Lengths count code points, not bytes") {
  const std::string umlauts = many("", "\xC3\xBC", 1, "");
  std::string key;
  for (int i = 0; i < 128; ++i) key += umlauts;
  const auto body = [](const std::string& text) {
    return R"({"resourceArn":"a","tags":[{"key":")" + text + R"(","value":""}]})";
  };
  CHECK(refusal("TagResource", body(key)).empty());
  CHECK(refusal("TagResource", body(key + umlauts)) == kIpe + "tag key can have at most 128 characters");
  CHECK(refusal("RunTask", R"({"taskDefinition":"a","clientToken":")" + std::string(65, 'x') + "\"}") ==
        kIpe + "idempotency token longer than 64.");
  CHECK(refusal("CreateService", R"({"serviceName":"a","clientToken":")" + std::string(37, 'x') + "\"}") ==
        kIpe + "idempotency token longer than 36.");
}

TEST_CASE("Tags are refused for their count, characters, prefix, duplicates and missing keys") {
  const auto tag = [](const char* tags) { return R"({"resourceArn":"a","tags":[)" + std::string(tags) + "]}"; };
  CHECK(refusal("TagResource", tag(R"({"key":"a b_.:/=+-@1","value":"ok"})")).empty());
  CHECK(refusal("TagResource", tag("")).empty());
  CHECK(refusal("TagResource", tag(R"({"key":"a*"})")) == kIpe + "tag key contains invalid characters.");
  CHECK(refusal("TagResource", tag(R"({"key":"a\t"})")) == kIpe + "tag key contains invalid characters.");
  CHECK(refusal("TagResource", tag(R"({"key":"a","value":"!"})")) == kIpe + "tag value contains invalid characters.");
  CHECK(refusal("TagResource", tag(R"({"value":"x"})")) == kIpe + "Tag key can not be blank.");
  CHECK(refusal("TagResource", tag(R"({"key":"AWS:x"})")) ==
        kIpe + "Tag keys can not start with 'aws:', which is reserved.");
  CHECK(refusal("TagResource", tag(R"({"key":"a"},{"key":"b"},{"key":"a"})")) ==
        kIpe + "Tag keys must be unique. Duplicate key: a");
  CHECK(refusal("RegisterTaskDefinition", R"({"family":"a","containerDefinitions":[{}],"tags":[{"key":"a*"}]})") ==
        kClient + "tag key contains invalid characters.");
}

TEST_CASE("Required members are reported before anything else that is wrong") {
  CHECK(refusal("UpdateTaskProtection", R"({"cluster":"c","expiresInMinutes":0,"tasks":["t"]})") ==
        kIpe + "ProtectionEnabled is missing");
}

TEST_CASE("Members that an operation checks itself pass here") {
  CHECK(refusal("RegisterTaskDefinition", R"({"containerDefinitions":[{"name":"a"}]})").empty());
}

TEST_CASE("What is in a member that an operation checks itself is checked all the same") {
  const auto register_with = [](const std::string& container) {
    return refusal("RegisterTaskDefinition",
                   R"({"family":"f","containerDefinitions":[{"name":"a",)" + container + "}]}");
  };
  CHECK(register_with(R"("ulimits":[{"softLimit":1,"hardLimit":2}])") == kClient + "Name can not be blank.");
  CHECK(register_with(R"("versionConsistency":"sometimes")") ==
        kClient + "version consistency should be one of [enabled,disabled]");
  CHECK(register_with(many(R"("restartPolicy":{"enabled":true,"ignoredExitCodes":[)", "1", 51, "]}")) ==
        kClient + "ignored exit codes can have at most 50 items");
  CHECK(register_with(R"("restartPolicy":{"enabled":true,"restartAttemptPeriod":1})").empty());
}

TEST_CASE("Every operation names its shapes and its page sizes follow the documentation") {
  CHECK(operations().size() >= 77);
  for (const OperationInfo& operation : operations()) {
    INFO(operation.name);
    CHECK(find_operation(operation.name) == &operation);
    CHECK(operation.input->name == std::string(operation.name) + "Request");
    CHECK(operation.input_token.empty() == (operation.default_page_size == 0));
    CHECK(operation.default_page_size <= operation.max_page_size);
  }
  CHECK(find_operation("runtask") == nullptr);
  CHECK(find_operation("") == nullptr);
  CHECK(find_operation("ListServices")->default_page_size == 10);
  CHECK(find_operation("ListServices")->max_page_size == 100);
  CHECK(find_operation("ListServices")->result_key == "serviceArns");
  CHECK(find_operation("DescribeCapacityProviders")->max_page_size == 10);
  CHECK(find_operation("ListDaemons")->result_key == "daemonSummariesList");
  CHECK(find_operation("ListServiceDeployments")->default_page_size == 20);
  CHECK(find_operation("ListTasks")->default_page_size == 100);
  CHECK(find_operation("DescribeTasks")->read_only);
  CHECK_FALSE(find_operation("RunTask")->read_only);
  CHECK(enum_values("SchedulingStrategy").size() == 2);
  CHECK(enum_values("Nope").empty());
}

TEST_CASE("Errors carry the model's HTTP status and go over the wire as type and message") {
  for (const ErrorInfo& error : kErrors) CHECK(ApiError::of(error.code, "x").http_status == error.http_status);
  CHECK(ApiError::server().http_status == 500);
  CHECK(ApiError::request_entity_too_large("x").http_status == 413);
  CHECK(to_json(ApiError::cluster_not_found()) ==
        R"({"__type":"ClusterNotFoundException","message":"Cluster not found."})");
  CHECK(to_json(ApiError::conflict("a\"b", {"x", "y"}).explained("z")) ==
        R"({"__type":"ConflictException","message":"a\"b","resourceIds":["x","y"],"explanation":"z"})");
}
