#pragma once
// The log of a container of this machine's Docker engine.

#include <string>
#include <string_view>
#include <vector>

#include "cli/failure.hpp"

namespace drydock::cli {

struct EngineLine {
  std::string timestamp;  // RFC 3339 with nanoseconds, as the engine writes it: texts sort as times do
  std::string text;
};

/// Lines after `after` (a timestamp; empty: all). Errors: no engine there, the container's log driver keeps nothing.
Result<std::vector<EngineLine>> engine_log_lines(const std::string& container, std::string_view after);

/// The lines of the engine's stream of frames: 8 bytes of head, then the payload (Engine API, container attach).
/// Containers with a pseudo-terminal write without frames.
std::vector<EngineLine> parse_engine_log(std::string_view body, bool framed);

}  // namespace drydock::cli
