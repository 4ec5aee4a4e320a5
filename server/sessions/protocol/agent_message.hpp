#pragma once
// The binary frames of a session's data channel (spec/execute-command.md section 4). Pure.

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "model/clock.hpp"
#include "model/ids.hpp"

namespace drydock::sessions {

enum class PayloadType : std::uint32_t {
  kNone = 0,  // acknowledge, channel_closed
  kOutput = 1,
  kSize = 3,
  kHandshakeRequest = 5,
  kHandshakeResponse = 6,
  kHandshakeComplete = 7,
  kFlag = 10,
  kErrorOutput = 11,  // to clients of Drydock's own only, like the next
  kExitCode = 12,
};

inline constexpr std::string_view kOutputStream = "output_stream_data";
inline constexpr std::string_view kInputStream = "input_stream_data";
inline constexpr std::string_view kAcknowledge = "acknowledge";
inline constexpr std::string_view kChannelClosed = "channel_closed";
inline constexpr std::string_view kPausePublication = "pause_publication";
inline constexpr std::string_view kStartPublication = "start_publication";

inline constexpr std::uint64_t kSyn = 1;
inline constexpr std::uint64_t kFin = 2;

struct AgentMessage {
  std::string type;  // at most 32 bytes
  std::uint32_t schema_version = 1;
  model::Instant created{};
  std::int64_t sequence = 0;
  std::uint64_t flags = 0;
  model::Uuid id;
  PayloadType payload_type = PayloadType::kNone;
  std::string payload;

  friend bool operator==(const AgentMessage&, const AgentMessage&) = default;
};

std::string encode(const AgentMessage& message);

/// The error says what is wrong with the frame. Nothing is read beyond its end, whatever lengths it states.
std::expected<AgentMessage, std::string> decode(std::string_view frame);

}  // namespace drydock::sessions
