#pragma once
// The messages of agent sessions: {"type": ..., "message": {...}}, one JSON document per frame (spec/agent-protocol.md
// section 3.5).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace drydock::server::acs {

using Json = nlohmann::json;

struct Envelope {
  std::string type;
  Json message;  // an object
};

/// Nullopt for what is no such document: agents and control plane alike ignore that.
std::optional<Envelope> read_envelope(std::string_view text);
std::string write_envelope(std::string_view type, Json message);

/// A member of an object; empty, 0 or null when it is absent or of another kind.
std::string text_member(const Json& object, const char* name);
double number_member(const Json& object, const char* name);
const Json& member(const Json& object, const char* name);

}  // namespace drydock::server::acs
