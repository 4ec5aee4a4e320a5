// spec/agent-protocol.md section 3: the control plane's end of a session, with a connection that only records.

#include "server/acs/protocol/agent_session.hpp"

#include <algorithm>

#include "tests/support/catch.hpp"

using namespace drydock;
using namespace drydock::server::acs;

namespace {

constexpr const char* kInstance = "arn:aws:ecs:us-east-1:123456789012:container-instance/c/i";

struct Bench {
  explicit Bench(bool drydock = false, bool closes_silent = true) {
    SessionPlane plane;
    plane.send = [this](const std::string& frame) { sent.push_back(*read_envelope(frame)); };
    plane.close = [this](int code) { closed = code; };
    plane.new_id = [this] { return "id-" + std::to_string(++ids); };
    plane.now = [] { return model::Instant{std::chrono::seconds{100}}; };
    plane.next_sequence = [this] { return ++sequence; };
    plane.compose = [this](const instances::TaskPayload& payload) {
      TaskMessage made;
      made.task["arn"] = payload.task_arn;
      made.task["desiredStatus"] = payload.desired_status;
      made.problem = payload.setup_error;
      return made;
    };
    plane.cannot_start = [this](const std::string& arn, const std::string& reason) {
      failed.push_back(arn + ": " + reason);
    };
    plane.tasks = [this] { return known; };
    plane.credentials = [this](const std::string& arn) {
      TaskCredentials one;
      one.id = "of " + arn;
      one.expiration = expiration;
      return roles ? std::vector{one} : std::vector<TaskCredentials>{};
    };
    plane.publish_address = [this](const instances::TaskAddress& address, std::function<void()> then) {
      addresses.push_back(address.task_arn + " " + address.ipv4 + " " + address.mac);
      durable = std::move(then);
    };
    plane.wait_for_channel = [](instances::ChannelEvents) { return std::pair("channel-1", instances::Channel{}); };
    plane.later = [this](std::function<void()> then) { later.push_back(std::move(then)); };
    session = std::make_shared<AgentSession>(SessionFacts{kInstance, "cluster", closes_silent, drydock}, plane);
  }

  void send(const std::string& arn, const std::string& status = "RUNNING", const std::string& problem = "") {
    instances::TaskPayload payload;
    payload.task_arn = arn;
    payload.desired_status = status;
    payload.setup_error = problem;
    session->send(payload);
  }
  void receive(const char* type, Json message) { session->receive(write_envelope(type, std::move(message))); }
  std::vector<Json> of(const std::string& type) const {
    std::vector<Json> found;
    for (const Envelope& one : sent) {
      if (one.type == type) found.push_back(one.message);
    }
    return found;
  }
  void answer_heartbeat() {
    receive("HeartbeatAckRequest", {{"messageId", of("HeartbeatMessage").back()["messageId"]}});
  }

  std::vector<Envelope> sent;
  std::vector<std::string> failed;
  std::vector<std::string> addresses;
  std::vector<std::function<void()>> later;
  std::vector<KnownTask> known;
  std::function<void()> durable;
  model::Instant expiration{std::chrono::hours{6}};
  bool roles = false;
  int ids = 0;
  int closed = 0;
  std::int64_t sequence = 0;
  std::shared_ptr<AgentSession> session;
};

}  // namespace

TEST_CASE("Each task is a payload of its own, with a greater number than the one before", "[acs]") {
  Bench bench;
  bench.send("a");
  bench.send("b", "STOPPED");
  const auto payloads = bench.of("PayloadMessage");
  REQUIRE(payloads.size() == 2);
  CHECK(payloads[0]["seqNum"] == 1);
  CHECK(payloads[1]["seqNum"] == 2);
  CHECK(payloads[0]["generatedAt"] == 100000);
  CHECK(payloads[0]["clusterArn"] == "cluster");
  CHECK(payloads[0]["containerInstanceArn"] == kInstance);
  CHECK(payloads[0]["messageId"] != payloads[1]["messageId"]);
  CHECK(payloads[0]["tasks"] == Json::parse(R"([{"arn":"a","desiredStatus":"RUNNING"}])"));
  CHECK(payloads[1]["tasks"] == Json::parse(R"([{"arn":"b","desiredStatus":"STOPPED"}])"));
}

TEST_CASE("A payload is kept until it is acknowledged, and sent again meanwhile", "[acs]") {
  Bench bench;
  bench.known = {{"a", "c", "RUNNING"}, {"b", "c", "RUNNING"}};
  bench.send("a");
  bench.send("b");
  bench.receive("AckRequest", {{"messageId", bench.of("PayloadMessage")[1]["messageId"]}});
  CHECK(bench.session->unacknowledged() == 1);
  bench.session->tick();
  CHECK(bench.of("PayloadMessage").size() == 2);  // it may be on its way
  bench.answer_heartbeat();
  bench.session->tick();
  const auto payloads = bench.of("PayloadMessage");
  REQUIRE(payloads.size() == 3);
  CHECK(payloads[2]["tasks"][0]["arn"] == "a");
  CHECK(payloads[2]["messageId"] == payloads[0]["messageId"]);
  CHECK(payloads[2]["seqNum"] > payloads[1]["seqNum"]);
  bench.receive("AckRequest", {{"messageId", payloads[0]["messageId"]}});
  CHECK(bench.session->unacknowledged() == 0);
}

TEST_CASE("A report, an end or a refusal is as good as an acknowledgment", "[acs]") {
  Bench bench;
  bench.known = {{"a", "c", "RUNNING"}, {"b", "c", "STOPPED"}, {"d", "c", "RUNNING"}};
  bench.send("a");
  bench.send("b", "STOPPED");
  bench.send("d");
  bench.send("gone");
  bench.receive("NackRequest", {{"messageId", bench.of("PayloadMessage")[2]["messageId"]}, {"reason", "no"}});
  bench.known[0].started = true;
  bench.session->tick();
  CHECK(bench.session->unacknowledged() == 1);
  bench.answer_heartbeat();
  bench.session->tick();
  REQUIRE(bench.of("PayloadMessage").size() == 5);
  CHECK(bench.of("PayloadMessage")[4]["tasks"][0]["arn"] == "b");
}

TEST_CASE("What this agent cannot start is not sent but reported", "[acs]") {
  Bench bench;
  bench.send("a", "RUNNING", "no such volume");
  CHECK(bench.of("PayloadMessage").empty());
  CHECK(bench.failed == std::vector<std::string>{"a: no such volume"});
  CHECK(bench.session->unacknowledged() == 0);
}

TEST_CASE("A session begins with a manifest that is later than every payload, and a heartbeat", "[acs]") {
  Bench bench;
  bench.known = {{"a", "c", "RUNNING"}, {"b", "c", "STOPPED"}};
  bench.send("a");
  bench.session->begin(false);
  const auto manifest = bench.of("TaskManifestMessage").at(0);
  CHECK(manifest["timeline"] > bench.of("PayloadMessage").at(0)["seqNum"]);
  CHECK(manifest["tasks"] == Json::parse(R"([{"taskArn":"a","taskClusterArn":"c","desiredStatus":"RUNNING"},
                                             {"taskArn":"b","taskClusterArn":"c","desiredStatus":"STOPPED"}])"));
  CHECK(bench.of("HeartbeatMessage").size() == 1);
}

TEST_CASE("Of what an agent would stop, only that is stopped which is not wanted", "[acs]") {
  Bench bench;
  bench.session->begin(false);
  const std::string id = bench.of("TaskManifestMessage")[0]["messageId"];
  bench.known = {{"came since", "c", "RUNNING"}, {"stops", "c", "STOPPED"}};
  Json candidates = Json::array();
  for (const char* arn : {"came since", "stops", "nobody's"}) {
    candidates.push_back({{"taskArn", arn}, {"taskClusterArn", "c"}, {"desiredStatus", "STOPPED"}});
  }
  bench.receive("TaskStopVerificationMessage", {{"messageId", "another"}, {"stopCandidates", candidates}});
  CHECK(bench.of("TaskStopVerificationAck").empty());
  bench.receive("TaskStopVerificationMessage", {{"messageId", id}, {"stopCandidates", candidates}});
  const auto answers = bench.of("TaskStopVerificationAck");
  REQUIRE(answers.size() == 1);
  CHECK(answers[0]["messageId"] == id);
  REQUIRE(answers[0]["stopTasks"].size() == 2);
  CHECK(answers[0]["stopTasks"][0]["taskArn"] == "stops");
  CHECK(answers[0]["stopTasks"][1]["taskArn"] == "nobody's");
  bench.receive("TaskStopVerificationMessage", {{"messageId", id}, {"stopCandidates", candidates}});
  CHECK(bench.of("TaskStopVerificationAck").size() == 1);  // once for each manifest
}

TEST_CASE("A session ends when a heartbeat stays unanswered, for agents that expect it", "[acs]") {
  Bench bench;
  bench.session->begin(false);
  bench.answer_heartbeat();
  bench.session->tick();
  CHECK(bench.closed == 0);
  bench.receive("HeartbeatAckRequest", {{"messageId", "another"}});
  bench.session->tick();
  CHECK(bench.closed == 1001);

  Bench old(false, false);
  old.session->begin(false);
  old.session->tick();
  old.session->tick();
  CHECK(old.closed == 0);
  CHECK(old.of("HeartbeatMessage").size() == 3);
}

TEST_CASE("Credentials come when the agent has none, and anew before they expire", "[acs]") {
  Bench bench;
  bench.roles = true;
  bench.known = {{"a", "c", "RUNNING", true}, {"b", "c", "STOPPED", true}, {"new", "c", "RUNNING", false}};
  bench.send("a");
  bench.send("new");
  bench.session->begin(true);
  auto said = bench.of("IAMRoleCredentialsMessage");
  REQUIRE(said.size() == 1);
  CHECK(said[0]["taskArn"] == "a");
  CHECK(said[0]["roleType"] == "TaskApplication");
  CHECK(said[0]["roleCredentials"]["credentialsId"] == "of a");
  bench.answer_heartbeat();
  bench.session->tick();
  CHECK(bench.of("IAMRoleCredentialsMessage").size() == 1);
  bench.expiration += std::chrono::hours{6};
  bench.answer_heartbeat();
  bench.session->tick();
  said = bench.of("IAMRoleCredentialsMessage");
  REQUIRE(said.size() == 3);
  CHECK(said[1]["taskArn"] == "a");
  CHECK(said[2]["taskArn"] == "new");
  CHECK(said[2]["roleCredentials"]["expiration"] == "1970-01-01T12:00:00Z");
}

TEST_CASE("Frames that are no messages, and messages that nobody knows, change nothing", "[acs]") {
  Bench bench;
  for (const char* frame : {"", "{", "[]", "1", "{\"type\":1}", "{\"message\":{}}", "{\"type\":\"AckRequest\"}",
                            "{\"type\":\"AckRequest\",\"message\":[1]}", "{\"type\":\"Unknown\",\"message\":{}}",
                            "{\"type\":\"TaskStopVerificationMessage\",\"message\":{\"stopCandidates\":7}}"}) {
    bench.session->receive(frame);
  }
  CHECK(bench.sent.empty());
  CHECK(bench.closed == 0);
}

TEST_CASE("AWS's agent opens no channels, and the caller hears why", "[acs]") {
  Bench bench;
  std::string why;
  instances::ChannelEvents events;
  events.on_end = [&why](const std::string& failure) { why = failure; };
  const auto channel = bench.session->open_channel({}, events);
  channel.write("x");
  channel.close();
  CHECK(why.empty());  // never from inside the call
  REQUIRE(bench.later.size() == 1);
  bench.later[0]();
  CHECK(why.starts_with("AWS's container agent opens sessions through AWS Systems Manager only"));
  CHECK(bench.sent.empty());
}

TEST_CASE("Drydock's agent is asked for channels, and its addresses are acknowledged once durable", "[acs]") {
  Bench bench(true);
  instances::ChannelRequest request;
  request.task_arn = "a";
  request.command = "ls";
  bench.session->open_channel(request, {});
  const auto asked = bench.of("DrydockOpenChannelMessage");
  REQUIRE(asked.size() == 1);
  CHECK(asked[0]["channelId"] == "channel-1");
  CHECK(asked[0]["request"]["command"] == "ls");

  bench.receive("DrydockTaskAddressMessage", {{"messageId", "m"}, {"taskArn", "a"}, {"ipv4", "1.2.3.4"}, {"mac", "m"}});
  CHECK(bench.addresses == std::vector<std::string>{"a 1.2.3.4 m"});
  CHECK(bench.of("DrydockAck").empty());
  bench.durable();
  CHECK(bench.of("DrydockAck").at(0)["messageId"] == "m");

  Bench other;
  other.receive("DrydockTaskAddressMessage", {{"messageId", "m"}, {"taskArn", "a"}});
  CHECK(other.addresses.empty());
}

TEST_CASE("Nothing is said once the connection is gone", "[acs]") {
  Bench bench;
  bench.session->end();
  bench.send("a");
  bench.session->tick();
  bench.session->close(instances::CloseReason::kShutdown);
  CHECK(bench.sent.empty());
  CHECK(bench.closed == 0);
}
