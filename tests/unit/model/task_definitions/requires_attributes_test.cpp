#include "model/task_definitions/requires_attributes.hpp"

#include <set>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/unit/model/task_definitions/requests.hpp"

using namespace drydock;
using namespace drydock::test;

namespace {

using Set = std::set<std::string>;

/// c: the older prefix, m: the newer one, d: a Docker API version.
std::string c(const std::string& name) { return "com.amazonaws.ecs.capability." + name; }
std::string m(const std::string& name) { return "ecs.capability." + name; }
std::string d(const std::string& version) { return c("docker-remote-api." + version); }

Set attributes(const Json& base, const std::string& task, const std::string& container) {
  const auto definition = definition_of(patched(base, task, container));
  Set names;
  if (!definition.requiresAttributes) return names;
  CHECK_FALSE(definition.requiresAttributes->empty());
  for (const auto& attribute : *definition.requiresAttributes) {
    CHECK_FALSE(attribute.value.has_value());
    CHECK(names.insert(*attribute.name).second);
  }
  return names;
}

const std::string kRole = R"("executionRoleArn":"arn:aws:iam::123456789012:role/e")";

std::string volume(const std::string& rest) { return R"({"volumes":[{"name":"v",)" + rest + "}]}"; }

std::string awslogs(const std::string& more) {
  return R"({"logConfiguration":{"logDriver":"awslogs","options":
      {"awslogs-group":"g","awslogs-region":"r","awslogs-stream-prefix":"s")" +
         more + "}}}";
}

}  // namespace

TEST_CASE("A plain task definition requires no attributes") {
  CHECK(attributes(bridge_json(), "{}", "{}").empty());
  CHECK_FALSE(definition_of(bridge_json().dump()).requiresAttributes.has_value());
}

TEST_CASE("Each feature requires the attributes that agents register for it") {
  struct Row {
    std::string task;
    std::string container;
    Set expected;
  };
  const std::string ecr = R"({"image":"123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:1"})";
  const std::string parameter = R"("valueFrom":"arn:aws:ssm:eu-west-1:123456789012:parameter/p")";
  const std::string secret = R"("valueFrom":"arn:aws:secretsmanager:eu-west-1:123456789012:secret:s")";
  const Row rows[] = {
      {R"({"networkMode":"awsvpc"})", "{}", {m("task-eni"), d("1.18")}},
      {"{}", R"({"logConfiguration":{"logDriver":"syslog"}})", {c("logging-driver.syslog"), d("1.18")}},
      {"{}", awslogs(""), {c("logging-driver.awslogs"), d("1.18"), d("1.19")}},
      {"{" + kRole + "}",
       awslogs(""),
       {c("logging-driver.awslogs"), d("1.18"), d("1.19"), m("execution-role-awslogs")}},
      {"{}",
       awslogs(R"(,"awslogs-create-group":"true")"),
       {c("logging-driver.awslogs"), d("1.18"), d("1.19"), d("1.29")}},
      {"{}",
       awslogs(R"(,"mode":"non-blocking","max-buffer-size":"1m")"),
       {c("logging-driver.awslogs"), d("1.18"), d("1.19"), d("1.28")}},
      {"{}", ecr, {c("ecr-auth")}},
      {"{" + kRole + "}", ecr, {c("ecr-auth"), m("execution-role-ecr-pull")}},
      {R"({"taskRoleArn":"r"})", "{}", {c("task-iam-role")}},
      {R"({"taskRoleArn":"r","networkMode":"host"})", "{}", {c("task-iam-role-network-host")}},
      {"{}", R"({"secrets":[{"name":"A",)" + parameter + "}]}", {m("secrets.ssm.environment-variables")}},
      {"{}", R"({"secrets":[{"name":"A",)" + secret + "}]}", {m("secrets.asm.environment-variables")}},
      {"{}",
       R"({"logConfiguration":{"logDriver":"splunk","secretOptions":[{"name":"A",)" + secret + "}]}}",
       {c("logging-driver.splunk"), d("1.18"), m("secrets.asm.bootstrap.log-driver")}},
      {"{}", R"({"memoryReservation":64})", {d("1.21")}},
      {volume(R"("efsVolumeConfiguration":{"fileSystemId":"fs-1"})"), "{}", {m("efs"), d("1.25")}},
      {volume(R"("efsVolumeConfiguration":{"fileSystemId":"fs-1","authorizationConfig":{"accessPointId":"a"}})"),
       "{}",
       {m("efs"), m("efsAuth"), d("1.25")}},
      {volume(R"("dockerVolumeConfiguration":{"driver":"rexray"})"), "{}", {m("docker-plugin.rexray")}},
      {volume(R"("dockerVolumeConfiguration":{})"), "{}", {m("docker-plugin.local")}},
      {volume(R"("configuredAtLaunch":true)"), "{}", {m("storage.ebs-task-volume-attach")}},
      {volume(R"("s3filesVolumeConfiguration":{"fileSystemArn":"a"})"), "{}", {m("storage.s3-files")}},
      {"{}", R"({"privileged":true})", {c("privileged-container")}},
      {"{}", R"({"healthCheck":{"command":["CMD","true"]}})", {m("container-health-check"), d("1.24")}},
      {"{}", R"({"dependsOn":[{"containerName":"b","condition":"START"}]})", {m("container-ordering")}},
      {"{}", R"({"startTimeout":5})", {m("container-ordering")}},
      {"{}", R"({"stopTimeout":5})", {m("container-ordering")}},
      {R"({"cpu":"256"})", "{}", {m("task-cpu-mem-limit"), d("1.22")}},
      {R"({"memory":"512"})", "{}", {m("task-cpu-mem-limit"), d("1.22")}},
      {"{}", R"({"linuxParameters":{"initProcessEnabled":true}})", {d("1.25")}},
      {"{}", R"({"environmentFiles":[{"type":"s3","value":"arn:aws:s3:::b/f"}]})", {m("env-files.s3")}},
      {R"({"pidMode":"task"})", "{}", {m("pid-ipc-namespace-sharing")}},
      {R"({"ipcMode":"host"})", "{}", {m("pid-ipc-namespace-sharing")}},
      {"{}",
       R"({"firelensConfiguration":{"type":"fluentbit","options":{"config-file-type":"s3"}}})",
       {m("firelens.fluentbit"), m("firelens.options.config.s3")}},
      {"{}",
       R"({"firelensConfiguration":{"type":"fluentd","options":{"config-file-type":"file"}}})",
       {m("firelens.fluentd"), m("firelens.options.config.file")}},
      {"{}", R"({"logConfiguration":{"logDriver":"awsfirelens"}})", {c("logging-driver.awsfirelens"), d("1.18")}},
      {R"({"proxyConfiguration":{"containerName":"web"}})", "{}", {m("aws-appmesh")}},
      {"{}",
       R"({"repositoryCredentials":{"credentialsParameter":"a"}})",
       {m("private-registry-authentication.secretsmanager")}},
      {"{}", R"({"portMappings":[{"containerPortRange":"80-90"}]})", {m("network.container-port-range")}},
      {"{}", R"({"restartPolicy":{"enabled":true}})", {m("container-restart-policy")}},
      {"{}", R"({"restartPolicy":{"enabled":false}})", {}},
      {R"({"enableFaultInjection":true})", "{}", {m("fault-injection")}},
      {"{}", R"({"resourceRequirements":[{"type":"GPU","value":"1"}]})", {}},
      {R"({"runtimePlatform":{"cpuArchitecture":"ARM64"}})", "{}", {}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.task, row.container);
    CHECK(attributes(bridge_json(), row.task, row.container) == row.expected);
  }
}

TEST_CASE("Task sizes require no attribute where Fargate can run the task") {
  CHECK(attributes(fargate_json(), "{}", "{}") == Set{m("task-eni"), d("1.18")});
}
