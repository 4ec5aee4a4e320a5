#pragma once
// The messages of agent sessions: {"type": ..., "message": {...}}, one JSON document per frame (spec/agent-protocol.md
// section 3.5).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "instances/json_members.hpp"

namespace drydock::server::acs {

using Json = nlohmann::json;

struct Envelope {
  std::string type;
  Json message;  // an object
};

/// Nullopt for what is no such document: agents and control plane alike ignore that.
std::optional<Envelope> read_envelope(std::string_view text);
std::string write_envelope(std::string_view type, Json message);

using instances::member;
using instances::text_of;
/// 0 when it is not there or no number.
double number_member(const Json& object, const char* name);

}  // namespace drydock::server::acs
