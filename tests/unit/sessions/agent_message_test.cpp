// The frames of spec/execute-command.md section 4, with its test vector.

#include "server/sessions/protocol/agent_message.hpp"

#include <string>

#include "tests/support/catch.hpp"

using namespace drydock;
using sessions::AgentMessage;

namespace {

std::string bytes_of(std::string_view hex) {
  const auto digit = [](char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10); };
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(digit(hex[i]) << 4U | digit(hex[i + 1]));
  }
  return bytes;
}

const std::string kVector = bytes_of(
    "000000746f75747075745f73747265616d5f6461746120202020202020202020"
    "20202020000000010000018bcfe5680000000000000000000000000000000001"
    "8899aabbccddeeff00112233445566772cf24dba5fb0a30e26e83b2ac5b9e29e"
    "1b161e5c1fa7425e73043362938b9824000000010000000568656c6c6f");

AgentMessage hello() {
  AgentMessage message;
  message.type = "output_stream_data";
  message.created = model::Instant(model::Duration(1'700'000'000'000));
  message.flags = sessions::kSyn;
  message.id = *model::parse_uuid("00112233-4455-6677-8899-aabbccddeeff");
  message.payload_type = sessions::PayloadType::kOutput;
  message.payload = "hello";
  return message;
}

std::string refusal(const std::string& frame) {
  const auto message = sessions::decode(frame);
  return message ? "none" : message.error();
}

std::string changed(std::size_t offset, std::string_view bytes) {
  std::string frame = kVector;
  frame.replace(offset, bytes.size(), bytes);
  return frame;
}

}  // namespace

TEST_CASE("A message becomes the frame of the specification, and comes out of it again", "[sessions]") {
  CHECK(kVector.size() == 125);
  CHECK(sessions::encode(hello()) == kVector);
  const auto decoded = sessions::decode(kVector);
  REQUIRE(decoded);
  CHECK(*decoded == hello());
}

TEST_CASE("All numbers of a frame survive, and a message without payload has none", "[sessions]") {
  AgentMessage message = hello();
  message.sequence = 0x0102030405060708;
  message.flags = sessions::kSyn | sessions::kFin;
  message.schema_version = 7;
  message.payload_type = sessions::PayloadType::kFlag;
  message.payload = std::string("\0\0\0\2", 4);
  CHECK(sessions::decode(sessions::encode(message)) == message);
  message.payload.clear();
  CHECK(sessions::decode(sessions::encode(message)) == message);
}

TEST_CASE("Message types may be padded with spaces or NULs on either side", "[sessions]") {
  std::string type = std::string(1, '\0') + " acknowledge";
  type.resize(32, '\0');
  const auto decoded = sessions::decode(changed(4, type));
  REQUIRE(decoded);
  CHECK(decoded->type == "acknowledge");
}

TEST_CASE("Frames that are not what they say are refused", "[sessions]") {
  for (std::size_t size = 0; size < kVector.size(); ++size) {
    INFO(size);
    CHECK(refusal(kVector.substr(0, size)) != "none");
  }
  CHECK(refusal(kVector + "x") == "the payload's length is not the frame's");
  CHECK(refusal(changed(0, bytes_of("00000000"))) == "the header's length is not 116");
  CHECK(refusal(changed(0, bytes_of("ffffffff"))) == "the header's length is not 116");
  CHECK(refusal(changed(4, std::string(32, ' '))) == "no message type");
  CHECK(refusal(changed(40, std::string(8, '\0'))) == "no creation date");
  CHECK(refusal(changed(116, bytes_of("ffffffff"))) == "the payload's length is not the frame's");
  CHECK(refusal(changed(120, "j")) == "the digest is not the payload's");
  CHECK(refusal(changed(80, "x")) == "the digest is not the payload's");
}
