// The payloads of spec/execute-command.md sections 3.1, 4.1 to 4.3.

#include "server/sessions/protocol/payloads.hpp"

#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"

using namespace drydock;
using namespace drydock::sessions;
using Json = nlohmann::json;

TEST_CASE("An acknowledgement names the message by type, id and number", "[sessions]") {
  AgentMessage message;
  message.type = "input_stream_data";
  message.id = *model::parse_uuid("00112233-4455-6677-8899-aabbccddeeff");
  message.sequence = 7;
  const std::string payload = acknowledge_payload(message);
  CHECK(Json::parse(payload) == Json::parse(R"({"AcknowledgedMessageType":"input_stream_data",
    "AcknowledgedMessageId":"00112233-4455-6677-8899-aabbccddeeff","AcknowledgedMessageSequenceNumber":7,
    "IsSequentialMessage":true})"));
  CHECK(acknowledged_sequence(payload) == 7);
  for (const char* bad : {"", "7", "{}", R"({"AcknowledgedMessageSequenceNumber":"7"})", "{\"Ack"}) {
    CHECK(acknowledged_sequence(bad) == std::nullopt);
  }
}

TEST_CASE("The handshake asks for a terminal, or for a port with an agent version that keeps to plain bytes",
          "[sessions]") {
  const Json terminal = Json::parse(handshake_request_payload(std::nullopt));
  CHECK(terminal["AgentVersion"] == "3.3.1345.0");
  CHECK(terminal["RequestedClientActions"] == Json::parse(R"([{"ActionType":"SessionType",
    "ActionParameters":{"SessionType":"InteractiveCommands","Properties":{}}}])"));
  const Json port = Json::parse(handshake_request_payload(PortProperties{"8080", "18301"}));
  CHECK(port["AgentVersion"] == "2.3.750.0");
  CHECK(port["RequestedClientActions"] == Json::parse(R"([{"ActionType":"SessionType","ActionParameters":{
    "SessionType":"Port","Properties":{"portNumber":"8080","localPortNumber":"18301",
    "type":"LocalPortForwarding"}}}])"));
}

TEST_CASE("The client's answer to the handshake is read", "[sessions]") {
  const auto answer = [](const char* status, const char* error) {
    return R"({"ClientVersion":"1.2.650.0","ProcessedClientActions":[{"ActionType":"SessionType","ActionStatus":)" +
           std::string(status) + R"(,"ActionResult":null,"Error":")" + error + R"("}],"Errors":null})";
  };
  CHECK(handshake_refusal(answer("1", "")) == std::nullopt);
  CHECK(handshake_refusal(answer("2", "no such thing")) == "no such thing");
  CHECK(handshake_refusal(answer("3", "")) == "The client does not support this type of session.");
  CHECK(handshake_refusal("{}") == "The client's answer cannot be read.");
  CHECK(handshake_refusal("[") == "The client's answer cannot be read.");
  CHECK(handshake_refusal(R"({"ProcessedClientActions":[1]})") == "The client's answer cannot be read.");
}

TEST_CASE("The end of the handshake says how long it took, in nanoseconds", "[sessions]") {
  CHECK(Json::parse(handshake_complete_payload(model::Duration(12), "hello")) ==
        Json::parse(R"({"HandshakeTimeToComplete":12000000,"CustomerMessage":"hello"})"));
}

TEST_CASE("A closed channel says why, with its date as text and its version as a number", "[sessions]") {
  AgentMessage message;
  message.id = *model::parse_uuid("00112233-4455-6677-8899-aabbccddeeff");
  message.created = model::Instant(model::Duration(1'700'000'000'000));
  CHECK(Json::parse(channel_closed_payload(message, "s-1", "ecs:c_t_r", "bye")) == Json::parse(R"({
    "MessageId":"00112233-4455-6677-8899-aabbccddeeff","CreatedDate":"1700000000000","DestinationId":"ecs:c_t_r",
    "SessionId":"s-1","MessageType":"channel_closed","SchemaVersion":1,"Output":"bye"})"));
}

TEST_CASE("Sizes, flags and tokens are read, nonsense is not", "[sessions]") {
  CHECK(parse_size(R"({"cols":80,"rows":24})") == Size{24, 80});
  for (const char* bad : {"", "[]", R"({"cols":80})", R"({"cols":0,"rows":24})", R"({"cols":80,"rows":-1})",
                          R"({"cols":"80","rows":"24"})", R"({"cols":99999999999,"rows":24})"}) {
    CHECK(parse_size(bad) == std::nullopt);
  }
  CHECK(parse_flag(std::string_view("\0\0\0\1", 4)) == Flag::kDisconnectToPort);
  CHECK(parse_flag(flag_payload(Flag::kTerminateSession)) == Flag::kTerminateSession);
  CHECK(parse_flag(flag_payload(Flag::kEndOfInput)) == Flag::kEndOfInput);
  for (const std::string_view bad : {std::string_view(""), std::string_view("\0\0\0\0", 4),
                                     std::string_view("\0\0\0\5", 4), std::string_view("\1\0\0\1", 4)}) {
    CHECK(parse_flag(bad) == std::nullopt);
  }
  CHECK(token_of(R"({"MessageSchemaVersion":"1.0","RequestId":"x","TokenValue":"abc","ClientId":"y"})") == "abc");
  for (const char* bad : {"", "null", "{}", R"({"TokenValue":1})"}) CHECK(token_of(bad) == std::nullopt);
}
