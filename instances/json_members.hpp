#pragma once
// Members of JSON objects that others wrote: whatever is there, reading it does no harm.

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace drydock::instances {

/// Null when it is not there, or `object` is none.
const nlohmann::json& member(const nlohmann::json& object, const char* name);
/// Empty when it is not there or no text.
std::string text_of(const nlohmann::json& object, const char* name);
/// False when it is not there or neither.
bool flag_of(const nlohmann::json& object, const char* name);

}  // namespace drydock::instances
