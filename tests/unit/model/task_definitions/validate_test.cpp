#include "model/task_definitions/validate.hpp"

#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/unit/model/task_definitions/requests.hpp"

using namespace drydock;
using namespace drydock::test;

namespace {

enum class Base { kBridge, kAwsvpc, kFargate };

struct Case {
  Base base;
  std::string task;       // merge patch over the request
  std::string container;  // merge patch over its first container
  std::string message;    // empty: accepted
};

Json base_json(Base base) {
  switch (base) {
    case Base::kBridge: return bridge_json();
    case Base::kAwsvpc: return awsvpc_json();
    case Base::kFargate: return fargate_json();
  }
  return {};
}

void check(const std::vector<Case>& cases) {
  for (const auto& row : cases) {
    const std::string text = patched(base_json(row.base), row.task, row.container);
    CAPTURE(text, row.message);
    const auto refusal = model::validate_task_definition(request_of(text));
    if (row.message.empty()) {
      CHECK((refusal ? refusal->message : std::string()).empty());
      continue;
    }
    REQUIRE(refusal.has_value());
    CHECK(refusal->code == "ClientException");
    CHECK(refusal->message == row.message);
  }
}

std::string containers(const std::string& list) { return R"({"containerDefinitions":[)" + list + "]}"; }

std::string named(int count) {
  std::string list;
  for (int i = 0; i < count; ++i) {
    list += (i ? "," : "") + std::string(R"({"name":"c)") + std::to_string(i) + R"(","image":"busybox","memory":16})";
  }
  return containers(list);
}

std::string repeated(const std::string& item, int count) {
  std::string list;
  for (int i = 0; i < count; ++i) list += (i ? "," : "") + item;
  return list;
}

constexpr Base kBridge = Base::kBridge;
constexpr Base kAwsvpc = Base::kAwsvpc;
constexpr Base kFargate = Base::kFargate;

const std::string kBadCpu =
    "Invalid 'cpu' setting for task. For more information, see the Troubleshooting section of the Amazon ECS "
    "Developer Guide.";
const std::string kBadMemory =
    "Invalid 'memory' setting for task. For more information, see the Troubleshooting section of the Amazon ECS "
    "Developer Guide.";
const std::string kBadFamily = "Family contains invalid characters.";
const std::string kBadSize = "No Fargate configuration exists for given values.";
const std::string kRole = "arn:aws:iam::123456789012:role/ecsTaskExecutionRole";
const std::string kAwslogs =
    R"({"logConfiguration":{"logDriver":"awslogs","options":{"awslogs-group":"g","awslogs-region":"eu-west-1"}}})";

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
  const auto outside = [](const std::string& member, const std::string& from, const std::string& to) {
    return "Invalid setting for container 'web'. '" + member + "' must be between " + from + " and " + to + ".";
  };
  const auto health = [](const std::string& rest) {
    return R"({"healthCheck":{"command":["CMD","true"])" + rest + "}}";
  };
  check({
      {kBridge, "{}", R"({"startTimeout":1})", "Granular start timeout on container 'web' must be at least 2 seconds."},
      {kBridge, "{}", R"({"stopTimeout":1})", "Granular stop timeout on container 'web' must be at least 2 seconds."},
      {kBridge, "{}", R"({"startTimeout":2,"stopTimeout":2})", ""},
      {kBridge, "{}", health(""), ""},
      {kBridge, "{}", health(R"(,"interval":4)"), outside("healthCheck.interval", "5", "300")},
      {kBridge, "{}", health(R"(,"interval":301)"), outside("healthCheck.interval", "5", "300")},
      {kBridge, "{}", health(R"(,"timeout":1)"), outside("healthCheck.timeout", "2", "60")},
      {kBridge, "{}", health(R"(,"timeout":61)"), outside("healthCheck.timeout", "2", "60")},
      {kBridge, "{}", health(R"(,"retries":0)"), outside("healthCheck.retries", "1", "10")},
      {kBridge, "{}", health(R"(,"retries":11)"), outside("healthCheck.retries", "1", "10")},
      {kBridge, "{}", health(R"(,"startPeriod":301)"), outside("healthCheck.startPeriod", "0", "300")},
      {kBridge, "{}", health(R"(,"interval":5,"timeout":60,"retries":10,"startPeriod":0)"), ""},
      {kBridge, "{}", R"({"restartPolicy":{"enabled":true,"restartAttemptPeriod":59}})",
       outside("restartPolicy.restartAttemptPeriod", "60", "1800")},
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

TEST_CASE("RegisterTaskDefinition refuses what a network mode cannot have") {
  check({
      {kAwsvpc, "{}", R"({"links":["db"]})", "Links are not supported when networkMode=awsvpc"},
      {kAwsvpc, "{}", R"({"extraHosts":[{"hostname":"h","ipAddress":"10.0.0.1"}]})",
       "Extra hosts are not supported on container when networkMode=awsvpc"},
      {kAwsvpc, "{}", R"({"dnsServers":["10.0.0.2"]})",
       "DNS servers are not supported on container when networkMode=awsvpc"},
      {kAwsvpc, "{}", R"({"dnsSearchDomains":["example.org"]})",
       "DNS search domains are not supported on container when networkMode=awsvpc"},
      {kAwsvpc, "{}", R"({"hostname":"h"})", "Hostname is not supported on container when networkMode=awsvpc"},
      {kAwsvpc, "{}", R"({"links":[],"extraHosts":[],"dnsServers":[]})", ""},
      {kBridge, "{}", R"({"links":["db"],"hostname":"h","dnsServers":["10.0.0.2"]})", ""},
      {kBridge, R"({"networkMode":"host"})", R"({"links":["db"]})", "Links are not supported when networkMode=host"},
      {kBridge, R"({"networkMode":"none"})", R"({"portMappings":[{"containerPort":80}]})",
       "Port mappings are not supported when networkMode=none"},
  });
}

TEST_CASE("RegisterTaskDefinition checks port mappings") {
  const auto ports = [](const std::string& list) { return R"({"portMappings":[)" + list + "]}"; };
  const std::string used = "container port is used multiple times in task";
  const std::string bad_range = "Invalid 'containerPortRange' setting for container 'web'";
  check({
      {kAwsvpc, "{}", ports(R"({"containerPort":80,"hostPort":8080})"),
       "When networkMode=awsvpc, the host ports and container ports in port mappings must match."},
      {kBridge, R"({"networkMode":"host"})", ports(R"({"containerPort":80,"hostPort":8080})"),
       "When networkMode=host, the host ports and container ports in port mappings must match."},
      {kAwsvpc, "{}", ports(R"({"containerPort":80,"hostPort":80})"), ""},
      {kAwsvpc, "{}", ports(R"({"containerPort":80})"), ""},
      {kBridge, "{}", ports(R"({"containerPort":80,"hostPort":8080})"), ""},
      {kBridge, "{}", ports(R"({"containerPort":80},{"containerPort":80,"hostPort":8080})"), ""},
      {kBridge, "{}", ports(R"({"containerPort":0})"), "Invalid 'containerPort' setting for container 'web'"},
      {kBridge, "{}", ports("{}"), "Invalid 'containerPort' setting for container 'web'"},
      {kBridge, "{}", ports(R"({"containerPort":80,"hostPort":65536})"),
       "Invalid 'hostPort' setting for container 'web'"},
      {kBridge, "{}", ports(R"({"containerPortRange":"8000-8010"})"), ""},
      {kBridge, "{}", ports(R"({"containerPortRange":"8010-8000"})"), bad_range},
      {kBridge, "{}", ports(R"({"containerPortRange":"8000"})"), bad_range},
      {kBridge, "{}", ports(R"({"containerPortRange":"1-65536"})"), bad_range},
      {kBridge, R"({"networkMode":"host"})", ports(R"({"containerPortRange":"8000-8010"})"), bad_range},
      {kBridge, "{}", ports(R"({"containerPortRange":"8000-8010","containerPort":80})"),
       "cannot specify both single port and port range"},
      {kBridge, "{}", ports(R"({"containerPortRange":"8000-8010"},{"containerPort":8005})"), used},
      {kBridge, "{}", ports(R"({"containerPortRange":"8000-8010"},{"containerPortRange":"8010-8020"})"), used},
      {kBridge, "{}", ports(R"({"containerPort":53},{"containerPort":53,"protocol":"udp"})"),
       "A container port cannot be exposed for multiple protocols for container 'web'"},
      {kBridge, "{}", ports(R"({"containerPort":80,"name":"http"},{"containerPort":81,"name":"http"})"),
       "port mapping name is already used"},
      {kBridge, "{}", ports(R"({"containerPort":80,"name":"HTTP"})"),
       "Invalid port mapping name 'HTTP' for container 'web'"},
      {kAwsvpc, containers(R"({"name":"a","image":"i","memory":8,"portMappings":[{"containerPort":80}]},
                              {"name":"b","image":"i","memory":8,"portMappings":[{"containerPort":80}]})"),
       "{}", used},
      {kBridge, containers(R"({"name":"a","image":"i","memory":8,"portMappings":[{"containerPort":80}]},
                              {"name":"b","image":"i","memory":8,"portMappings":[{"containerPort":80}]})"),
       "{}", ""},
  });
}

TEST_CASE("RegisterTaskDefinition allows a hundred port ranges in a container") {
  const auto ranges = [](int count) {
    std::string list;
    for (int i = 0; i < count; ++i) {
      const std::string first = std::to_string(1000 + 2 * i);
      const std::string last = std::to_string(1001 + 2 * i);
      list += (i ? "," : "") + std::string(R"({"containerPortRange":")") + first + "-" + last + "\"}";
    }
    return R"({"portMappings":[)" + list + "]}";
  };
  check({{kBridge, "{}", ranges(100), ""},
         {kBridge, "{}", ranges(101), "container port ranges can have at most 100 items"}});
}

TEST_CASE("RegisterTaskDefinition checks log configurations") {
  const auto awslogs = [](const std::string& options) {
    return R"({"logConfiguration":{"logDriver":"awslogs","options":)" + options + "}}";
  };
  const std::string firelens = R"({"logConfiguration":{"logDriver":"awsfirelens"}})";
  const std::string router = R"({"name":"r","image":"i","memory":8,"firelensConfiguration":{"type":"fluentbit"}})";
  check({
      {kBridge, "{}", awslogs(R"({"awslogs-region":"eu-west-1"})"),
       "Log driver awslogs requires options: awslogs-group"},
      {kBridge, "{}", awslogs("{}"), "Log driver awslogs requires options: awslogs-group, awslogs-region"},
      {kBridge, "{}", kAwslogs, ""},
      {kBridge, "{}", R"({"logConfiguration":{"logDriver":"json-file"}})", ""},
      {kBridge, "{}", firelens,
       "When awsfirelens log driver is specified in log configuration, a firelens configuration object must be "
       "specified"},
      {kBridge,
       containers(R"({"name":"a","image":"i","memory":8,"logConfiguration":{"logDriver":"awsfirelens"}},)" + router),
       "{}", ""},
  });
}

TEST_CASE("RegisterTaskDefinition checks dependencies between containers") {
  const auto two = [](const std::string& first, const std::string& second) {
    return containers(R"({"name":"a","image":"i","memory":8)" + first + R"(},{"name":"b","image":"i","memory":8)" +
                      second + "}");
  };
  const auto on = [](const std::string& name, const std::string& condition) {
    return R"(,"dependsOn":[{"containerName":")" + name + R"(","condition":")" + condition + "\"}]";
  };
  const std::string health = R"(,"healthCheck":{"command":["CMD","true"]})";
  const std::string essential =
      "A dependency container with SUCCESS or COMPLETE condition cannot be an essential container";
  check({
      {kBridge, two(on("x", "START"), ""), "{}", "Cannot depend on container x because it does not exist"},
      {kBridge, two(on("b", "START"), ""), "{}", ""},
      {kBridge, two(on("b", "SUCCESS"), ""), "{}", essential},
      {kBridge, two(on("b", "COMPLETE"), ""), "{}", essential},
      {kBridge, two(on("b", "SUCCESS"), R"(,"essential":false)"), "{}", ""},
      {kBridge, two(on("b", "HEALTHY"), ""), "{}",
       "A dependency container with HEALTHY condition must have health check configured"},
      {kBridge, two(on("b", "HEALTHY"), health), "{}", ""},
      {kBridge, two(on("b", "START"), on("a", "START")), "{}", "Container dependsOn contains a cycle"},
      {kBridge, two(on("a", "START"), ""), "{}", "Container dependsOn contains a cycle"},
  });
}

TEST_CASE("RegisterTaskDefinition checks volumes and their mounts") {
  const auto volume = [](const std::string& rest) { return R"({"volumes":[{"name":"data")" + rest + "}]}"; };
  const auto efs = [&](const std::string& rest) {
    return volume(R"(,"efsVolumeConfiguration":{"fileSystemId":"fs-1")" + rest + "}");
  };
  const std::string mount = R"({"mountPoints":[{"sourceVolume":"data","containerPath":"/data"}]})";
  check({
      {kBridge, "{}", mount, "Unknown volume 'data'."},
      {kBridge, volume(""), mount, ""},
      {kBridge, volume(R"(,"host":{})"), mount, ""},
      {kBridge, volume(R"(,"configuredAtLaunch":true)"), "{}",
       "Volumes [data] are not referenced by any of the containers"},
      {kBridge, volume(R"(,"configuredAtLaunch":true)"), mount, ""},
      {kBridge, efs(R"(,"authorizationConfig":{"iam":"ENABLED"})"), "{}",
       "EFS IAM authorization requires TransitEncryption to be enabled"},
      {kBridge, efs(R"(,"authorizationConfig":{"iam":"ENABLED"},"transitEncryption":"ENABLED")"), "{}", ""},
      {kBridge, efs(R"(,"transitEncryptionPort":2999)"), "{}",
       "TransitEncryptionPort requires that TransitEncryption is enabled"},
      {kBridge, efs(R"(,"rootDirectory":"/x","authorizationConfig":{"accessPointId":"fsap-1"})"), "{}",
       "When using an EFS access point, the root directory must either be set to \"/\" or be omitted"},
      {kBridge, efs(R"(,"rootDirectory":"/","authorizationConfig":{"accessPointId":"fsap-1"})"), "{}", ""},
      {kBridge, volume(R"(,"host":{"sourcePath":"/x"},"dockerVolumeConfiguration":{})"), "{}",
       "Volume 'data' can have only one kind of volume configuration."},
      {kBridge, R"({"volumes":[{"name":"a"},{"name":"a"}]})", "{}",
       "Volume names must be unique within a task definition"},
      {kBridge, R"({"volumes":[{"name":"a b"}]})", "{}", "Volume.name contains invalid characters."},
      {kBridge, "{}", R"({"volumesFrom":[{"sourceContainer":"x"}]})",
       "Invalid setting for container 'web'. 'volumesFrom' names container 'x', which does not exist."},
  });
}

TEST_CASE("RegisterTaskDefinition checks the proxy configuration") {
  const auto proxy = [](const std::string& container, const std::string& properties) {
    return R"({"proxyConfiguration":{"type":"APPMESH","containerName":")" + container + R"(","properties":[)" +
           properties + "]}}";
  };
  const auto property = [](const std::string& name) { return R"({"name":")" + name + R"(","value":"1"})"; };
  const std::string in = property("ProxyIngressPort");
  const std::string out = in + "," + property("ProxyEgressPort");
  const std::string ports = out + "," + property("AppPorts");
  check({
      {kAwsvpc, proxy("x", ""), "{}", "Proxy container [x] does not exist"},
      {kBridge, proxy("web", ""), "{}", "APPMESH proxy configuration is only supported in networkMode=awsvpc"},
      {kAwsvpc, proxy("web", ""), "{}", "Ingress port not found"},
      {kAwsvpc, proxy("web", in), "{}", "Egress port not found"},
      {kAwsvpc, proxy("web", out), "{}", "App ports not found"},
      {kAwsvpc, proxy("web", ports), "{}", "Ignored UID or GID not found"},
      {kAwsvpc, proxy("web", ports + "," + property("IgnoredGID")), "{}", ""},
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

TEST_CASE("RegisterTaskDefinition checks the mode, sizes and roles of Fargate tasks") {
  const std::string ecr = R"({"image":"123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:1"})";
  const std::string with_role = R"({"executionRoleArn":")" + kRole + "\"}";
  const std::string windows = R"("runtimePlatform":{"operatingSystemFamily":"WINDOWS_SERVER_2022_CORE"})";
  check({
      {kFargate, "{}", "{}", ""},
      {kFargate, R"({"networkMode":"bridge"})", "{}", "Fargate only supports network mode ‘awsvpc’."},
      {kFargate, R"({"networkMode":null})", "{}", "Fargate only supports network mode ‘awsvpc’."},
      {kFargate, R"({"cpu":null})", "{}", "Fargate requires that 'cpu' be defined at the task level."},
      {kFargate, R"({"memory":null})", "{}", "Fargate requires that 'memory' be defined at the task level."},
      {kFargate, R"({"cpu":"256","memory":"4096"})", "{}", kBadSize},
      {kFargate, R"({"cpu":"100","memory":"512"})", "{}", kBadSize},
      {kFargate, R"({"cpu":"1 vCPU","memory":"2 GB"})", "{}", ""},
      {kFargate, R"({"cpu":"512","memory":"1024",)" + windows + "}", "{}", kBadSize},
      {kFargate, R"({"cpu":"1024","memory":"2048",)" + windows + "}", "{}", ""},
      {kFargate, "{}", ecr, "Fargate requires task definition to have execution role ARN to support ECR images."},
      {kFargate, with_role, ecr, ""},
      {kFargate, "{}", kAwslogs,
       "Fargate requires task definition to have execution role ARN to support log driver awslogs."},
      {kFargate, with_role, kAwslogs, "Log driver awslogs requires options: awslogs-stream-prefix"},
      {kFargate, with_role,
       R"({"logConfiguration":{"logDriver":"awslogs","options":
          {"awslogs-group":"g","awslogs-region":"eu-west-1","awslogs-stream-prefix":"s"}}})",
       ""},
  });
}

TEST_CASE("RegisterTaskDefinition refuses what Fargate cannot do") {
  const auto unsupported = [](const std::string& feature) {
    return "Fargate compatible task definitions do not support " + feature;
  };
  check({
      {kFargate, "{}", R"({"logConfiguration":{"logDriver":"json-file"}})",
       "json-file is not a valid log driver. Must be one of [awslogs, splunk, awsfirelens]"},
      {kFargate, "{}",
       R"({"firelensConfiguration":{"type":"fluentbit","options":{"config-file-type":"s3","config-file-value":"x"}}})",
       "Fargate launch type does not support FirelensConfiguration config file from 's3'"},
      {kFargate, R"({"pidMode":"host"})", "{}",
       "Tasks using the Fargate launch type do not support pidMode 'host'. The supported value for pidMode is 'task'."},
      {kFargate, R"({"pidMode":"task"})", "{}", ""},
      {kFargate, R"({"ipcMode":"task"})", "{}", unsupported("ipcMode")},
      {kFargate, "{}", R"({"linuxParameters":{"devices":[{"hostPath":"/dev/x"}]}})", unsupported("devices")},
      {kFargate, "{}", R"({"linuxParameters":{"maxSwap":1}})", unsupported("maxSwap")},
      {kFargate, "{}", R"({"linuxParameters":{"sharedMemorySize":1}})", unsupported("sharedMemorySize")},
      {kFargate, "{}", R"({"linuxParameters":{"swappiness":1}})", unsupported("swappiness")},
      {kFargate, "{}", R"({"linuxParameters":{"initProcessEnabled":true}})", ""},
      {kFargate, "{}", R"({"privileged":true})", unsupported("privileged")},
      {kFargate, "{}", R"({"privileged":false})", ""},
      {kFargate, R"({"volumes":[{"name":"v","dockerVolumeConfiguration":{}}]})", "{}",
       unsupported("dockerVolumeConfiguration")},
      {kFargate, R"({"volumes":[{"name":"v","host":{"sourcePath":"/x"}}]})", "{}",
       "host.sourcePath should not be set for volumes in Fargate."},
      {kFargate, R"({"volumes":[{"name":"v","host":{}}]})", "{}", ""},
      {kFargate, "{}", R"({"resourceRequirements":[{"type":"GPU","value":"1"}]})",
       "Tasks using the Fargate launch type do not support GPU resource requirements"},
      {kFargate, R"({"placementConstraints":[{"type":"memberOf","expression":"attribute:a exists"}]})", "{}",
       "Fargate does not support task placement constraints."},
      {kFargate, "{}", R"({"stopTimeout":121})",
       "Tasks using the Fargate launch type must have a container stop timeout of less than 120 seconds."},
      {kFargate, "{}", R"({"stopTimeout":120})", ""},
  });
}

TEST_CASE("RegisterTaskDefinition refuses compatibilities that the network mode rules out") {
  check({
      {kAwsvpc, R"({"requiresCompatibilities":["EXTERNAL"]})", "{}",
       "Tasks using the External launch type do not support network mode 'awsvpc'."},
      {kBridge, R"({"requiresCompatibilities":["EXTERNAL","EC2"]})", "{}", ""},
      {kBridge, R"({"requiresCompatibilities":["MANAGED_INSTANCES"]})", "{}",
       "Managed Instances only support network modes 'awsvpc' and 'host'."},
      {kBridge, R"({"networkMode":"host","requiresCompatibilities":["MANAGED_INSTANCES"]})", "{}", ""},
  });
}
