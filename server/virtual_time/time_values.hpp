#pragma once
// Instants and durations as people write them in the admin API and on the command line.

#include <expected>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "model/clock.hpp"

namespace drydock::server {

/// "90s", "1h30m", "2d", "250ms", "1.5" (seconds). The error says what is wrong with the text.
std::expected<model::Duration, std::string> parse_duration(const std::string& text);
/// "2025-01-01T12:00:00Z", with a fraction of up to three digits; or seconds since the epoch.
std::expected<model::Instant, std::string> parse_instant(const std::string& text);

/// The same from JSON: a number is seconds.
std::expected<model::Duration, std::string> duration_from(const nlohmann::json& value);
std::expected<model::Instant, std::string> instant_from(const nlohmann::json& value);

/// "2025-01-01T12:00:00.000Z".
std::string to_iso(model::Instant instant);

}  // namespace drydock::server
