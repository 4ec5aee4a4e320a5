#pragma once
// The client's half of a data channel, in memory: what the session manager plugin does with frames.

#include <string>
#include <vector>

#include "server/sessions/data_channel.hpp"
#include "tests/support/catch.hpp"

namespace drydock::test {

using namespace std::chrono_literals;

inline constexpr model::Instant kStart{model::Duration(1'700'000'000'000)};

struct IdCounter {
  std::uint64_t next = 0;
  model::Uuid operator()() {
    ++next;
    return {(next << 32U) | 0x4000U, next};
  }
};

inline sessions::AgentMessage decoded(const std::string& frame) {
  auto message = sessions::decode(frame);
  REQUIRE(message);
  return *message;
}

inline std::vector<sessions::AgentMessage> all_of(const std::vector<std::string>& frames) {
  std::vector<sessions::AgentMessage> messages;
  for (const std::string& frame : frames) messages.push_back(decoded(frame));
  return messages;
}

/// The payloads of the frames of one kind.
inline std::vector<std::string> payloads(const std::vector<std::string>& frames, sessions::PayloadType type) {
  std::vector<std::string> found;
  for (const auto& message : all_of(frames)) {
    if (message.type == sessions::kOutputStream && message.payload_type == type) found.push_back(message.payload);
  }
  return found;
}

inline std::string text_of(const std::vector<std::string>& frames) {
  std::string text;
  for (const std::string& part : payloads(frames, sessions::PayloadType::kOutput)) text += part;
  return text;
}

/// Numbers of the messages that these frames acknowledge.
inline std::vector<std::int64_t> acknowledged(const std::vector<std::string>& frames) {
  std::vector<std::int64_t> numbers;
  for (const auto& message : all_of(frames)) {
    if (message.type == sessions::kAcknowledge) numbers.push_back(*sessions::acknowledged_sequence(message.payload));
  }
  return numbers;
}

inline std::string input_frame(std::int64_t sequence, sessions::PayloadType type, std::string payload) {
  sessions::AgentMessage message;
  message.type = sessions::kInputStream;
  message.created = kStart;
  message.sequence = sequence;
  message.id = {1, static_cast<std::uint64_t>(sequence)};
  message.payload_type = type;
  message.payload = std::move(payload);
  return sessions::encode(message);
}

inline std::string acknowledge_frame(const sessions::AgentMessage& of) {
  sessions::AgentMessage message;
  message.type = sessions::kAcknowledge;
  message.created = kStart;
  message.flags = 3;
  message.id = {2, 2};
  message.payload = sessions::acknowledge_payload(of);
  return sessions::encode(message);
}

inline std::string bare_frame(std::string_view type) {
  sessions::AgentMessage message;
  message.type = type;
  message.created = kStart;
  return sessions::encode(message);
}

inline const char* const kAgreed =
    R"({"ClientVersion":"1","ProcessedClientActions":[{"ActionType":"SessionType","ActionStatus":1}],"Errors":null})";

}  // namespace drydock::test
