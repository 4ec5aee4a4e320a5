#pragma once
// What data channel messages carry: JSON, and one number (spec/execute-command.md sections 3.1, 4.1 to 4.3). Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/sessions/agent_message.hpp"

namespace drydock::sessions {

/// Of a terminal, in characters.
struct Size {
  int rows = 0;
  int columns = 0;
  friend bool operator==(const Size&, const Size&) = default;
};

enum class Flag : std::uint32_t { kDisconnectToPort = 1, kTerminateSession = 2, kConnectToPortError = 3 };

std::string acknowledge_payload(const AgentMessage& acknowledged);
/// The sequence number that an acknowledge message names.
std::optional<std::int64_t> acknowledged_sequence(std::string_view payload);

/// What is forwarded, as the client's session type Port wants to know it.
struct PortProperties {
  std::string port;
  std::string local_port;
};
/// Asks for a terminal, or for a forwarded port.
std::string handshake_request_payload(const std::optional<PortProperties>& port);
/// Empty when the client agreed to everything, else what it said.
std::optional<std::string> handshake_refusal(std::string_view payload);
std::string handshake_complete_payload(model::Duration took, std::string_view customer_message);

std::string channel_closed_payload(const AgentMessage& message, std::string_view session_id,
                                   std::string_view destination, std::string_view output);

std::optional<Size> parse_size(std::string_view payload);
std::optional<Flag> parse_flag(std::string_view payload);
std::string flag_payload(Flag flag);

/// The token in the text message that opens a connection.
std::optional<std::string> token_of(std::string_view text);

}  // namespace drydock::sessions
