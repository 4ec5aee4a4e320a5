#include "server/acs/protocol/envelope.hpp"

namespace drydock::server::acs {

std::optional<Envelope> read_envelope(std::string_view text) {
  Json document = Json::parse(text, nullptr, false);
  if (!document.is_object()) return std::nullopt;
  Envelope envelope;
  envelope.type = text_of(document, "type");
  if (envelope.type.empty()) return std::nullopt;
  const auto message = document.find("message");
  envelope.message = message != document.end() && message->is_object() ? std::move(*message) : Json::object();
  return envelope;
}

std::string write_envelope(std::string_view type, Json message) {
  Json document;
  document["type"] = type;
  document["message"] = std::move(message);
  return document.dump(-1, ' ', false, Json::error_handler_t::replace);
}

double number_member(const Json& object, const char* name) {
  const Json& value = member(object, name);
  return value.is_number() ? value.get<double>() : 0;
}

}  // namespace drydock::server::acs
