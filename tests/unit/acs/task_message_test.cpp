// spec/agent-protocol.md section 4, row by row: what AWS's agent is told of a task.

#include "server/acs/protocol/task_message.hpp"

#include "instances/stub.hpp"
#include "tests/support/catch.hpp"

using namespace drydock;
using server::acs::Json;
using server::acs::task_message;
using server::acs::TaskCredentials;
using server::acs::TaskSurroundings;

namespace {

constexpr const char* kTaskArn = "arn:aws:ecs:us-east-1:123456789012:task/drydock/11111111111111111111111111111101";

/// A task of one container, which tests change.
struct Sample {
  Sample() {
    payload.task_arn = kTaskArn;
    payload.cluster_arn = "arn:aws:ecs:us-east-1:123456789012:cluster/drydock";
    payload.desired_status = "RUNNING";
    payload.family = "web";
    payload.version = "3";
    payload.group = "family:web";
    payload.launch_type = "EXTERNAL";
    payload.network_mode = "bridge";
    definition.name = "app";
    definition.image = "busybox:local";
    definition.essential = true;
  }

  Json task() {
    payload.containers = {{"arn:aws:ecs:us-east-1:123456789012:container/drydock/c/1",
                           std::make_shared<const api::ContainerDefinition>(definition),
                           "",
                           {},
                           secrets}};
    auto made = task_message(payload, around);
    problem = made.problem;
    return std::move(made.task);
  }
  Json container() { return task()["containers"][0]; }
  /// What the agent decodes over the engine's own words.
  Json config() { return Json::parse(container()["dockerConfig"]["config"].get<std::string>()); }
  Json host_config() { return Json::parse(container()["dockerConfig"]["hostConfig"].get<std::string>()); }

  instances::TaskPayload payload;
  api::ContainerDefinition definition;
  instances::ContainerSecrets secrets;
  TaskSurroundings around;
  std::string problem;
};

api::KeyValuePair pair(const std::string& name, const std::string& value) {
  api::KeyValuePair made;
  made.name = name;
  made.value = value;
  return made;
}

}  // namespace

TEST_CASE("A plain task has the members that every message has", "[acs]") {
  Sample sample;
  const Json task = sample.task();
  CHECK(task["arn"] == kTaskArn);
  CHECK(task["taskClusterArn"] == "arn:aws:ecs:us-east-1:123456789012:cluster/drydock");
  CHECK(task["desiredStatus"] == "RUNNING");
  CHECK(task["family"] == "web");
  CHECK(task["version"] == "3");
  CHECK(task["version"].is_string());
  CHECK(task["overrides"] == "{}");
  CHECK(task["launchType"] == "EXTERNAL");
  CHECK(task["networkMode"] == "bridge");
  CHECK(task["group"] == "family:web");
  CHECK(task["volumes"] == Json::array());
  CHECK(task["elasticNetworkInterfaces"] == Json::array());
  for (const char* name : {"cpu", "memory", "pidMode", "ipcMode", "serviceName", "roleCredentials", "associations",
                           "executionRoleCredentials", "enableFaultInjection"}) {
    INFO(name);
    CHECK_FALSE(task.contains(name));
  }
  const Json& container = task["containers"][0];
  CHECK(container["name"] == "app");
  CHECK(container["image"] == "busybox:local");
  CHECK(container["essential"] == true);
  CHECK(container["containerArn"] == "arn:aws:ecs:us-east-1:123456789012:container/drydock/c/1");
  CHECK(container["overrides"] == "{}");
  CHECK_FALSE(container.contains("entryPoint"));
  CHECK_FALSE(container.contains("command"));
  CHECK_FALSE(container.contains("healthCheckType"));
  CHECK(container["dockerConfig"]["config"] == "{}");
  CHECK(container["dockerConfig"]["hostConfig"] == R"({"NetworkMode":"bridge"})");
  CHECK(container["dockerConfig"]["version"] == "1.17");
  CHECK(sample.problem.empty());
}

TEST_CASE("A task's limits are vCPU and MiB, and its modes are passed on", "[acs]") {
  Sample sample;
  sample.payload.cpu_units = 512;
  sample.payload.memory_mib = 1024;
  sample.payload.pid_mode = "task";
  sample.payload.ipc_mode = "host";
  sample.payload.service_name = "front";
  sample.around.fault_injection = true;
  const Json task = sample.task();
  CHECK(task["cpu"] == 0.5);
  CHECK(task["memory"] == 1024);
  CHECK(task["pidMode"] == "task");
  CHECK(task["ipcMode"] == "host");
  CHECK(task["serviceName"] == "front");
  CHECK(task["enableFaultInjection"] == true);
}

TEST_CASE("A container's own members keep their names", "[acs]") {
  Sample sample;
  auto& definition = sample.definition;
  definition.cpu = 64;
  definition.memory = 32;
  definition.entryPoint = {"sh", "-c"};
  definition.command = {"sleep 1"};
  definition.links = {"db:database"};
  definition.startTimeout = 10;
  definition.stopTimeout = 3;
  definition.credentialSpecs = {"credentialspec:x"};
  definition.mountPoints.emplace().emplace_back();
  definition.mountPoints->back().sourceVolume = "data";
  definition.mountPoints->back().containerPath = "/data";
  definition.mountPoints->back().readOnly = true;
  definition.volumesFrom.emplace().emplace_back().sourceContainer = "db";
  auto& dependency = definition.dependsOn.emplace().emplace_back();
  dependency.containerName = "db";
  dependency.condition = "HEALTHY";
  definition.restartPolicy.emplace().enabled = true;
  definition.restartPolicy->ignoredExitCodes = {3};
  auto& firelens = definition.firelensConfiguration.emplace();
  firelens.type = "fluentbit";
  firelens.options.emplace().emplace_back("enable-ecs-log-metadata", "true");
  const Json container = sample.container();
  CHECK(container["cpu"] == 64);
  CHECK(container["memory"] == 32);
  CHECK(container["entryPoint"] == Json({"sh", "-c"}));
  CHECK(container["command"] == Json::array({"sleep 1"}));
  CHECK(container["links"] == Json::array({"db:database"}));
  CHECK(container["startTimeout"] == 10);
  CHECK(container["stopTimeout"] == 3);
  CHECK(container["credentialSpecs"] == Json::array({"credentialspec:x"}));
  CHECK(container["mountPoints"] ==
        Json::parse(R"([{"sourceVolume":"data","containerPath":"/data","readOnly":true}])"));
  CHECK(container["volumesFrom"] == Json::parse(R"([{"sourceContainer":"db","readOnly":false}])"));
  CHECK(container["dependsOn"] == Json::parse(R"([{"containerName":"db","condition":"HEALTHY"}])"));
  CHECK(container["restartPolicy"] ==
        Json::parse(R"({"enabled":true,"ignoredExitCodes":[3],"restartAttemptPeriod":300})"));
  CHECK(container["firelensConfiguration"] ==
        Json::parse(R"({"type":"fluentbit","options":{"enable-ecs-log-metadata":"true"}})"));
}

TEST_CASE("The environment has the secrets, and where AWS's APIs are when containers can reach them", "[acs]") {
  Sample sample;
  sample.definition.environment = {pair("A", "1"), pair("B", "2")};
  sample.secrets.environment.emplace_back("B", "secret");
  CHECK(sample.container()["environment"] == Json::parse(R"({"A":"1","B":"secret"})"));

  sample.payload.launch_type = "EC2";
  CHECK(sample.container()["environment"]["AWS_EXECUTION_ENV"] == "AWS_ECS_EC2");
  sample.around.server_url = "http://10.0.0.5:4566";
  CHECK_FALSE(sample.container()["environment"].contains("AWS_ENDPOINT_URL"));
  sample.around.names_endpoint = true;
  CHECK(sample.container()["environment"]["AWS_ENDPOINT_URL"] == "http://10.0.0.5:4566");
  for (const char* loopback : {"http://127.0.0.1:4566", "http://localhost:4566", "http://[::1]:4566"}) {
    INFO(loopback);
    sample.around.server_url = loopback;
    sample.payload.network_mode = "bridge";
    CHECK_FALSE(sample.container()["environment"].contains("AWS_ENDPOINT_URL"));
    sample.payload.network_mode = "host";
    CHECK(sample.container()["environment"]["AWS_ENDPOINT_URL"] == loopback);
  }
  sample.definition.environment->push_back(pair("AWS_ENDPOINT_URL", "http://own"));
  CHECK(sample.container()["environment"]["AWS_ENDPOINT_URL"] == "http://own");
}

TEST_CASE("Ports are single ones or ranges, and are left out in awsvpc", "[acs]") {
  Sample sample;
  auto& ports = sample.definition.portMappings.emplace();
  ports.emplace_back().containerPort = 80;
  ports.emplace_back().containerPort = 53;
  ports.back().hostPort = 5353;
  ports.back().protocol = "udp";
  ports.emplace_back().containerPortRange = "7000-7003";
  CHECK(sample.container()["portMappings"] == Json::parse(R"([{"containerPort":80,"hostPort":0,"protocol":"tcp"},
                        {"containerPort":53,"hostPort":5353,"protocol":"udp"},
                        {"containerPortRange":"7000-7003","protocol":"tcp"}])"));
  sample.payload.network_mode = "awsvpc";
  CHECK_FALSE(sample.container().contains("portMappings"));
  CHECK(sample.problem.starts_with("awsvpc tasks need a network interface"));
}

TEST_CASE("config has the engine's words for the container", "[acs]") {
  Sample sample;
  auto& definition = sample.definition;
  definition.user = "1000:1000";
  definition.workingDirectory = "/srv";
  definition.hostname = "box";
  definition.dockerLabels.emplace().emplace_back("team", "blue");
  definition.interactive = true;
  definition.pseudoTerminal = true;
  definition.disableNetworking = true;
  auto& check = definition.healthCheck.emplace();
  check.command = {"CMD-SHELL", "true"};
  check.interval = 10;
  CHECK(sample.config() == Json::parse(R"({"User":"1000:1000","WorkingDir":"/srv","Hostname":"box",
      "Labels":{"team":"blue"},"OpenStdin":true,"AttachStdin":true,"Tty":true,"NetworkDisabled":true,
      "Healthcheck":{"Test":["CMD-SHELL","true"],"Interval":10000000000,"Timeout":5000000000,"StartPeriod":0,
                     "Retries":3}})"));
  CHECK(sample.container()["healthCheckType"] == "docker");
  CHECK(sample.container()["dockerConfig"]["version"] == "1.29");
}

TEST_CASE("hostConfig has the engine's words for what the container may do", "[acs]") {
  Sample sample;
  auto& definition = sample.definition;
  definition.memory = 64;
  definition.memoryReservation = 32;
  definition.privileged = true;
  definition.readonlyRootFilesystem = true;
  definition.dnsServers = {"10.0.0.2"};
  definition.dnsSearchDomains = {"local"};
  definition.dockerSecurityOptions = {"no-new-privileges"};
  auto& host = definition.extraHosts.emplace().emplace_back();
  host.hostname = "db";
  host.ipAddress = "10.0.0.9";
  auto& limit = definition.ulimits.emplace().emplace_back();
  limit.name = "nofile";
  limit.softLimit = 10;
  limit.hardLimit = 20;
  auto& control = definition.systemControls.emplace().emplace_back();
  control.namespace_ = "net.core.somaxconn";
  control.value = "100";
  auto& linux_parameters = definition.linuxParameters.emplace();
  linux_parameters.capabilities.emplace().add = {"NET_ADMIN"};
  linux_parameters.capabilities->drop = {"MKNOD"};
  linux_parameters.initProcessEnabled = true;
  linux_parameters.sharedMemorySize = 16;
  linux_parameters.maxSwap = 36;
  linux_parameters.swappiness = 10;
  auto& mount = linux_parameters.tmpfs.emplace().emplace_back();
  mount.containerPath = "/tmp";
  mount.size = 64;
  mount.mountOptions = {"noexec"};
  auto& device = linux_parameters.devices.emplace().emplace_back();
  device.hostPath = "/dev/fuse";
  device.permissions = {"read", "write"};
  CHECK(sample.host_config() == Json::parse(R"({"NetworkMode":"bridge","MemoryReservation":33554432,
      "Privileged":true,"ReadonlyRootfs":true,"Dns":["10.0.0.2"],"DnsSearch":["local"],
      "SecurityOpt":["no-new-privileges"],"ExtraHosts":["db:10.0.0.9"],
      "Ulimits":[{"Name":"nofile","Soft":10,"Hard":20}],"Sysctls":{"net.core.somaxconn":"100"},
      "CapAdd":["NET_ADMIN"],"CapDrop":["MKNOD"],"Init":true,"ShmSize":16777216,"MemorySwap":104857600,
      "MemorySwappiness":10,"Tmpfs":{"/tmp":"size=64m,noexec"},
      "Devices":[{"PathOnHost":"/dev/fuse","PathInContainer":"/dev/fuse","CgroupPermissions":"rw"}]})"));
  CHECK(sample.container()["dockerConfig"]["version"] == "1.25");
}

TEST_CASE("Nothing that the agent makes itself is in the engine's words", "[acs]") {
  Sample sample;
  sample.definition.environment = {pair("A", "1")};
  sample.definition.command = {"x"};
  sample.definition.entryPoint = {"y"};
  sample.definition.cpu = 10;
  sample.definition.memory = 20;
  sample.definition.portMappings.emplace().emplace_back().containerPort = 80;
  sample.definition.links = {"db"};
  for (const char* name : {"Env", "Cmd", "Image", "Entrypoint", "ExposedPorts"})
    CHECK_FALSE(sample.config().contains(name));
  for (const char* name : {"Binds", "PortBindings", "Memory", "CpuShares", "Links", "VolumesFrom"}) {
    CHECK_FALSE(sample.host_config().contains(name));
  }
}

TEST_CASE("Log drivers keep their options, and awslogs gets what ECS makes of its own", "[acs]") {
  Sample sample;
  sample.around.server_url = "http://127.0.0.1:4566";
  auto& logging = sample.definition.logConfiguration.emplace();
  logging.logDriver = "json-file";
  logging.options.emplace().emplace_back("max-size", "1m");
  sample.secrets.log_options.emplace_back("labels", "hidden");
  CHECK(sample.host_config()["LogConfig"] ==
        Json::parse(R"({"Type":"json-file","Config":{"max-size":"1m","labels":"hidden"}})"));
  sample.secrets.log_options.clear();
  logging.logDriver = "awslogs";
  logging.options->clear();
  logging.options->emplace_back("awslogs-group", "/app");
  logging.options->emplace_back("awslogs-stream-prefix", "web");
  CHECK(sample.host_config()["LogConfig"] == Json::parse(R"({"Type":"awslogs","Config":{"awslogs-group":"/app",
      "awslogs-stream":"web/app/11111111111111111111111111111101","awslogs-region":"us-east-1",
      "awslogs-endpoint":"http://127.0.0.1:4566"}})"));
  CHECK_FALSE(sample.container().contains("logsAuthStrategy"));
  sample.around.logs_by_role = true;
  CHECK(sample.container()["logsAuthStrategy"] == "ExecutionRole");
  logging.options->emplace_back("awslogs-endpoint", "http://logs");
  logging.options->emplace_back("awslogs-region", "eu-west-1");
  CHECK(sample.host_config()["LogConfig"]["Config"]["awslogs-endpoint"] == "http://logs");
  CHECK(sample.host_config()["LogConfig"]["Config"]["awslogs-region"] == "eu-west-1");
}

TEST_CASE("Volumes are of the kinds that the agent knows, and others are a reason", "[acs]") {
  Sample sample;
  auto& volumes = sample.payload.volumes;
  volumes.emplace_back().name = "scratch";
  volumes.emplace_back().name = "bind";
  volumes.back().host.emplace().sourcePath = "/srv";
  volumes.emplace_back().name = "named";
  auto& docker = volumes.back().dockerVolumeConfiguration.emplace();
  docker.scope = "shared";
  docker.autoprovision = true;
  docker.driverOpts.emplace().emplace_back("type", "tmpfs");
  volumes.emplace_back().name = "files";
  volumes.back().efsVolumeConfiguration.emplace().fileSystemId = "fs-1";
  volumes.back().efsVolumeConfiguration->authorizationConfig.emplace().accessPointId = "fsap-1";
  CHECK(sample.task()["volumes"] == Json::parse(R"([
      {"name":"scratch","type":"host","host":{"sourcePath":""}},
      {"name":"bind","type":"host","host":{"sourcePath":"/srv"}},
      {"name":"named","type":"docker","dockerVolumeConfiguration":{"scope":"shared","autoprovision":true,
       "driver":"local","driverOpts":{"type":"tmpfs"},"labels":{}}},
      {"name":"files","type":"efs","efsVolumeConfiguration":{"fileSystemId":"fs-1","rootDirectory":"/",
       "transitEncryption":"DISABLED","authorizationConfig":{"iam":"DISABLED","accessPointId":"fsap-1"}}}])"));
  CHECK(sample.problem.empty());
  volumes = {{}};
  volumes[0].name = "disk";
  volumes[0].configuredAtLaunch = true;
  sample.task();
  CHECK(sample.problem.starts_with("volume disk needs an EBS volume"));
  volumes[0].configuredAtLaunch.reset();
  volumes[0].s3filesVolumeConfiguration.emplace();
  sample.task();
  CHECK(sample.problem.starts_with("volume disk needs an S3 Files file system"));
  volumes[0].s3filesVolumeConfiguration.reset();
  volumes[0].fsxWindowsFileServerVolumeConfiguration.emplace();
  sample.task();
  CHECK(sample.problem.starts_with("volume disk needs FSx for Windows File Server"));
}

TEST_CASE("Private registries are named, and their credentials are the agent's to read", "[acs]") {
  Sample sample;
  sample.secrets.registry_auth = "not for this agent";
  sample.definition.repositoryCredentials.emplace().credentialsParameter =
      "arn:aws:secretsmanager:eu-west-1:123456789012:secret:hub-AbCdEf";
  CHECK(sample.container()["registryAuthentication"] == Json::parse(R"({"type":"asm","asmAuthData":{
      "credentialsParameter":"arn:aws:secretsmanager:eu-west-1:123456789012:secret:hub-AbCdEf",
      "region":"eu-west-1"}})"));
  sample.definition.repositoryCredentials->credentialsParameter = "hub";
  CHECK(sample.container()["registryAuthentication"]["asmAuthData"]["region"] == "us-east-1");
  sample.definition.repositoryCredentials.reset();
  sample.definition.image = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/app:1";
  CHECK(sample.container()["registryAuthentication"] == Json::parse(R"({"type":"ecr","ecrAuthData":{
      "registryId":"123456789012","region":"eu-central-1","useExecutionRole":false}})"));
  CHECK(sample.task().dump().find("not for this agent") == std::string::npos);
}

TEST_CASE("Roles' credentials and GPUs stand beside the containers", "[acs]") {
  Sample sample;
  TaskCredentials credentials;
  credentials.id = "c-1";
  credentials.role_arn = "arn:aws:iam::123456789012:role/app";
  credentials.access_key_id = "ASIA";
  credentials.secret_access_key = "s";
  credentials.session_token = "t";
  credentials.expiration = model::Instant{std::chrono::seconds{1795363824}};
  sample.around.credentials = {credentials};
  credentials.role = TaskCredentials::Role::kExecution;
  credentials.id = "c-2";
  sample.around.credentials.push_back(credentials);
  sample.around.gpu_ids = {{"GPU-1", "GPU-2"}};
  const Json task = sample.task();
  CHECK(task["roleCredentials"] == Json::parse(R"({"credentialsId":"c-1","accessKeyId":"ASIA","secretAccessKey":"s",
      "sessionToken":"t","expiration":"2026-11-22T16:10:24Z","roleArn":"arn:aws:iam::123456789012:role/app",
      "credentialScope":""})"));
  CHECK(task["executionRoleCredentials"]["credentialsId"] == "c-2");
  CHECK(task["associations"] == Json::parse(R"([
      {"type":"gpu","name":"GPU-1","containers":["app"],"content":{"encoding":"base64","value":""}},
      {"type":"gpu","name":"GPU-2","containers":["app"],"content":{"encoding":"base64","value":""}}])"));
}

TEST_CASE("What cannot be had is a reason, but not for a task that is to stop", "[acs]") {
  Sample sample;
  sample.payload.setup_error = "ResourceInitializationError: no such secret";
  sample.task();
  CHECK(sample.problem == "ResourceInitializationError: no such secret");
  sample.payload.setup_error.clear();
  sample.definition.image = std::string(instances::kStubImage);
  sample.task();
  CHECK(sample.problem.starts_with("the image that --image-map says"));
  sample.payload.desired_status = "STOPPED";
  const Json task = sample.task();
  CHECK(sample.problem.empty());
  CHECK(task == Json{{"arn", kTaskArn},
                     {"taskClusterArn", "arn:aws:ecs:us-east-1:123456789012:cluster/drydock"},
                     {"desiredStatus", "STOPPED"},
                     {"family", "web"},
                     {"version", "3"},
                     {"overrides", "{}"},
                     {"containers", Json::array()}});
}
