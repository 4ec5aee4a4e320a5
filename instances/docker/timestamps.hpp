#pragma once
// The engine's timestamps ("2026-11-22T16:10:53.832944391Z").

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace drydock::instances::docker {

/// Absent for malformed text and for the engine's "never" (year 1).
std::optional<std::chrono::system_clock::time_point> parse_rfc3339(std::string_view text);

/// "2026-11-22T16:10:53.832944391Z", without the fraction when it is none.
std::string rfc3339(std::chrono::system_clock::time_point moment);

}  // namespace drydock::instances::docker
