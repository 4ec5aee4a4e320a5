#include "agent/messages.hpp"

#include "agent/poll_endpoint.hpp"
#include "agent/task_server.hpp"
#include "instances/remote/payload_json.hpp"
#include "tests/support/catch.hpp"

namespace drydock::agent {
namespace {

using Json = nlohmann::json;

Json sent_task(const std::string& arn, const std::string& status) {
  instances::TaskPayload payload;
  payload.task_arn = arn;
  payload.desired_status = status;
  payload.family = "web";
  Json task;
  task["arn"] = arn;
  task["desiredStatus"] = status;
  task["drydock"]["payload"] = instances::remote::to_json(payload);
  task["drydock"]["started"] = false;
  return task;
}

Json message_of(const std::string& frame) { return Json::parse(frame)["message"]; }

SessionFacts session() {
  SessionFacts facts;
  facts.cluster = "web";
  facts.container_instance_arn = "arn:aws:ecs:us-east-1:000000000000:container-instance/web/1";
  facts.docker_version = "20.10.24+dfsg1";
  return facts;
}

}  // namespace

TEST_CASE("Frames that are none are passed over") {
  for (const char* text : {"", "x", "[]", "{}", R"({"type":1})", R"({"message":{}})"}) {
    INFO(text);
    CHECK_FALSE(parse_envelope(text));
  }
  const auto read = parse_envelope(R"({"type":"HeartbeatMessage","message":{"messageId":"1"},"more":true})");
  REQUIRE(read);
  CHECK(read->type == "HeartbeatMessage");
  CHECK(text_of(read->message, "messageId") == "1");
  CHECK(parse_envelope(R"({"type":"CloseMessage"})")->message.is_object());
}

TEST_CASE("Tasks of a payload message are read whole, stops before starts") {
  Json message;
  message["tasks"] = {sent_task("arn:1", "RUNNING"), sent_task("arn:2", "STOPPED"), sent_task("arn:3", "RUNNING")};
  message["tasks"][0]["drydock"]["started"] = true;
  message["tasks"][2]["roleCredentials"] = {{"credentialsId", "id"},       {"accessKeyId", "ASIA"},
                                            {"secretAccessKey", "secret"}, {"sessionToken", "token"},
                                            {"expiration", "2026-01-01"},  {"roleArn", "arn:role"}};
  const auto tasks = tasks_of(message);
  REQUIRE(tasks.size() == 3);
  CHECK(tasks[0].payload.task_arn == "arn:2");
  CHECK(tasks[1].payload.task_arn == "arn:1");
  CHECK(tasks[1].started);
  CHECK(tasks[1].payload.family == "web");
  CHECK_FALSE(tasks[2].started);
  REQUIRE(tasks[2].credentials);
  CHECK(tasks[2].credentials->credentials_id == "id");
  CHECK(tasks[2].credentials->session_token == "token");
  for (const auto& task : tasks) CHECK(task.wrong.empty());
}

TEST_CASE("A task that cannot be read is told by name, but can be stopped") {
  Json message;
  message["tasks"] = {{{"arn", "arn:1"}, {"desiredStatus", "RUNNING"}},
                      {{"arn", "arn:2"}, {"desiredStatus", "STOPPED"}},
                      sent_task("arn:3", "RUNNING"),
                      {{"desiredStatus", "RUNNING"}}};
  message["tasks"][2]["drydock"]["payload"]["containers"] = 7;
  const auto tasks = tasks_of(message);
  REQUIRE(tasks.size() == 3);
  CHECK(tasks[0].payload.task_arn == "arn:2");
  CHECK(tasks[0].wrong.empty());
  CHECK(tasks[1].wrong == "the server did not send the task in Drydock's own form");
  CHECK(tasks[2].payload.task_arn == "arn:3");
  CHECK(tasks[2].wrong == "containers is no list");
}

TEST_CASE("A manifest names all tasks, whatever is wanted of them") {
  const Json message = Json::parse(R"({"tasks":[{"taskArn":"arn:1","desiredStatus":"RUNNING"},
                                               {"taskArn":"arn:2","desiredStatus":"STOPPED"}, {}]})");
  CHECK(manifest_of(message) == std::vector<std::string>{"arn:1", "arn:2"});
  CHECK(manifest_of(Json::object()).empty());
}

TEST_CASE("The addresses of the sessions say who connects") {
  CHECK(acs_target("/acs", session()) ==
        "/acs/ws?agentHash=drydock&agentVersion=" + std::string(instances::kAgentVersion) +
            "&clusterArn=web&containerInstanceArn=arn%3Aaws%3Aecs%3Aus-east-1%3A000000000000%3Acontainer-instance%2Fweb"
            "%2F1&dockerVersion=DockerVersion%3A%2020.10.24%2Bdfsg1&drydock=1&protocolVersion=2&sendCredentials=true"
            "&seqNum=1");
  CHECK_THAT(tcs_target("/tcs/", session()), test::StartsWith("/tcs/ws?agentHash=drydock&"));
  CHECK_THAT(tcs_target("/tcs/", session()), test::ContainsSubstring("&dockerVersion=20.10.24%2Bdfsg1"));
  CHECK(channel_target("/acs", "arn:1", "a b") == "/acs/channel?containerInstanceArn=arn%3A1&channelId=a%20b");
}

TEST_CASE("Use of CPU is told in percent of the whole instance, ten tasks at a time") {
  ReportFacts facts;
  facts.cluster = "web";
  facts.container_instance_arn = "arn:instance";
  facts.message_id = "m";
  facts.now = 12.5;
  facts.cpu_units = 2048;
  std::vector<instances::ContainerUsage> usage;
  for (int i = 10; i < 22; ++i) usage.push_back({"arn:" + std::to_string(i), "app", 512, 31.6});
  usage.push_back({"arn:10", "side", 0, 1});
  const auto frames = metrics_frames(facts, usage);
  REQUIRE(frames.size() == 2);
  const Json first = message_of(frames[0]);
  CHECK(first["metadata"] ==
        Json({{"cluster", "web"}, {"containerInstance", "arn:instance"}, {"fin", false}, {"messageId", "m"}}));
  CHECK(first["timestamp"] == 12.5);
  REQUIRE(first["taskMetrics"].size() == 10);
  CHECK(first["taskMetrics"][0]["taskArn"] == "arn:10");
  CHECK(first["taskMetrics"][0]["containerMetrics"].size() == 2);
  const Json app = first["taskMetrics"][0]["containerMetrics"][0];
  CHECK(app["cpuStatsSet"] == Json({{"max", 25.0}, {"min", 25.0}, {"sampleCount", 1}, {"sum", 25.0}}));
  CHECK(app["memoryStatsSet"]["max"] == 31.6);
  CHECK(message_of(frames[1])["metadata"]["fin"] == true);
  CHECK(message_of(frames[1])["taskMetrics"].size() == 2);

  const auto idle = metrics_frames(facts, {});
  REQUIRE(idle.size() == 1);
  CHECK(message_of(idle[0])["metadata"]["idle"] == true);
  CHECK_FALSE(message_of(idle[0]).contains("taskMetrics"));
}

TEST_CASE("Health is told of every container that has a check") {
  HealthBook book;
  CHECK(health_frames({}, book).empty());
  book["arn:1"]["app"] = {"UNHEALTHY", 3.5};
  book["arn:1"]["side"] = {"UNKNOWN", 1};
  const auto frames = health_frames({}, book);
  REQUIRE(frames.size() == 1);
  const Json tasks = message_of(frames[0])["tasks"];
  REQUIRE(tasks.size() == 1);
  CHECK(tasks[0]["containers"][0] ==
        Json({{"containerName", "app"}, {"healthStatus", "UNHEALTHY"}, {"statusSince", 3.5}}));
}

TEST_CASE("The URLs that the server answers are taken apart") {
  const auto place = parse_place("http://10.0.0.5:4566/acs");
  REQUIRE(place);
  CHECK(place->endpoint.host == "10.0.0.5");
  CHECK(place->endpoint.port == "4566");
  CHECK(place->path == "/acs");
  CHECK(parse_place("http://harbour/acs")->endpoint.port == "80");
  CHECK(parse_place("http://[::1]:4566")->path.empty());
  CHECK(parse_place("http://[::1]/x")->endpoint.port == "80");
  CHECK_FALSE(parse_place("ws://10.0.0.5/acs"));
  CHECK_FALSE(parse_place(""));
}

TEST_CASE("A loopback address leads a container to itself") {
  for (const char* host : {"localhost", "a.localhost", "127.0.0.1", "127.1.2.3", "::1"}) CHECK(is_own_machine(host));
  for (const char* host : {"10.0.0.5", "harbour", "localhost.example", "fd00::1"}) CHECK_FALSE(is_own_machine(host));
}

}  // namespace drydock::agent
