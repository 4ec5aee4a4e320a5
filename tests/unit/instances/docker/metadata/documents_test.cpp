// What containers are told and shown: the tables of spec/task-metadata.md sections 2 to 4.

#include <map>

#include <nlohmann/json.hpp>

#include "instances/docker/metadata/documents.hpp"
#include "instances/docker/metadata/environment.hpp"
#include "instances/docker/metadata/ids.hpp"
#include "instances/docker/timestamps.hpp"
#include "tests/support/catch.hpp"

using namespace drydock;
using namespace drydock::instances;
using namespace drydock::instances::docker;
using Json = nlohmann::json;

namespace {

constexpr const char* kTaskArn = "arn:aws:ecs:eu-west-1:123456789012:task/harbour/0123456789abcdef0123456789abcdef";
constexpr const char* kContainerArn = "arn:aws:ecs:eu-west-1:123456789012:container/harbour/0123/4567";

TaskPayload payload(const std::string& network_mode = "bridge") {
  TaskPayload out;
  out.task_arn = kTaskArn;
  out.cluster_arn = "arn:aws:ecs:eu-west-1:123456789012:cluster/harbour";
  out.family = "web";
  out.version = "3";
  out.launch_type = "EC2";
  out.network_mode = network_mode;
  api::ContainerDefinition definition;
  definition.name = "app";
  definition.image = "busybox:local";
  definition.cpu = 64;
  definition.memory = 32;
  ContainerPayload container;
  container.container_arn = kContainerArn;
  container.definition = std::make_shared<const api::ContainerDefinition>(std::move(definition));
  out.containers.push_back(std::move(container));
  return out;
}

EndpointFacts endpoint() { return {"drydock-1", "http://169.254.170.2", true, true}; }

std::map<std::string, std::string> environment(const EndpointFacts& facts, TaskPayload task,
                                               const std::vector<std::string>& image = {}) {
  const auto list = injected_environment(facts, task, task.containers.front(), image);
  std::map<std::string, std::string> out(list.begin(), list.end());
  REQUIRE(out.size() == list.size());
  return out;
}

TaskPayload with_variable(const std::string& name) {
  TaskPayload task = payload();
  api::ContainerDefinition definition = *task.containers.front().definition;
  definition.environment.emplace().emplace_back().name = name;
  definition.environment->front().value = "mine";
  task.containers.front().definition = std::make_shared<const api::ContainerDefinition>(std::move(definition));
  return task;
}

const char* const kInspected = R"({
  "Id": "b0f07f", "Created": "2026-11-22T16:10:53.832944391Z", "Image": "sha256:2663b192",
  "Config": {"Labels": {"com.amazonaws.ecs.cluster": "harbour", "io.drydock.id": "drydock-1", "own": "label"}},
  "State": {"Status": "running", "StartedAt": "2026-11-22T16:10:54.157846952Z", "FinishedAt": "0001-01-01T00:00:00Z",
            "Health": {"Status": "healthy", "Log": [{"ExitCode": 0, "Output": "fine\n"}]}},
  "Mounts": [{"Type": "volume", "Name": "ecs-web-3-data", "Source": "/var/lib/v", "Destination": "/data"},
             {"Type": "bind", "Source": "/etc", "Destination": "/machine"}],
  "NetworkSettings": {
    "Ports": {"80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "32770"}, {"HostIp": "::", "HostPort": "32770"}],
              "81/udp": null},
    "Networks": {"bridge": {"IPAddress": "172.17.0.5", "IPPrefixLen": 16, "Gateway": "172.17.0.1",
                            "MacAddress": "02:42:ac:11:00:05"}}}})";

Inspected inspected() { return {{"b0f07f", Json::parse(kInspected)}}; }

Task running(const TaskPayload& from = payload()) {
  Task task = make_task(from);
  TaskContainer& container = task.containers.front();
  container.docker_id = "b0f07f";
  container.stage = Stage::kRunning;
  container.has_run = true;
  container.first_started_at = parse_rfc3339("2026-11-22T16:10:54.157846952Z");
  return task;
}

Json container_v4(const Task& task) {
  return Json::parse(container_document(MetadataVersion::kV4, task, 0, inspected()).dump());
}

}  // namespace

TEST_CASE("A container is told where its metadata, its credentials and the APIs are", "[metadata]") {
  TaskPayload task = payload();
  const std::string id = endpoint_id("drydock-1", kContainerArn);
  CHECK(id.size() == 36);
  CHECK(id != endpoint_id("drydock-2", kContainerArn));
  auto told = environment(endpoint(), task);
  CHECK(told == std::map<std::string, std::string>{{"ECS_CONTAINER_METADATA_URI_V4", "http://169.254.170.2/v4/" + id},
                                                   {"ECS_CONTAINER_METADATA_URI", "http://169.254.170.2/v3/" + id},
                                                   {"ECS_AGENT_URI", "http://169.254.170.2/api/" + id},
                                                   {"AWS_EXECUTION_ENV", "AWS_ECS_EC2"},
                                                   {"AWS_REGION", "eu-west-1"},
                                                   {"AWS_DEFAULT_REGION", "eu-west-1"},
                                                   {"AWS_ENDPOINT_URL", "http://169.254.170.2"}});
  task.task_role = "app";
  told = environment(endpoint(), task);
  CHECK(told["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] == "/v2/credentials/" + credentials_id("drydock-1", kTaskArn));
  EndpointFacts odd = endpoint();
  odd.uri = "http://169.254.170.2:21234";
  odd.usual_port = false;
  odd.offers_api = false;
  told = environment(odd, task);
  CHECK(told["AWS_CONTAINER_CREDENTIALS_FULL_URI"] ==
        odd.uri + "/v2/credentials/" + credentials_id("drydock-1", kTaskArn));
  CHECK_FALSE(told.contains("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"));
  CHECK_FALSE(told.contains("AWS_ENDPOINT_URL"));
}

TEST_CASE("What the definition or the image says goes before what a container would be told", "[metadata]") {
  auto told = environment(endpoint(), with_variable("AWS_ENDPOINT_URL"));
  CHECK_FALSE(told.contains("AWS_ENDPOINT_URL"));
  CHECK(told.contains("AWS_REGION"));
  told = environment(endpoint(), with_variable("AWS_DEFAULT_REGION"));
  CHECK_FALSE(told.contains("AWS_REGION"));
  CHECK_FALSE(told.contains("AWS_DEFAULT_REGION"));
  told = environment(endpoint(), payload(), {"PATH=/bin", "AWS_REGION=us-west-2"});
  CHECK_FALSE(told.contains("AWS_DEFAULT_REGION"));
  CHECK(told.contains("AWS_ENDPOINT_URL"));
  // The agent looks at the image for the region only.
  told = environment(endpoint(), payload(), {"ECS_AGENT_URI=http://elsewhere"});
  CHECK(told.contains("ECS_AGENT_URI"));
}

TEST_CASE("A running container in version 4", "[metadata]") {
  Task task = running();
  note_health(task.containers.front(), "HEALTHY", *parse_rfc3339("2026-11-22T16:11:00Z"));
  CHECK(container_v4(task) == Json::parse(R"({
    "DockerId": "b0f07f", "Name": "app", "DockerName": "ecs-web-3-app-0123456789abcdef0123",
    "Image": "busybox:local", "ImageID": "sha256:2663b192",
    "Ports": [{"ContainerPort": 80, "Protocol": "tcp", "HostPort": 32770, "HostIp": "0.0.0.0"},
              {"ContainerPort": 80, "Protocol": "tcp", "HostPort": 32770, "HostIp": "::"}],
    "Labels": {"com.amazonaws.ecs.cluster": "harbour", "own": "label"},
    "DesiredStatus": "RUNNING", "KnownStatus": "RUNNING", "Limits": {"CPU": 64, "Memory": 32},
    "CreatedAt": "2026-11-22T16:10:53.832944391Z", "StartedAt": "2026-11-22T16:10:54.157846952Z", "Type": "NORMAL",
    "Health": {"status": "HEALTHY", "statusSince": "2026-11-22T16:11:00Z", "exitCode": 0, "output": "fine\n"},
    "Volumes": [{"DockerName": "ecs-web-3-data", "Source": "/var/lib/v", "Destination": "/data"},
                {"Source": "/etc", "Destination": "/machine"}],
    "ContainerARN": "arn:aws:ecs:eu-west-1:123456789012:container/harbour/0123/4567",
    "Networks": [{"NetworkMode": "bridge", "IPv4Addresses": ["172.17.0.5"]}]})"));
}

TEST_CASE("Version 3 knows neither ARNs of containers nor addresses of the host", "[metadata]") {
  const auto shown = Json::parse(container_document(MetadataVersion::kV3, running(), 0, inspected()).dump());
  CHECK_FALSE(shown.contains("ContainerARN"));
  CHECK(shown["Ports"][0] == Json{{"ContainerPort", 80}, {"Protocol", "tcp"}, {"HostPort", 32770}});
  const auto task = task_document(MetadataVersion::kV3, {"harbour", "eu-west-1a"}, running(), inspected());
  CHECK_FALSE(task.contains("LaunchType"));
  CHECK_FALSE(task.contains("FaultInjectionEnabled"));
  CHECK(task.contains("Containers"));
}

TEST_CASE("A stopped container tells its exit code, and no more of what ran", "[metadata]") {
  Task task = running();
  task.containers.front().stage = Stage::kStopped;
  task.containers.front().exit_code = 143;
  const Json shown = Json::parse(container_document(MetadataVersion::kV4, task, 0, {}).dump());
  CHECK(shown["ExitCode"] == 143);
  CHECK(shown["KnownStatus"] == "STOPPED");
  CHECK(shown["DesiredStatus"] == "STOPPED");
  CHECK(shown["Networks"] == Json::parse(R"([{"NetworkMode": "bridge", "IPv4Addresses": [""]}])"));
}

TEST_CASE("A restart policy shows how often it started the container again", "[metadata]") {
  TaskPayload from = payload();
  api::ContainerDefinition definition = *from.containers.front().definition;
  definition.restartPolicy.emplace().enabled = true;
  from.containers.front().definition = std::make_shared<const api::ContainerDefinition>(std::move(definition));
  Task task = running(from);
  task.containers.front().restarts = 2;
  CHECK(container_v4(task)["RestartCount"] == 2);
  CHECK_FALSE(container_v4(running()).contains("RestartCount"));
}

TEST_CASE("An awsvpc container shows the address and the network of its task", "[metadata]") {
  CHECK(container_v4(running(payload("awsvpc")))["Networks"] == Json::parse(R"([{
    "NetworkMode": "awsvpc", "IPv4Addresses": ["172.17.0.5"], "AttachmentIndex": 0,
    "MACAddress": "02:42:ac:11:00:05", "IPv4SubnetCIDRBlock": "172.17.0.0/16",
    "SubnetGatewayIpv4Address": "172.17.0.1/16"}])"));
}

TEST_CASE("A task in version 4", "[metadata]") {
  TaskPayload from = payload();
  from.service_name = "websvc";
  from.cpu_units = 512;
  from.memory_mib = 128;
  Task task = running(from);
  task.pull_started_at = parse_rfc3339("2026-11-22T16:10:39.5Z");
  auto shown = Json::parse(task_document(MetadataVersion::kV4, {"harbour", "eu-west-1a"}, task, inspected()).dump());
  REQUIRE(shown["Containers"].size() == 1);
  CHECK(shown["Containers"][0] == container_v4(task));
  shown.erase("Containers");
  CHECK(shown == Json::parse(R"({
    "Cluster": "harbour", "TaskARN": "arn:aws:ecs:eu-west-1:123456789012:task/harbour/0123456789abcdef0123456789abcdef",
    "Family": "web", "Revision": "3", "DesiredStatus": "RUNNING", "KnownStatus": "RUNNING",
    "Limits": {"CPU": 0.5, "Memory": 128}, "PullStartedAt": "2026-11-22T16:10:39.5Z",
    "AvailabilityZone": "eu-west-1a", "LaunchType": "EC2", "ServiceName": "websvc", "FaultInjectionEnabled": false})"));
}

TEST_CASE("Containers that were not created yet are not listed", "[metadata]") {
  Task task = make_task(payload());
  const auto shown = task_document(MetadataVersion::kV4, {"harbour", ""}, task, {});
  CHECK(shown["Containers"].empty());
  CHECK(shown["KnownStatus"] == "NONE");
  CHECK_FALSE(shown.contains("Limits"));
}
