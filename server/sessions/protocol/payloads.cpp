#include "server/sessions/protocol/payloads.hpp"

#include <charconv>

#include <nlohmann/json.hpp>

namespace drydock::sessions {
namespace {

using Json = nlohmann::json;

// Up to 3.0.196.0 clients forward one connection at a time as plain bytes; from there on they speak smux inside the
// frames. From 2.3.722.0 on they end a forwarding with a flag.
constexpr const char* kPortAgentVersion = "2.3.750.0";
constexpr const char* kAgentVersion = "3.3.1345.0";
constexpr int kLargestSize = 10'000;
constexpr std::string_view kExitCode = "EXIT_CODE: ";
constexpr const char* kDirect = "Drydock";
constexpr const char* kTerminal = "Terminal";
constexpr const char* kClientVersion = "1.2.650.0";  // whose protocol is spoken
constexpr int kSuccess = 1;

std::optional<Json> parse_object(std::string_view text) {
  Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  return json;
}

std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

/// A member's text; empty when it is not there.
std::string text_in(std::string_view object, const char* member) {
  const auto json = parse_object(object);
  const auto found = json ? json->find(member) : Json::const_iterator{};
  return json && found != json->end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

std::string acknowledge_payload(const AgentMessage& acknowledged) {
  return dump({{"AcknowledgedMessageType", acknowledged.type},
               {"AcknowledgedMessageId", model::to_dashed(acknowledged.id)},
               {"AcknowledgedMessageSequenceNumber", acknowledged.sequence},
               {"IsSequentialMessage", true}});
}

std::optional<std::int64_t> acknowledged_sequence(std::string_view payload) {
  const auto json = parse_object(payload);
  if (!json) return std::nullopt;
  const auto number = json->find("AcknowledgedMessageSequenceNumber");
  if (number == json->end() || !number->is_number_integer()) return std::nullopt;
  return number->get<std::int64_t>();
}

std::string handshake_request_payload(const std::optional<PortProperties>& port) {
  Json parameters = {{"SessionType", "InteractiveCommands"}, {"Properties", Json::object()}};
  if (port) {
    parameters = {
        {"SessionType", "Port"},
        {"Properties",
         {{"portNumber", port->port}, {"localPortNumber", port->local_port}, {"type", "LocalPortForwarding"}}}};
  }
  Json action = {{"ActionType", "SessionType"}, {"ActionParameters", std::move(parameters)}};
  Json request = {{"AgentVersion", port ? kPortAgentVersion : kAgentVersion}};
  request["RequestedClientActions"].push_back(std::move(action));
  return dump(request);
}

std::optional<std::string> handshake_refusal(std::string_view payload) {
  const auto json = parse_object(payload);
  const auto actions = json ? json->find("ProcessedClientActions") : Json::const_iterator{};
  if (!json || actions == json->end() || !actions->is_array()) return "The client's answer cannot be read.";
  for (const Json& action : *actions) {
    if (!action.is_object()) return "The client's answer cannot be read.";
    const auto status = action.find("ActionStatus");
    if (status != action.end() && status->is_number_integer() && *status == kSuccess) continue;
    const auto error = action.find("Error");
    const bool said = error != action.end() && error->is_string() && !error->get_ref<const std::string&>().empty();
    return said ? error->get<std::string>() : "The client does not support this type of session.";
  }
  return std::nullopt;
}

std::string handshake_complete_payload(model::Duration took, std::string_view customer_message) {
  return dump({{"HandshakeTimeToComplete", std::chrono::nanoseconds(took).count()},
               {"CustomerMessage", std::string(customer_message)}});
}

std::string channel_closed_payload(const AgentMessage& message, std::string_view session_id,
                                   std::string_view destination, std::string_view output) {
  return dump({{"MessageId", model::to_dashed(message.id)},
               {"CreatedDate", std::to_string(message.created.time_since_epoch().count())},
               {"DestinationId", std::string(destination)},
               {"SessionId", std::string(session_id)},
               {"MessageType", kChannelClosed},
               {"SchemaVersion", 1},
               {"Output", std::string(output)}});
}

std::optional<Size> parse_size(std::string_view payload) {
  const auto json = parse_object(payload);
  if (!json) return std::nullopt;
  const auto number = [&](const char* name) {
    const auto found = json->find(name);
    return found != json->end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
  };
  const std::int64_t rows = number("rows");
  const std::int64_t columns = number("cols");
  const auto sensible = [](std::int64_t value) { return value > 0 && value <= kLargestSize; };
  if (!sensible(rows) || !sensible(columns)) return std::nullopt;
  return Size{static_cast<int>(rows), static_cast<int>(columns)};
}

std::string size_payload(Size size) { return dump({{"cols", size.columns}, {"rows", size.rows}}); }

std::optional<Flag> parse_flag(std::string_view payload) {
  if (payload.size() != 4 || payload.substr(0, 3) != std::string_view("\0\0\0", 3)) return std::nullopt;
  const auto value = static_cast<unsigned char>(payload[3]);
  if (value < 1 || value > 4) return std::nullopt;
  return static_cast<Flag>(value);
}

std::string flag_payload(Flag flag) {
  std::string payload(4, '\0');
  payload[3] = static_cast<char>(flag);
  return payload;
}

std::string exit_code_payload(int code) { return std::string(kExitCode) + std::to_string(code); }

std::optional<int> parse_exit_code(std::string_view payload) {
  if (!payload.starts_with(kExitCode)) return std::nullopt;
  payload.remove_prefix(kExitCode.size());
  int code = 0;
  const auto [end, error] = std::from_chars(payload.data(), payload.data() + payload.size(), code);
  if (error != std::errc() || end != payload.data() + payload.size()) return std::nullopt;
  return code;
}

std::optional<std::string> token_of(std::string_view text) {
  const auto json = parse_object(text);
  if (!json) return std::nullopt;
  const auto token = json->find("TokenValue");
  if (token == json->end() || !token->is_string()) return std::nullopt;
  return token->get<std::string>();
}

std::optional<DirectClient> direct_client_of(std::string_view text) {
  const auto json = parse_object(text);
  const auto direct = json ? json->find(kDirect) : Json::const_iterator{};
  if (!json || direct == json->end() || !direct->is_object()) return std::nullopt;
  DirectClient client;
  const auto terminal = direct->find(kTerminal);
  if (terminal != direct->end() && terminal->is_boolean()) client.terminal = terminal->get<bool>();
  return client;
}

std::string opening_text(std::string_view token, const DirectClient& client) {
  return dump({{"MessageSchemaVersion", "1.0"},
               {"TokenValue", std::string(token)},
               {"ClientVersion", kClientVersion},
               {kDirect, {{kTerminal, client.terminal}}}});
}

std::optional<std::string> handshake_response_payload(std::string_view request) {
  const auto json = parse_object(request);
  const auto actions = json ? json->find("RequestedClientActions") : Json::const_iterator{};
  if (!json || actions == json->end() || !actions->is_array()) return std::nullopt;
  Json processed = Json::array();
  for (const Json& action : *actions) {
    const Json type = action.is_object() ? action.value("/ActionParameters/SessionType"_json_pointer, Json()) : Json();
    if (type != "InteractiveCommands" && type != "Standard_Stream") return std::nullopt;
    processed.push_back({{"ActionType", action.value("ActionType", Json())},
                         {"ActionStatus", kSuccess},
                         {"ActionResult", nullptr},
                         {"Error", ""}});
  }
  return dump(
      {{"ClientVersion", kClientVersion}, {"ProcessedClientActions", std::move(processed)}, {"Errors", nullptr}});
}

std::string notice_of(std::string_view handshake_complete) { return text_in(handshake_complete, "CustomerMessage"); }

std::string closing_text_of(std::string_view channel_closed) { return text_in(channel_closed, "Output"); }

}  // namespace drydock::sessions
