// spec/agent-protocol.md sections 3.1 and 6: what agents say in URLs and telemetry frames.

#include "server/acs/protocol/telemetry.hpp"

#include "server/acs/protocol/agent_query.hpp"
#include "tests/support/catch.hpp"

using namespace drydock;
using namespace drydock::server::acs;

TEST_CASE("A telemetry frame is JSON behind the lines of a signed head, or alone", "[acs]") {
  const std::string json = R"({"type":"PublishHealthRequest","message":{"note":"\r\n\r\n"}})";
  const std::string head =
      "Authorization: AWS4-HMAC-SHA256 Credential=x/us-east-1/ecs/aws4_request\r\nHost: 127.0.0.1\r\n"
      "X-Amz-Date: 20261122T160939Z\r\n\r\n";
  CHECK(telemetry_body(head + json) == json);
  CHECK(telemetry_body(json) == json);
  CHECK(telemetry_body("no frame") == "no frame");
}

TEST_CASE("Every kind of report has its own acknowledgment", "[acs]") {
  CHECK(acknowledgment("PublishMetricsRequest") == R"({"message":{"message":"ok"},"type":"AckPublishMetric"})");
  CHECK(acknowledgment("PublishHealthRequest") == R"({"message":{"message":"ok"},"type":"AckPublishHealth"})");
  CHECK(acknowledgment("PublishInstanceStatusRequest") ==
        R"({"message":{"message":"ok"},"type":"AckPublishInstanceStatus"})");
  CHECK_FALSE(acknowledgment("StartTelemetrySession"));
  CHECK(telemetry_heartbeat() == R"({"message":{"healthy":true},"type":"HeartbeatMessage"})");
}

TEST_CASE("Health is that of every container", "[acs]") {
  const auto health = health_report(Json::parse(R"({"tasks":[{"taskArn":"t","containers":[
      {"containerName":"web","healthStatus":"HEALTHY","statusSince":1795363990.296},
      {"containerName":"db","healthStatus":"UNKNOWN"}]},{"taskArn":"u"},7]})"));
  REQUIRE(health.size() == 2);
  CHECK(health[0].task_arn == "t");
  CHECK(health[0].container_name == "web");
  CHECK(health[0].status == "HEALTHY");
  CHECK(health[1].status == "UNKNOWN");
}

TEST_CASE("Use is the mean of the samples, and percent of the instance become CPU units", "[acs]") {
  const auto usage = usage_report(Json::parse(R"({"taskMetrics":[{"taskArn":"t","containerMetrics":[
      {"containerName":"app","cpuStatsSet":{"max":90,"min":10,"sampleCount":20,"sum":500},
       "memoryStatsSet":{"max":70,"min":50,"sampleCount":20,"sum":1200}},
      {"containerName":"idle","cpuStatsSet":{"sampleCount":0,"sum":0}}]}]})"),
                                  2048);
  REQUIRE(usage.size() == 1);
  CHECK(usage[0].task_arn == "t");
  CHECK(usage[0].container_name == "app");
  CHECK(usage[0].cpu_units == 512);
  CHECK(usage[0].memory_mib == 60);
  CHECK(usage_report(Json::parse(R"({"metadata":{"idle":true}})"), 2048).empty());
  CHECK(usage_report(Json::parse(R"({"taskMetrics":{"a":[]}})"), 2048).empty());
}

TEST_CASE("A session's URL says who the agent is", "[acs]") {
  const auto query = read_agent_query(
      "/acs/ws?agentHash=a8b3e7d3&agentVersion=1.105.1&clusterArn=drydock&containerInstanceArn="
      "arn%3Aaws%3Aecs%3Aus-east-1%3A123456789012%3Acontainer-instance%2Fdrydock%2F0a1b&dockerVersion="
      "DockerVersion%3A+20.10.24%2Bdfsg1&protocolVersion=2&sendCredentials=true&seqNum=1");
  CHECK(query.cluster == "drydock");
  CHECK(query.instance_arn == "arn:aws:ecs:us-east-1:123456789012:container-instance/drydock/0a1b");
  CHECK(query.version.agentVersion == "1.105.1");
  CHECK(query.version.agentHash == "a8b3e7d3");
  CHECK(query.version.dockerVersion == "DockerVersion: 20.10.24+dfsg1");
  CHECK(query.closes_silent);
  CHECK(query.send_credentials);
  CHECK_FALSE(query.drydock);
  const auto telemetry = read_agent_query("/tcs/ws?cluster=c&containerInstance=arn&dockerVersion=20.10.24&drydock=1");
  CHECK(telemetry.cluster == "c");
  CHECK(telemetry.instance_arn == "arn");
  CHECK(telemetry.version.dockerVersion == "DockerVersion: 20.10.24");
  CHECK_FALSE(telemetry.version.agentVersion);
  CHECK_FALSE(telemetry.closes_silent);
  CHECK_FALSE(telemetry.send_credentials);
  CHECK(telemetry.drydock);
  CHECK(read_agent_query("/acs/ws").instance_arn.empty());
}
