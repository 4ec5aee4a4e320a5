#pragma once
// What data channel messages carry: JSON, and one number (spec/execute-command.md sections 3.1, 4.1 to 4.3). Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/sessions/protocol/agent_message.hpp"

namespace drydock::sessions {

/// Of a terminal, in characters.
struct Size {
  int rows = 0;
  int columns = 0;
  friend bool operator==(const Size&, const Size&) = default;
};

enum class Flag : std::uint32_t {
  kDisconnectToPort = 1,
  kTerminateSession = 2,
  kConnectToPortError = 3,
  kEndOfInput = 4,  // Drydock's own: from its command line, whose standard input is at its end
};

/// What Drydock's own command line adds to its token. AWS's clients cannot know of it: they get no exit code, and
/// always a terminal.
struct DirectClient {
  bool terminal = true;
  friend bool operator==(const DirectClient&, const DirectClient&) = default;
};

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
std::string size_payload(Size size);
std::optional<Flag> parse_flag(std::string_view payload);
std::string flag_payload(Flag flag);

/// As AWS's agent words it where it tells one.
std::string exit_code_payload(int code);
std::optional<int> parse_exit_code(std::string_view payload);

/// The token in the text message that opens a connection.
std::optional<std::string> token_of(std::string_view text);
/// What else it says, when the client is Drydock's own.
std::optional<DirectClient> direct_client_of(std::string_view text);

// The client's half.

std::string opening_text(std::string_view token, const DirectClient& client);
/// Agrees to all that was asked for; a type of session that is no terminal's is not ours to agree to: nothing.
std::optional<std::string> handshake_response_payload(std::string_view request);
/// The notice in a handshake's completion.
std::string notice_of(std::string_view handshake_complete);
/// Why the channel was closed; empty when its command simply ended.
std::string closing_text_of(std::string_view channel_closed);

}  // namespace drydock::sessions
