#include "tests/unit/model/task_definitions/validation_cases.hpp"

using namespace drydock;
using namespace drydock::test;

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
      {kFargate, with_role, kAwslogs,
       "Fargate requires log configuration options to include awslogs-stream-prefix to support log driver awslogs."},
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
      {kFargate, "{}", R"({"privileged":true})", "Fargate requires that the 'privileged' setting be 'false'"},
      {kFargate, "{}", R"({"dockerSecurityOptions":["no-new-privileges"]})", unsupported("dockerSecurityOptions")},
      {kFargate, "{}", R"({"linuxParameters":{"capabilities":{"add":["NET_ADMIN"]}}})",
       "NET_ADMIN is not allowed on Fargate."},
      {kFargate, "{}", R"({"linuxParameters":{"capabilities":{"add":["SYS_PTRACE"],"drop":["ALL"]}}})", ""},
      {kFargate, "{}", R"({"linuxParameters":{"tmpfs":[{"containerPath":"/t","size":64}]}})", ""},
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
