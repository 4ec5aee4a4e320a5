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

/// A line's timestamp as the engine takes it in a request: "<seconds>.<nanoseconds>" since 1970; empty when it is none.
std::string engine_moment(const std::string& timestamp);

/// The lines of the engine's stream of frames: 8 bytes of head, then the payload (Engine API, container attach).
/// Containers with a pseudo-terminal write without frames.
std::vector<EngineLine> parse_engine_log(std::string_view body, bool framed);

}  // namespace drydock::cli
