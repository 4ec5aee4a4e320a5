#include "tests/unit/model/task_definitions/validation_cases.hpp"

using namespace drydock;
using namespace drydock::test;

namespace {

std::string named(int count) {
  std::string list;
  for (int i = 0; i < count; ++i) {
    list += (i ? "," : "") + std::string(R"({"name":"c)") + std::to_string(i) + R"(","image":"busybox","memory":16})";
  }
  return containers(list);
}

}  // namespace

TEST_CASE("RegisterTaskDefinition refuses a request of more than 64 KiB") {
  CHECK_FALSE(model::check_request_size(65536).has_value());
  const auto refusal = model::check_request_size(65537);
  REQUIRE(refusal.has_value());
  CHECK(refusal->code == "ClientException");
  CHECK(refusal->message == "Actual length: '65537'. Max allowed length is '65536' bytes.");
}

TEST_CASE("RegisterTaskDefinition checks the family and the lists of the task") {
  check({
      {kBridge, "{}", "{}", ""},
      {kBridge, R"({"family":"we b"})", "{}", kBadFamily},
      {kBridge, R"({"family":""})", "{}", kBadFamily},
      {kBridge, R"({"family":")" + std::string(256, 'a') + "\"}", "{}", kBadFamily},
      {kBridge, R"({"family":")" + std::string(255, 'a') + "\"}", "{}", ""},
      {kBridge, R"({"family":"A-z_0"})", "{}", ""},
      {kBridge, R"({"containerDefinitions":[]})", "{}", "Container list cannot be empty."},
      {kBridge, R"({"containerDefinitions":null})", "{}", "Container list cannot be empty."},
      {kBridge, named(10), "{}", ""},
      {kBridge, named(11), "{}", "container definitions can have at most 10 items"},
      {kBridge, R"({"inferenceAccelerators":[{"deviceName":"d","deviceType":"eia1.medium"}]})", "{}",
       "Unsupported field 'inferenceAccelerators'"},
      {kBridge, R"({"inferenceAccelerators":[]})", "{}", ""},
  });
}

TEST_CASE("RegisterTaskDefinition checks the sizes of the task") {
  check({
      {kBridge, R"({"cpu":"many"})", "{}", kBadCpu},
      {kBridge, R"({"cpu":"127"})", "{}", kBadCpu},
      {kBridge, R"({"cpu":"128"})", "{}", ""},
      {kBridge, R"({"cpu":"196608"})", "{}", ""},
      {kBridge, R"({"cpu":"196609"})", "{}", kBadCpu},
      {kBridge, R"({"cpu":"1 vCPU","memory":"2GB"})", "{}", ""},
      {kBridge, R"({"cpu":".5 vcpu","memory":"0.5 GB"})", "{}", ""},
      {kBridge, R"({"cpu":"","memory":""})", "{}", ""},
      {kBridge, R"({"memory":"lots"})", "{}", kBadMemory},
      {kBridge, R"({"memory":"0"})", "{}", kBadMemory},
      {kBridge, R"({"memory":"-512"})", "{}", kBadMemory},
      {kFargate, R"({"cpu":"one"})", "{}", kBadCpu},
  });
}

TEST_CASE("RegisterTaskDefinition looks at units first, then family, lists, containers, dependencies, Fargate") {
  const std::string broken = R"({"cpu":"x","family":"!","containerDefinitions":[]})";
  check({
      {kBridge, broken, "{}", kBadCpu},
      {kBridge, R"({"family":"!","containerDefinitions":[]})", "{}", kBadFamily},
      {kFargate, R"({"networkMode":"bridge"})", R"({"image":""})", "Container.image should not be null or empty."},
      {kFargate, R"({"networkMode":"bridge"})", R"({"dependsOn":[{"containerName":"x","condition":"START"}]})",
       "Cannot depend on container x because it does not exist"},
  });
}

TEST_CASE("RegisterTaskDefinition checks names and images of containers") {
  check({
      {kBridge, "{}", R"({"name":null})", "Container.name should not be null or empty."},
      {kBridge, "{}", R"({"name":""})", "Container.name should not be null or empty."},
      {kBridge, "{}", R"({"image":null})", "Container.image should not be null or empty."},
      {kBridge, "{}", R"({"image":""})", "Container.image should not be null or empty."},
      {kBridge, "{}", R"({"name":"we.b"})", "Container.name contains invalid characters."},
      {kBridge, "{}", R"({"image":"nginx latest"})", "Container.image contains invalid characters."},
      {kBridge, "{}", R"({"image":"registry.example:5000/a_b/nginx-x@sha256:00ff"})", ""},
      {kBridge, containers(R"({"name":"a","image":"i","memory":8},{"name":"a","image":"i","memory":8})"), "{}",
       "Container names must be unique within a task definition"},
      {kBridge, "{}", R"({"essential":false})", "Task definition doesn't have any essential container"},
      {kBridge, containers(R"({"name":"a","image":"i","memory":8,"essential":false},
                              {"name":"b","image":"i","memory":8})"),
       "{}", ""},
  });
}

TEST_CASE("RegisterTaskDefinition checks cpu and memory of containers") {
  check({
      {kBridge, "{}", R"({"memory":null})",
       "Invalid setting for container 'web'. At least one of 'memory' or 'memoryReservation' must be specified."},
      {kBridge, "{}", R"({"memory":null,"memoryReservation":64})", ""},
      {kBridge, R"({"memory":"512"})", R"({"memory":null})", ""},
      {kBridge, "{}", R"({"memoryReservation":129})",
       "Invalid setting for container 'web'. 'memory' must be greater than or equal to 'memoryReservation'."},
      {kBridge, "{}", R"({"memoryReservation":128})", ""},
      {kBridge, "{}", R"({"memory":3})", "Invalid setting for container 'web'. 'memory' must be at least 4."},
      {kBridge, R"({"memory":"512"})", R"({"memory":513})",
       "The 'memory' setting for container 'web' is greater than for the task."},
      {kBridge, R"({"memory":"512"})", R"({"memory":512})", ""},
      {kBridge, R"({"memory":"512"})", R"({"memory":null,"memoryReservation":513})",
       "The 'memoryReservation' setting for container 'web' is greater than for the task."},
      {kBridge, R"({"cpu":"256"})", R"({"cpu":257})",
       "The sum of all container 'cpu' values cannot be greater than the task-level 'cpu' value"},
      {kBridge, R"({"cpu":"256"})", R"({"cpu":256})", ""},
      {kBridge, R"({"cpu":"256","containerDefinitions":[{"name":"a","image":"i","memory":8,"cpu":200},
                                                        {"name":"b","image":"i","memory":8,"cpu":100}]})",
       "{}", "The sum of all container 'cpu' values cannot be greater than the task-level 'cpu' value"},
      {kBridge, "{}", R"({"cpu":-1})", "Invalid setting for container 'web'. 'cpu' must not be negative."},
  });
}

TEST_CASE("RegisterTaskDefinition checks timeouts, health checks and restart policies") {
  const auto below = [](const std::string& what, const std::string& bound) {
    return "Health check " + what + " must be greater than or equal to the minimum allowed value " + bound +
           " for container 'web'";
  };
  const auto above = [](const std::string& what, const std::string& bound) {
    return "Health check " + what + " must be less than or equal to the maximum allowed value " + bound +
           " for container 'web'";
  };
  const auto health = [](const std::string& rest) {
    return R"({"healthCheck":{"command":["CMD","true"])" + rest + "}}";
  };
  check({
      {kBridge, "{}", R"({"startTimeout":1})", "Granular start timeout on container 'web' must be at least 2 seconds."},
      {kBridge, "{}", R"({"stopTimeout":1})", "Granular stop timeout on container 'web' must be at least 2 seconds."},
      {kBridge, "{}", R"({"startTimeout":2,"stopTimeout":2})", ""},
      {kBridge, "{}", health(""), ""},
      {kBridge, "{}", health(R"(,"interval":4)"), below("interval", "5")},
      {kBridge, "{}", health(R"(,"interval":301)"), above("interval", "300")},
      {kBridge, "{}", health(R"(,"timeout":1)"), below("timeout", "2")},
      {kBridge, "{}", health(R"(,"timeout":61)"), above("timeout", "60")},
      {kBridge, "{}", health(R"(,"retries":0)"), below("retries", "1")},
      {kBridge, "{}", health(R"(,"retries":11)"), above("retries", "10")},
      {kBridge, "{}", health(R"(,"startPeriod":301)"), above("startPeriod", "300")},
      {kBridge, "{}", health(R"(,"interval":5,"timeout":60,"retries":10,"startPeriod":0)"), ""},
      {kBridge, "{}", R"({"restartPolicy":{"enabled":true,"restartAttemptPeriod":59}})",
       "the 'restartAttemptPeriod' setting for container 'web' must be between 60 and 1800"},
      {kBridge, "{}", R"({"restartPolicy":{"enabled":true,"ignoredExitCodes":[)" + repeated("1", 51) + "]}}",
       "ignored exit codes can have at most 50 items"},
      {kBridge, "{}", R"({"restartPolicy":{"enabled":true,"restartAttemptPeriod":1800,"ignoredExitCodes":[0]}})", ""},
  });
}

TEST_CASE("RegisterTaskDefinition checks secrets, environment files, GPUs and roles") {
  const std::string needs_role =
      "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.";
  const std::string secrets = R"({"secrets":[{"name":"KEY","valueFrom":"parameter"}]})";
  const std::string with_role = R"({"executionRoleArn":")" + kRole + "\"}";
  const auto files = [](const std::string& list) { return R"({"environmentFiles":[)" + list + "]}"; };
  const std::string file = R"({"type":"s3","value":"arn:aws:s3:::bucket/a.env"})";
  check({
      {kBridge, "{}", secrets, needs_role},
      {kBridge, with_role, secrets, ""},
      {kBridge, "{}", R"({"logConfiguration":{"logDriver":"splunk","secretOptions":[{"name":"t","valueFrom":"p"}]}})",
       needs_role},
      {kBridge, with_role, R"({"environment":[{"name":"KEY","value":"x"}],"secrets":[{"name":"KEY","valueFrom":"p"}]})",
       "The secret name must be unique and not shared with any new or existing environment variables set on the "
       "container, such as 'KEY'."},
      {kBridge, "{}", files(repeated(file, 10)), ""},
      {kBridge, "{}", files(repeated(file, 11)),
       "The maximum number of environment files was exceeded. Specify ten or less and try again."},
      {kBridge, "{}", files(R"({"type":"s3","value":"s3://bucket/a.env"})"), "Invalid arn syntax."},
      {kBridge, "{}", files(R"({"type":"s3","value":"arn:aws:s3"})"), "Invalid arn syntax."},
      {kBridge, "{}", R"({"resourceRequirements":[{"type":"GPU","value":"2"}]})", ""},
      {kBridge, "{}", R"({"resourceRequirements":[{"type":"GPU","value":"some"}]})",
       "Invalid setting for container 'web'. The number of GPUs must be a positive whole number."},
      {kBridge, R"({"taskRoleArn":"arn:aws:iam::12:role/x"})", "{}", "Role is not valid"},
      {kBridge, R"({"taskRoleArn":"arn:aws:iam::123456789012:user/x"})", "{}", "Role is not valid"},
      {kBridge, R"({"executionRoleArn":"a role"})", "{}", "Role is not valid"},
      {kBridge, R"({"executionRoleArn":"arn:aws-cn:iam::123456789012:role/path/to/x"})", "{}", ""},
      {kBridge, R"({"taskRoleArn":"myRole","executionRoleArn":""})", "{}", ""},
  });
}

TEST_CASE("RegisterTaskDefinition checks ephemeral storage, placement constraints and tags") {
  const auto storage = [](const std::string& gib) { return R"({"ephemeralStorage":{"sizeInGiB":)" + gib + "}}"; };
  const auto constraint = [](const std::string& body) { return R"({"placementConstraints":[{)" + body + "}]}"; };
  const std::string member = R"({"type":"memberOf","expression":"attribute:a exists"})";
  const std::string tag = R"({"key":"k","value":"v"})";
  const std::string long_expression(2001, 'x');
  check({
      {kFargate, storage("20"), "{}", "EphemeralStorage size should be at least 21"},
      {kFargate, storage("201"), "{}", "EphemeralStorage size should be at most 200"},
      {kBridge, R"({"requiresCompatibilities":["EC2"],"ephemeralStorage":{"sizeInGiB":30}})", "{}",
       "Tasks using the EC2 launch type do not support EphemeralStorage"},
      {kFargate, storage("21"), "{}", ""},
      {kFargate, storage("200"), "{}", ""},
      {kBridge, constraint(R"("type":"distinctInstance")"), "{}",
       "constraint.type 'distinctInstance' is not supported."},
      {kBridge, constraint(R"("type":"memberOf")"), "{}", "constraint.expression '' must not be empty."},
      {kBridge, constraint(R"("type":"memberOf","expression":")" + long_expression + "\""), "{}",
       "constraint.expression '" + long_expression + "' is longer than 2000 characters."},
      {kBridge, R"({"placementConstraints":[)" + repeated(member, 10) + "]}", "{}", ""},
      {kBridge, R"({"placementConstraints":[)" + repeated(member, 11) + "]}", "{}",
       "placement constraints can have at most 10 items"},
      {kBridge, R"({"tags":[]})", "{}", "Tags can not be empty."},
      {kBridge, R"({"tags":[)" + tag + "]}", "{}", ""},
      {kBridge, R"({"tags":[)" + tag + "," + tag + "]}", "{}", "Tag key 'k' is used more than once."},
      {kBridge, R"({"tags":[)" + repeated(tag, 51) + "]}", "{}", "tags can have at most 50 items"},
      {kBridge, R"({"tags":[{"key":"AWS:x","value":"v"}]})", "{}", "Tag key 'AWS:x' starts with the reserved 'aws:'."},
  });
}
