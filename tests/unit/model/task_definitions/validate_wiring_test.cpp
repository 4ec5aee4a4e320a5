#include "tests/unit/model/task_definitions/validation_cases.hpp"

using namespace drydock;
using namespace drydock::test;

TEST_CASE("RegisterTaskDefinition refuses what a network mode cannot have") {
  check({
      {kAwsvpc, "{}", R"({"links":["db"]})", "Links are not supported when networkMode=awsvpc."},
      {kAwsvpc, "{}", R"({"extraHosts":[{"hostname":"h","ipAddress":"10.0.0.1"}]})",
       "Extra hosts are not supported on container when networkMode=awsvpc."},
      {kAwsvpc, "{}", R"({"dnsServers":["10.0.0.2"]})",
       "DNS servers are not supported on container when networkMode=awsvpc."},
      {kAwsvpc, "{}", R"({"dnsSearchDomains":["example.org"]})",
       "DNS search domains are not supported on container when networkMode=awsvpc."},
      {kAwsvpc, "{}", R"({"hostname":"h"})", "hostname is not supported on container when networkMode=awsvpc."},
      {kAwsvpc, "{}", R"({"disableNetworking":true})",
       "Disable Networking is not supported on container when networkMode=awsvpc."},
      {kAwsvpc, "{}", R"({"links":[],"extraHosts":[],"dnsServers":[]})", ""},
      {kBridge, "{}", R"({"links":["db"],"hostname":"h","dnsServers":["10.0.0.2"]})", ""},
      {kBridge, R"({"networkMode":"host"})", R"({"links":["db"]})", "Links are not supported when networkMode=host."},
      {kBridge, R"({"networkMode":"none"})", R"({"portMappings":[{"containerPort":80}]})",
       "Port mappings are not supported when networkMode=none."},
  });
}

TEST_CASE("RegisterTaskDefinition checks port mappings") {
  const auto ports = [](const std::string& list) { return R"({"portMappings":[)" + list + "]}"; };
  const std::string used = "container port is used multiple times in task";
  const std::string bad_range = "Invalid 'containerPortRange' setting for container 'web'.";
  check({
      {kAwsvpc, "{}", ports(R"({"containerPort":80,"hostPort":8080})"),
       "When networkMode=awsvpc, the host ports and container ports in port mappings must match."},
      {kBridge, R"({"networkMode":"host"})", ports(R"({"containerPort":80,"hostPort":8080})"),
       "When networkMode=host, the host ports and container ports in port mappings must match."},
      {kAwsvpc, "{}", ports(R"({"containerPort":80,"hostPort":80})"), ""},
      {kAwsvpc, "{}", ports(R"({"containerPort":80})"), ""},
      {kBridge, "{}", ports(R"({"containerPort":80,"hostPort":8080})"), ""},
      {kBridge, "{}", ports(R"({"containerPort":80},{"containerPort":80,"hostPort":8080})"), ""},
      {kBridge, "{}", ports(R"({"containerPort":0})"), "Invalid 'containerPort' setting for container 'web'."},
      {kBridge, "{}", ports("{}"), "Invalid 'containerPort' setting for container 'web'."},
      {kBridge, "{}", ports(R"({"containerPort":80,"hostPort":65536})"),
       "Invalid 'hostPort' setting for container 'web'."},
      {kBridge, "{}", ports(R"({"containerPortRange":"8000-8010"})"), ""},
      {kBridge, "{}", ports(R"({"containerPortRange":"8010-8000"})"), bad_range},
      {kBridge, "{}", ports(R"({"containerPortRange":"8000"})"), bad_range},
      {kBridge, "{}", ports(R"({"containerPortRange":"1-65536"})"), bad_range},
      {kBridge, R"({"networkMode":"host"})", ports(R"({"containerPortRange":"8000-8010"})"), bad_range},
      {kBridge, "{}", ports(R"({"containerPortRange":"8000-8010","containerPort":80})"),
       "cannot specify both single port and port range"},
      {kBridge, "{}", ports(R"({"containerPortRange":"8000-8010"},{"containerPort":8005})"), used},
      {kBridge, "{}", ports(R"({"containerPortRange":"8000-8010"},{"containerPortRange":"8010-8020"})"), used},
      {kBridge, "{}", ports(R"({"containerPort":53},{"containerPort":53,"protocol":"udp"})"), ""},
      {kBridge, "{}",
       ports(R"({"containerPort":53,"hostPort":53},{"containerPort":53,"hostPort":53,"protocol":"udp"})"), ""},
      {kBridge, "{}", ports(R"({"containerPort":80,"hostPort":3000},{"containerPort":81,"hostPort":3000})"),
       "TCP host port '3000' is mapped multiple times in task."},
      {kBridge, R"({"networkMode":"host"})",
       ports(R"({"containerPort":53,"protocol":"udp"},{"containerPort":53,"protocol":"udp"})"),
       "UDP host port '53' is mapped multiple times in task."},
      {kBridge, "{}", ports(R"({"containerPort":80,"name":"http"},{"containerPort":81,"name":"http"})"),
       "port mapping name is already used"},
      {kBridge, "{}", ports(R"({"containerPort":80,"name":"HTTP"})"),
       "Invalid port mapping name 'HTTP' for container 'web'."},
      {kAwsvpc, containers(R"({"name":"a","image":"i","memory":8,"portMappings":[{"containerPort":80}]},
                              {"name":"b","image":"i","memory":8,"portMappings":[{"containerPort":80}]})"),
       "{}", "TCP host port '80' is mapped multiple times in task."},
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
      {kBridge, R"({"volumes":[{"name":"a b"}]})", "{}", "volume.name contains invalid characters."},
      {kBridge, "{}", R"({"volumesFrom":[{"sourceContainer":"x"}]})",
       "Invalid 'volumesFrom' setting. Unknown container: 'x'"},
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
